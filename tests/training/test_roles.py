"""train_and_evaluate in the roles that TF_CONFIG gives."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training.line_model import RecordingExporter, estimator, model_fn, ones

PORTS = ("localhost:1", "localhost:2", "localhost:3")  # nobody listens, nobody is asked


@pytest.fixture
def role(monkeypatch):
    """Makes this process task 0 of a type in a cluster of given jobs."""

    def set_role(task_type, *jobs, index=0):
        cluster = {job: [port] for job, port in zip(jobs, PORTS, strict=False)}
        task = {"type": task_type, "index": index}
        monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))

    return set_role


def run(model_dir, max_steps=12, **eval_arguments):
    exporter = RecordingExporter()
    arguments = {"throttle_secs": 0, "start_delay_secs": 0, **eval_arguments}
    result = tfe.train_and_evaluate(
        estimator(model_dir),
        tfe.TrainSpec(ones(), max_steps),
        tfe.EvalSpec(ones(1), exporters=exporter, **arguments),
    )
    return exporter, result


@pytest.mark.parametrize("task_type, steps", [("chief", []), ("master", [10, 12])])
def test_alone_in_a_cluster(tmp_path, role, task_type, steps):
    role(task_type, task_type)
    exporter, result = run(tmp_path)
    assert (exporter.steps, result) == (steps, None)
    assert tf.train.latest_checkpoint(str(tmp_path)).endswith("-12")


def test_an_evaluator_evaluates_what_is_there_and_ends_at_max_steps(tmp_path, role):
    estimator(tmp_path).train(ones(), max_steps=12)
    role("evaluator", "chief")
    exporter, result = run(tmp_path)
    assert (exporter.steps, exporter.final, result) == ([12], [True], None)


def test_an_evaluator_waits_for_checkpoints(tmp_path, role):
    """Training goes on in another thread, which saves the second checkpoint once the first is
    evaluated."""
    trainer = estimator(tmp_path / "model")
    evaluated = tmp_path / "model" / "eval"

    def train():
        trainer.train(ones(), max_steps=4)
        while not evaluated.exists():
            time.sleep(0.05)
        trainer.train(ones(), max_steps=12)

    role("evaluator", "chief")
    thread = threading.Thread(target=train)
    thread.start()
    exporter, _ = run(tmp_path / "model")
    thread.join()
    assert exporter.steps[-1] == 12
    assert exporter.steps == sorted(set(exporter.steps))
    assert exporter.final[-1] and not any(exporter.final[:-1])


SCRIPT = """
import sys
import tfspec.estimator as tfe
from tests.training.line_model import RecordingExporter, estimator, ones

exporter = RecordingExporter()
tfe.train_and_evaluate(
    estimator(sys.argv[1]),
    tfe.TrainSpec(ones(), 12),
    tfe.EvalSpec(ones(1), exporters=exporter, throttle_secs=1, start_delay_secs=1),
)
print("evaluated", exporter.steps)
"""


@pytest.mark.slow
def test_a_chief_and_an_evaluator_in_two_processes(tmp_path):
    def start(task_type):
        task = {"cluster": {"chief": PORTS[:1]}, "task": {"type": task_type, "index": 0}}
        return subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path / "model")],
            env={**os.environ, "TF_CONFIG": json.dumps(task)},
            stdout=subprocess.PIPE,
            text=True,
        )

    processes = [start("evaluator"), start("chief")]
    evaluator, chief = [process.communicate(timeout=600)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert chief == "evaluated []\n"
    assert evaluator.endswith("12]\n")


@pytest.mark.slow
def test_a_parameter_server_listens_on_its_port(tmp_path):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    cluster = {"chief": [PORTS[0]], "ps": [f"localhost:{port}"]}
    task = {"cluster": cluster, "task": {"type": "ps", "index": 0}}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env={**os.environ, "TF_CONFIG": json.dumps(task)},
    )
    try:
        while not _listens(port):
            assert process.poll() is None
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()


def _listens(port):
    with socket.socket() as client:
        return client.connect_ex(("localhost", port)) == 0


def test_workers_start_one_after_the_other(tmp_path, monkeypatch):
    """With the server, which needs a real cluster, and the clock left out."""
    delays, served = [], []
    monkeypatch.setattr("tfspec.training._roles.time.sleep", delays.append)
    monkeypatch.setattr(
        "tfspec._tf.make_server", lambda *place: served.append(place) or _Server()
    )
    for index, longest in [(0, None), (3, None), (30, None), (3, 7), (3, 0)]:
        cluster = {"chief": ["c:1"], "worker": [f"w:{n}" for n in range(1, 40)]}
        place = {"cluster": cluster, "task": {"type": "worker", "index": index}}
        monkeypatch.setenv("TF_CONFIG", json.dumps(place))
        est = estimator(tmp_path, experimental_max_worker_delay_secs=longest)
        monkeypatch.setattr(est, "train", lambda **arguments: None)
        tfe.train_and_evaluate(est, tfe.TrainSpec(ones(), 1), tfe.EvalSpec(ones(1)))
    assert delays == [5, 20, 60, 7]
    assert [place[1:3] for place in served] == [("worker", n) for n in (0, 3, 30, 3, 3)]


class _Server:
    def start(self):
        """Starts nothing."""


@pytest.mark.parametrize(
    "task_type, index, error, match",
    [
        ("local", 0, ValueError, "`task.type` in TF_CONFIG cannot be `local`"),
        ("cook", 0, ValueError, r"Task type cook is not supported.*\['chief', 'evaluator'"),
        ("evaluator", 1, ValueError, "only be one `evaluator` task .with task id 0.*task id 1"),
    ],
)
def test_roles_that_do_not_exist(tmp_path, role, task_type, index, error, match):
    role(task_type, "chief", task_type, index=index)
    with pytest.raises(error, match=match):
        run(tmp_path)


@pytest.mark.parametrize(
    "changes, error, match",
    [
        ({"master": ""}, RuntimeError, "Could not start server; .* master .* TF_CONFIG"),
        ({"task_id": None}, RuntimeError, "Could not start server; .* cluster_spec.* TF_CONFIG"),
        ({"task_type": ""}, ValueError, "`estimator.config` must have task_type set"),
    ],
)
def test_a_cluster_that_is_described_by_half(tmp_path, role, changes, error, match):
    role("worker", "chief", "worker")

    class Config(tfe.RunConfig):
        master = property(lambda self: changes.get("master", "grpc://localhost:2"))
        task_id = property(lambda self: changes.get("task_id", 0))
        task_type = property(lambda self: changes.get("task_type", "worker"))

    est = tfe.Estimator(model_fn, config=Config(str(tmp_path)))
    with pytest.raises(error, match=match):
        tfe.train_and_evaluate(est, tfe.TrainSpec(ones(), 1), tfe.EvalSpec(ones(1)))
