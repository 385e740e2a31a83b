"""Training that is interrupted, ended or killed, and what is left to go on from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref

import numpy as np
import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training import endless_job


def start(way, model_dir, *arguments):
    command = [sys.executable, "-m", "tests.training.endless_job", way, str(model_dir)]
    return subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, text=True)


def step_of(model_dir) -> int:
    newest = tf.train.latest_checkpoint(str(model_dir))
    return int(newest.rpartition("-")[2]) if newest else -1


def wait_for_step(process, model_dir, step):
    while step_of(model_dir) < step:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)


def check_checkpoints(model_dir):
    """Every checkpoint that is listed, and not deleted since, holds the values of one step."""
    state = tf.train.get_checkpoint_state(str(model_dir))
    older = [path for path in state.all_model_checkpoint_paths if os.path.exists(f"{path}.index")]
    for path in {*older, state.model_checkpoint_path}:
        reader = tf.train.load_checkpoint(path)
        step = reader.get_tensor("global_step")
        assert path.endswith(f"-{step}")
        np.testing.assert_array_equal(reader.get_tensor("up"), np.full(endless_job.SIZE, step))
        np.testing.assert_array_equal(reader.get_tensor("down"), -reader.get_tensor("up"))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["train", "train_and_evaluate"])
def test_stopped_by_signals_and_continued(way, tmp_path):
    target = 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        target += 2 * endless_job.SAVE_EVERY
        process = start(way, tmp_path)
        wait_for_step(process, tmp_path, target)
        process.send_signal(number)
        _, errors = process.communicate(timeout=600)
        assert process.returncode == -number, errors
        assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT)
        check_checkpoints(tmp_path)
        target = step_of(tmp_path)
    last = str(target + endless_job.SAVE_EVERY // 2)
    process = start(way, tmp_path, last)
    _, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    assert step_of(tmp_path) == int(last)
    check_checkpoints(tmp_path)


class Interrupted(tf.compat.v1.train.SessionRunHook):
    """Gets SIGINT where Python ignores exceptions."""

    def __init__(self, place):
        self._place, self.steps = place, 0

    def after_run(self, run_context, run_values):
        self.steps += 1
        if self.steps == 3:
            self._place(lambda: signal.raise_signal(signal.SIGINT))


class _Left:
    pass


def in_a_destructor(send):
    left = type("Left", (), {"__del__": lambda self: send()})()
    del left


def in_a_finalizer(send):
    left = _Left()
    weakref.finalize(left, send)
    del left


@pytest.mark.parametrize("place", [in_a_destructor, in_a_finalizer])
@pytest.mark.parametrize("way", ["train", "evaluate", "train_and_evaluate"])
def test_an_interrupt_is_heeded_where_python_drops_it(way, place, tmp_path):
    estimator, hook = endless_job.estimator(str(tmp_path)), Interrupted(place)
    hooks_after, input_fn = sys.unraisablehook, endless_job.input_fn
    with pytest.raises(KeyboardInterrupt):
        if way == "train":
            estimator.train(input_fn, [hook], max_steps=900)
        elif way == "evaluate":
            estimator.evaluate(input_fn, 900, [hook])
        else:
            train = tfe.TrainSpec(input_fn, 900, [hook])
            tfe.train_and_evaluate(estimator, train, tfe.EvalSpec(input_fn))
    assert 3 <= hook.steps < 900
    assert sys.unraisablehook is hooks_after


@pytest.mark.parametrize("way", ["train", "evaluate"])
def test_an_interrupt_is_not_hidden_by_a_scope_that_it_broke(way, tmp_path):
    """Ctrl-C while a scope is being entered leaves TensorFlow's stack of scopes out of step."""

    def model_fn(features, labels, mode):
        scope = tf.compat.v1.get_default_graph().device("/cpu:0")
        scope.__enter__()  # and never left
        signal.raise_signal(signal.SIGINT)

    estimator = tfe.Estimator(model_fn, str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        getattr(estimator, way)(endless_job.input_fn, steps=1)


def test_what_users_make_of_an_interrupt_is_theirs(tmp_path):
    def model_fn(features, labels, mode):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise TimeoutError("enough") from None

    estimator = tfe.Estimator(model_fn, str(tmp_path))
    with pytest.raises(TimeoutError, match="enough"):
        estimator.train(endless_job.input_fn, steps=1)


def test_an_error_while_an_interrupt_is_handled_stays_the_error(tmp_path):
    def model_fn(features, labels, mode):
        return tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))

    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        with pytest.raises(ValueError, match="Dimensions must be equal"):
            tfe.Estimator(model_fn, str(tmp_path)).train(endless_job.input_fn, steps=1)
