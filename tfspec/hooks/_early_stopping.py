"""Hooks that stop training early, by a function or by the metrics of evaluations so far."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tfspec import _checks, _tf
from tfspec.hooks._eval_events import read_eval_metrics
from tfspec.runner import NEVER, steps_until_timer

SessionRunHook = tf.compat.v1.train.SessionRunHook
Better = Callable[[float, float], bool]


def make_early_stopping_hook(
    estimator: Any,
    should_stop_fn: Callable[[], bool],
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Makes a hook that stops training when a function says so.

    The chief calls the function and puts the answer into a variable, the workers look at that
    variable. It is saved in checkpoints as `signal_early_stopping/STOP`.

    Args:
      estimator: the Estimator that is trained.
      should_stop_fn: function without arguments that returns whether to stop.
      run_every_secs: seconds between two calls of it; None if `run_every_steps` is given.
      run_every_steps: steps between two calls of it. Training runs fastest, and looks at the
        function at the exact steps, if this is much larger than one.

    Returns:
      A hook to hand to `Estimator.train` or `TrainSpec`.

    Raises:
      TypeError: `estimator` isn't an Estimator, or `should_stop_fn` can't be called.
      ValueError: both intervals are given, or neither is.

    Behaviour: tf.estimator 2.15.
    """
    _checks.check_estimator(estimator)
    if not callable(should_stop_fn):
        raise TypeError(
            f"`should_stop_fn` must be callable. Got {should_stop_fn!r} of type "
            f"{type(should_stop_fn).__name__}."
        )
    if run_every_secs is not None and run_every_steps is not None:
        raise ValueError(
            "Only one of `run_every_secs` and `run_every_steps` must be set. "
            f"Given: {run_every_secs} seconds and {run_every_steps} steps; set one to None."
        )
    if estimator.config.is_chief:
        return _StopOnPredicateHook(should_stop_fn, run_every_secs, run_every_steps)
    return _CheckForStoppingHook()


