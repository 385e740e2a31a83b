"""The whole life of a model on real data: trained, killed, continued, exported, served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import tfspec.estimator as tfe
from tests.training import digits_job
from tfspec.hooks import read_eval_metrics


def python(*arguments):
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=1800, check=False)


@pytest.mark.slow
def test_digits(tmp_path):
    model_dir = tmp_path / "model"
    killed = python("tests.training.digits_job", model_dir, 600, 250)
    assert killed.returncode == -signal.SIGKILL
    assert tfe.Estimator(digits_job.model_fn, str(model_dir)).latest_checkpoint().endswith("-200")

    continued = python("tests.training.digits_job", model_dir, 600)
    assert continued.returncode == 0
    report = json.loads(continued.stdout)
    check_report(report)
    check_evaluations(model_dir, report["accuracy"])
    check_exports(model_dir, report["exports"])
    check_serving(model_dir, report["exports"][0], tmp_path)
    check_early_stop(model_dir)


def check_report(report):
    assert report["global_step"] == 600
    assert report["accuracy"] > 0.9
    assert report["saves"] == [200, 300, 400, 500, 600]
    assert report["in_training"] == {
        "begin": 1, "after_create_session": 1, "after_run": 400, "end": 1,
    }  # fmt: skip
    assert report["of_chief"] == report["in_training"]
    assert report["now"] == list(range(201, 601))  # others want to see every step
    # Four evaluations of six batches; in memory, of two, at the start, after 200 and after 400
    # steps, and once more at the end.
    assert report["in_evaluation"]["begin"] == report["in_evaluation"]["end"] == 4 + 4
    assert report["in_evaluation"]["after_run"] == 4 * 6 + 4 * 2


def check_evaluations(model_dir, accuracy):
    metrics = read_eval_metrics(str(model_dir / "eval"))
    assert list(metrics) == [100, 200, 300, 400, 500, 600]
    assert metrics[600]["accuracy"] == pytest.approx(accuracy)
    inside = read_eval_metrics(str(model_dir / "eval_training_data"))
    assert list(inside) == [0, 200, 400, 600]
    assert inside[0]["loss"] > inside[200]["loss"] > inside[600]["loss"]


def check_exports(model_dir, exports):
    folders = {name: sorted(os.listdir(model_dir / "export" / name)) for name in
               ("final", "latest", "best")}
    assert exports[0] == str(model_dir / "export" / "final" / folders["final"][0])
    assert exports[1] == str(model_dir / "export" / "latest" / folders["latest"][-1])
    assert len(folders["final"]) == 1 and len(folders["latest"]) == 2
    accuracies = [m["accuracy"] for m in read_eval_metrics(str(model_dir / "eval")).values()]
    records = sum(value > max(accuracies[:n], default=0) for n, value in enumerate(accuracies))
    assert len(folders["best"]) == min(5, records)


def check_serving(model_dir, export, tmp_path):
    _, (x, y) = digits_job.data()
    np.save(tmp_path / "x.npy", x)
    served = python("tests.training.serve", export, tmp_path / "x.npy", tmp_path / "served.npz")
    assert served.returncode == 0
    answers = np.load(tmp_path / "served.npz")
    digits_job.IN_PREDICTION.seen = dict.fromkeys(digits_job.IN_PREDICTION.seen, 0)
    predictions = list(digits_job.estimator(str(model_dir)).predict(digits_job.input_fn(x, y)))
    assert digits_job.IN_PREDICTION.seen == {
        "begin": 1, "after_create_session": 1, "after_run": 6, "end": 1,
    }  # fmt: skip
    assert [p["class"] for p in predictions] == list(answers["class"])
    expected = [p["probabilities"] for p in predictions]
    np.testing.assert_allclose(answers["probabilities"], expected, rtol=1e-5, atol=1e-7)


def check_early_stop(model_dir):
    """Accuracy of the evaluations so far is reason enough to stop at once."""
    est = digits_job.estimator(str(model_dir))
    hook = tfe.experimental.stop_if_higher_hook(est, "accuracy", 0.9)
    train, _ = digits_job.data()
    est.train(digits_job.input_fn(*train, training=True), hooks=[hook], max_steps=1000)
    assert est.get_variable_value("global_step") == 601
