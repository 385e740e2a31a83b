"""A hook that stops a worker once the chief has saved the checkpoint of the last step."""

from __future__ import annotations

import time
from typing import Any

import tensorflow as tf

from tfspec import _checks, _tf


def make_stop_at_checkpoint_step_hook(
    estimator: Any, last_step: int, wait_after_file_check_secs: float = 30
) -> tf.compat.v1.train.SessionRunHook:
    """Makes a hook that stops training at a step, on workers not before it is saved.

    Args:
      estimator: the Estimator that is trained. For a chief the hook is a `StopAtStepHook`.
      last_step: global step to stop at.
      wait_after_file_check_secs: seconds that a worker waits between two looks for the
        checkpoint.

    Returns:
      A hook to hand to `Estimator.train` or `TrainSpec`.

    Raises:
      TypeError: `estimator` isn't an Estimator.
      ValueError: `last_step` is None.

    Behaviour: tf.estimator 2.15.
    """
    _checks.check_estimator(estimator)
    if estimator.config.is_chief:
        return tf.compat.v1.train.StopAtStepHook(last_step=last_step)
    return _StopAtCheckpointStepHook(estimator.model_dir, last_step, wait_after_file_check_secs)


class _StopAtCheckpointStepHook(tf.compat.v1.train.SessionRunHook):
    """Stops when a checkpoint of the last step is in a directory."""

    def __init__(
        self, model_dir: str, last_step: int, wait_after_file_check_secs: float = 30
    ):
        if last_step is None:
            raise ValueError("last_step must be specified.")
        if model_dir is None:
            raise ValueError("model_dir must be specified.")
        self._model_dir = model_dir
        self._last_step = last_step
        self._wait_secs = wait_after_file_check_secs

    def begin(self) -> None:
        self._global_step = _tf.global_step_read()

    def steps_until_due(self, global_step: int, seconds_per_step: float) -> int:
        return max(1, self._last_step - global_step)

    def before_run(self, run_context: Any) -> Any:
        return tf.compat.v1.train.SessionRunArgs(self._global_step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        # The value fetched is that from before the step.
        if run_values.results + 1 < self._last_step:
            return
        if run_context.session.run(self._global_step) < self._last_step:
            return
        if _saved_step(self._model_dir) >= self._last_step:
            run_context.request_stop()
        else:
            tf.compat.v1.logging.info("Waiting until step %s is checkpointed.", self._last_step)
            time.sleep(self._wait_secs)


def _saved_step(model_dir: str) -> int:
    """The global step of the newest checkpoint in a directory, 0 if there is none."""
    path = tf.train.latest_checkpoint(model_dir)
    if path is None:
        return 0
    try:
        reader = tf.train.load_checkpoint(path)
    except (tf.errors.NotFoundError, tf.errors.DataLossError):  # being deleted or written
        return 0
    name = tf.compat.v1.GraphKeys.GLOBAL_STEP
    return int(reader.get_tensor(name)) if reader.has_tensor(name) else 0