def stop_if_higher_hook(
    estimator: Any,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Makes a hook that stops training once a metric has been above a threshold.

    Args:
      estimator: the Estimator that is trained.
      metric_name: name of the metric, a key of what `Estimator.evaluate` returns.
      threshold: value that the metric has to exceed.
      eval_dir: directory of the evaluation; `estimator.eval_dir()` if None.
      min_steps: evaluations before this global step don't count.
      run_every_secs: seconds between two looks at the metrics.
      run_every_steps: steps between two looks, in place of seconds.

    Returns:
      A hook to hand to `Estimator.train` or `TrainSpec`.

    Raises:
      TypeError, ValueError: see `make_early_stopping_hook`.

    Behaviour: tf.estimator 2.15.
    """
    watch = _Metrics(estimator, metric_name, eval_dir, min_steps)
    return make_early_stopping_hook(
        estimator,
        lambda: watch.passed(threshold, operator.gt, "greater than"),
        run_every_secs,
        run_every_steps,
    )


def stop_if_lower_hook(
    estimator: Any,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Makes a hook that stops training once a metric has been below a threshold.

    Args, returns and raises are those of `stop_if_higher_hook`.

    Behaviour: tf.estimator 2.15.
    """
    watch = _Metrics(estimator, metric_name, eval_dir, min_steps)
    return make_early_stopping_hook(
        estimator,
        lambda: watch.passed(threshold, operator.lt, "less than"),
        run_every_secs,
        run_every_steps,
    )


def stop_if_no_increase_hook(
    estimator: Any,
    metric_name: str,
    max_steps_without_increase: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Makes a hook that stops training once a metric has not risen for some steps.

    Args:
      estimator: the Estimator that is trained.
      metric_name: name of the metric, a key of what `Estimator.evaluate` returns.
      max_steps_without_increase: global steps since the evaluation with the highest value
        after which to stop.
      eval_dir: directory of the evaluation; `estimator.eval_dir()` if None.
      min_steps: evaluations before this global step don't count.
      run_every_secs: seconds between two looks at the metrics.
      run_every_steps: steps between two looks, in place of seconds.

    Returns:
      A hook to hand to `Estimator.train` or `TrainSpec`.

    Raises:
      TypeError, ValueError: see `make_early_stopping_hook`.

    Behaviour: tf.estimator 2.15.
    """
    watch = _Metrics(estimator, metric_name, eval_dir, min_steps)
    return make_early_stopping_hook(
        estimator,
        lambda: watch.stalled(max_steps_without_increase, operator.gt, "increase"),
        run_every_secs,
        run_every_steps,
    )


def stop_if_no_decrease_hook(
    estimator: Any,
    metric_name: str,
    max_steps_without_decrease: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Makes a hook that stops training once a metric has not fallen for some steps.

    Args, returns and raises are those of `stop_if_no_increase_hook`, with
    `max_steps_without_decrease` counted from the evaluation with the lowest value.

    Behaviour: tf.estimator 2.15.
    """
    watch = _Metrics(estimator, metric_name, eval_dir, min_steps)
    return make_early_stopping_hook(
        estimator,
        lambda: watch.stalled(max_steps_without_decrease, operator.lt, "decrease"),
        run_every_secs,
        run_every_steps,
    )


class _Metrics:
    """One metric of an estimator's evaluations, read anew at each question."""

    def __init__(self, estimator: Any, name: str, eval_dir: str | None, min_steps: int):
        _checks.check_estimator(estimator)
        self._name = name
        self._eval_dir = eval_dir or estimator.eval_dir()
        self._min_steps = min_steps

    def passed(self, threshold: float, beyond: Better, words: str) -> bool:
        """Whether the metric has been beyond a threshold."""
        for step, value in self._values():
            if beyond(value, threshold):
                tf.compat.v1.logging.info(
                    'At step %s, metric "%s" has value %s which is %s the configured threshold '
                    "(%s) for early stopping.",
                    step, self._name, value, words, threshold,
                )  # fmt: skip
                return True
        return False

    def stalled(self, max_steps: int, better: Better, word: str) -> bool:
        """Whether there has been a time of `max_steps` without a better value."""
        best, best_step = None, 0
        for step, value in self._values():
            if best is None or better(value, best):
                best, best_step = value, step
            elif step - best_step >= max_steps:
                tf.compat.v1.logging.info(
                    'No %s in metric "%s" for %s steps, which is greater than or equal to max '
                    "steps (%s) configured for early stopping.",
                    word, self._name, step - best_step, max_steps,
                )  # fmt: skip
                return True
        return False

    def _values(self) -> Iterator[tuple[int, float]]:
        for step, metrics in read_eval_metrics(self._eval_dir).items():
            if step < self._min_steps:
                continue
            if self._name not in metrics:
                raise KeyError(
                    f"No metric {self._name!r} in the evaluation at step {step} in "
                    f"{self._eval_dir}. There are: {sorted(metrics)}."
                )
            yield step, metrics[self._name]


def _stop_variable() -> tf.Variable:
    with tf.compat.v1.variable_scope("signal_early_stopping", reuse=tf.compat.v1.AUTO_REUSE):
        return tf.compat.v1.get_variable(
            "STOP",
            shape=[],
            dtype=tf.bool,
            initializer=tf.compat.v1.constant_initializer(False),
            collections=[tf.compat.v1.GraphKeys.GLOBAL_VARIABLES],
            trainable=False,
        )


class _StopOnPredicateHook(SessionRunHook):
    """The chief's part: asks the function and tells the workers."""

    def __init__(
        self,
        should_stop_fn: Callable[[], bool],
        run_every_secs: float | None,
        run_every_steps: int | None,
    ):
        self._should_stop_fn = should_stop_fn
        self._timer = tf.compat.v1.train.SecondOrStepTimer(
            every_secs=run_every_secs, every_steps=run_every_steps
        )

    def begin(self) -> None:
        self._global_step = _tf.global_step_read()
        self._stop = tf.compat.v1.assign(_stop_variable(), True).op

    def steps_until_due(self, global_step: int, seconds_per_step: float) -> int:
        return steps_until_timer(self._timer, global_step, seconds_per_step)

    def before_run(self, run_context: Any) -> Any:
        return tf.compat.v1.train.SessionRunArgs(self._global_step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        global_step = run_values.results
        if not self._timer.should_trigger_for_step(global_step):
            return
        self._timer.update_last_triggered_step(global_step)
        if self._should_stop_fn():
            tf.compat.v1.logging.info("Requesting early stopping at global step %d", global_step)
            run_context.session.run(self._stop)
            run_context.request_stop()


class _CheckForStoppingHook(SessionRunHook):
    """A worker's part: stops when the chief has said so."""

    def begin(self) -> None:
        self._stop_variable = _stop_variable()

    def steps_until_due(self, global_step: int, seconds_per_step: float) -> int:
        return NEVER  # whenever the next call ends is soon enough

    def before_run(self, run_context: Any) -> Any:
        return tf.compat.v1.train.SessionRunArgs(self._stop_variable)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if run_values.results:
            tf.compat.v1.logging.info("Early stopping requested, suspending run.")
            run_context.request_stop()
