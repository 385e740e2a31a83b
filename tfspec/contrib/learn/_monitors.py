"""tf.contrib.learn.monitors: what ran beside `fit` before there were hooks."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_train = v1.train
_logger = logging.getLogger("tensorflow")


class BaseMonitor:
    """Is told of the steps of a training, and may stop it."""

    def __init__(self) -> None:
        self._estimator: Any = None

    @property
    def run_on_all_workers(self) -> bool:
        """Whether not only the chief runs it."""
        return False

    def set_estimator(self, estimator: Any) -> None:
        """Is called before training, with the estimator that trains."""
        self._estimator = estimator

    def begin(self, max_steps: int | None = None) -> None:
        """Is called once the model's graph is built."""

    def end(self, session: Any = None) -> None:
        """Is called when training has ended."""

    def epoch_begin(self, epoch: int) -> None:
        """Is called by nobody."""

    def epoch_end(self, epoch: int) -> None:
        """Is called by nobody."""

    def step_begin(self, step: int) -> list[Any]:
        """Is called before a step; returns tensors, or their names, that it wants to see."""
        return []

    def step_end(self, step: int, output: Mapping[Any, Any]) -> bool | None:
        """Is called with the values of those; true ends the training."""
        return False

    def post_step(self, step: int, session: Any) -> None:
        """Is called after each step."""


class EveryN(BaseMonitor):
    """Is told of every `every_n_steps`th step, and of the first ones.

    Args:
        every_n_steps: steps from one to the next.
        first_n_steps: up to this step it is told of all.
    """

    def __init__(self, every_n_steps: int = 100, first_n_steps: int = 1) -> None:
        super().__init__()
        self._every_n_steps = every_n_steps
        self._first_n_steps = first_n_steps
        self._last_successful_step = 0
        self._last_active_step = 0

    def every_n_step_begin(self, step: int) -> list[Any]:
        """As `step_begin`."""
        return []

    def every_n_step_end(self, step: int, outputs: Mapping[Any, Any]) -> bool | None:
        """As `step_end`."""
        return False

    def every_n_post_step(self, step: int, session: Any) -> None:
        """As `post_step`; also of the last step."""

    def next_active_step(self, step: int) -> int:
        """The first step after `step` that it is told of."""
        if step < self._first_n_steps:
            return step + 1
        return max(step + 1, self._last_active_step + self._every_n_steps)

    def step_begin(self, step: int) -> list[Any]:
        if step < self.next_active_step(step - 1):
            return []
        self._last_active_step = step
        return self.every_n_step_begin(step)

    def step_end(self, step: int, output: Mapping[Any, Any]) -> bool | None:
        self._last_successful_step = step
        return step == self._last_active_step and self.every_n_step_end(step, output)

    def post_step(self, step: int, session: Any) -> None:
        if step == self._last_active_step:
            self.every_n_post_step(step, session)

    def end(self, session: Any = None) -> None:
        if self._last_successful_step != self._last_active_step:
            self.every_n_post_step(self._last_successful_step, session)


class PrintTensor(EveryN):
    """Logs tensors.

    Args:
        tensor_names: names of tensors, or a dict of them by what they are to be called.
        every_n, first_n: see `EveryN`.
    """

    def __init__(self, tensor_names: Any, every_n: int = 100, first_n: int = 1) -> None:
        super().__init__(every_n, first_n)
        named = tensor_names if isinstance(tensor_names, Mapping) else {n: n for n in tensor_names}
        self._tensor_names = dict(named)

    def every_n_step_begin(self, step: int) -> list[Any]:
        return list(self._tensor_names.values())

    def every_n_step_end(self, step: int, outputs: Mapping[Any, Any]) -> None:
        shown = (f"{tag} = {outputs[name]}" for tag, name in self._tensor_names.items())
        _logger.info("Step %d: %s", step, ", ".join(shown))


class CaptureVariable(EveryN):
    """Keeps what a variable was, in `values`, by step.

    Args:
        var_name: the name of its tensor.
        every_n, first_n: see `EveryN`.
    """

    def __init__(self, var_name: str, every_n: int = 100, first_n: int = 1) -> None:
        super().__init__(every_n, first_n)
        self._var_name = var_name
        self.values: dict[int, Any] = {}

    def every_n_step_begin(self, step: int) -> list[Any]:
        return [self._var_name]

    def every_n_step_end(self, step: int, outputs: Mapping[Any, Any]) -> None:
        self.values[step] = outputs[self._var_name]


class ValidationMonitor(EveryN):
    """Evaluates the latest checkpoint now and then, and may stop training early.

    Args:
        x, y, input_fn, batch_size: what to evaluate on, as for `evaluate`.
        eval_steps: how many batches that takes; None for all.
        every_n_steps: steps between two looks for a new checkpoint.
        metrics: measured besides.
        hooks: run along with evaluation.
        early_stopping_rounds: training ends once the metric hasn't become better for so many
            steps; None for never.
        early_stopping_metric: which metric.
        early_stopping_metric_minimize: whether less is better.
        name: of the evaluation.
        check_interval_secs: at least so long between two looks.

    Raises:
        ValueError: neither `x` nor `input_fn`.

    Attributes:
        early_stopped: whether it ended the training.
        best_step, best_value, best_metrics: the best evaluation; None before the first.
    """

    def __init__(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[[], Any] | None = None,
        batch_size: int | None = None,
        eval_steps: int | None = None,
        every_n_steps: int = 100,
        metrics: Mapping[str, Any] | None = None,
        hooks: Sequence[Any] | None = None,
        early_stopping_rounds: int | None = None,
        early_stopping_metric: str = "loss",
        early_stopping_metric_minimize: bool = True,
        name: str | None = None,
        check_interval_secs: float = 5,
    ) -> None:
        super().__init__(every_n_steps, first_n_steps=-1)
        if x is None and input_fn is None:
            raise ValueError("Either x or input_fn should be provided.")
        self._evaluation = {
            "x": x, "y": y, "input_fn": input_fn, "batch_size": batch_size, "steps": eval_steps,
            "metrics": metrics, "hooks": hooks, "name": name,
        }
        self._rounds = early_stopping_rounds
        self._metric, self._minimize = early_stopping_metric, early_stopping_metric_minimize
        self._interval = check_interval_secs
        self._looked_at = float("-inf")
        self._latest: str | None = None
        self.early_stopped = False
        self.best_step: int | None = None
        self.best_value: Any = None
        self.best_metrics: dict[str, Any] | None = None

    def every_n_step_end(self, step: int, outputs: Mapping[Any, Any]) -> bool:
        if self._estimator is None:
            raise ValueError("Missing call to set_estimator.")
        now = time.time()
        if now < self._looked_at + self._interval:
            return False
        self._looked_at = now
        latest = tf.train.latest_checkpoint(self._estimator.model_dir)
        if latest is None or latest == self._latest:
            return False
        self._latest = latest
        found = self._estimator.evaluate(**self._evaluation)
        shown = ", ".join(f"{name} = {value}" for name, value in found.items())
        _logger.info("Validation (step %d): %s", step, shown)
        return self._rounds is not None and self._is_over(step, found)

    def _is_over(self, step: int, found: dict[str, Any]) -> bool:
        if self._metric not in found:
            raise ValueError(f"Metric {self._metric} missing from outputs {set(found)}.")
        value = found[self._metric]
        best = self.best_value
        if best is None or (value < best if self._minimize else value > best):
            self.best_step, self.best_value, self.best_metrics = step, value, found
        self.early_stopped = step - self.best_step >= self._rounds
        if self.early_stopped:
            _logger.info(
                "Stopping. Best step: %d with %s = %s.", self.best_step, self._metric,
                self.best_value,
            )
        return self.early_stopped


class StopAtStep(BaseMonitor):
    """Ends training.

    Args:
        num_steps: after so many steps.
        last_step: at this one.

    Raises:
        ValueError: none of both is given, or both.
    """

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        super().__init__()
        if (num_steps is None) == (last_step is None):
            raise ValueError("Exactly one of num_steps and last_step must be specified.")
        self._num_steps, self._last_step = num_steps, last_step

    def step_begin(self, step: int) -> list[Any]:
        if self._last_step is None:
            self._last_step = step + self._num_steps - 1
        return []

    def step_end(self, step: int, output: Mapping[Any, Any]) -> bool:
        return step >= self._last_step


class RunHookAdapterForMonitors(_train.SessionRunHook):
    """Monitors as a hook.

    Args:
        monitors: objects with the methods of `BaseMonitor`.
    """

    def __init__(self, monitors: Iterable[Any]) -> None:
        self._monitors = list(monitors)
        # Steps that nobody is told of may pass unseen: many in one call.
        self._sees_all = not all(_needs_no_tensors(monitor) for monitor in self._monitors)
        if not self._sees_all:
            self.steps_until_due = self._steps_until_due

    def begin(self) -> None:
        self._global_step = _train.get_global_step()
        self._step: int | None = None
        for monitor in self._monitors:
            monitor.begin(max_steps=None)

    def _steps_until_due(self, global_step: int, seconds_per_step: float) -> int:
        due = min(monitor.next_active_step(global_step) for monitor in self._monitors)
        return due - global_step

    def before_run(self, run_context: Any) -> Any:
        if not self._sees_all:
            return None
        if self._step is None:
            self._step = int(run_context.session.run(self._global_step))
        self._step += 1
        wanted = [request for m in self._monitors for request in m.step_begin(self._step) or ()]
        graph = v1.get_default_graph()
        return _train.SessionRunArgs({request: _element(graph, request) for request in wanted})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if self._sees_all:
            step, values = self._step, run_values.results
        else:
            step, values = int(run_context.session.run(self._global_step)), {}
            for monitor in self._monitors:
                monitor.step_begin(step)
        for monitor in self._monitors:
            if monitor.step_end(step, values):
                run_context.request_stop()
        for monitor in self._monitors:
            monitor.post_step(step, run_context.session)

    def end(self, session: Any) -> None:
        for monitor in self._monitors:
            takes_session = "session" in inspect.signature(monitor.end).parameters
            monitor.end(**({"session": session} if takes_session else {}))


def _needs_no_tensors(monitor: Any) -> bool:
    """Whether a monitor looks at none but the steps that `EveryN` tells of, and at no tensor."""
    own = ("step_begin", "step_end", "post_step", "every_n_step_begin", "next_active_step")
    return isinstance(monitor, EveryN) and all(
        getattr(type(monitor), name) is getattr(EveryN, name) for name in own
    )


def _element(graph: Any, request: Any) -> Any:
    if isinstance(request, str) and ":" not in request:
        request = f"{request}:0"
    return graph.as_graph_element(request)


def replace_monitors_with_hooks(monitors_or_hooks: Iterable[Any] | None, estimator: Any) -> list:
    """Hooks as they are, and one for all monitors, which are told their estimator."""
    given = list(monitors_or_hooks or ())
    hooks = [each for each in given if isinstance(each, _train.SessionRunHook)]
    monitors = [each for each in given if not isinstance(each, _train.SessionRunHook)]
    for monitor in monitors:
        monitor.set_estimator(estimator)
    return [*hooks, RunHookAdapterForMonitors(monitors)] if monitors else hooks


def NanLoss(loss_tensor: Any, every_n_steps: int = 100, fail_on_nan_loss: bool = True):  # noqa: N802
    """`NanTensorHook`."""
    return _train.NanTensorHook(loss_tensor, fail_on_nan_loss)


def CheckpointSaver(*args: Any, **kwargs: Any):  # noqa: N802
    """`CheckpointSaverHook`."""
    return _train.CheckpointSaverHook(*args, **kwargs)


def StepCounter(  # noqa: N802
    every_n_steps: int = 100, output_dir: str | None = None, summary_writer: Any = None
):
    """`StepCounterHook`."""
    return _train.StepCounterHook(every_n_steps, None, output_dir, summary_writer)


def SummarySaver(  # noqa: N802
    summary_op: Any, save_steps: int = 100, output_dir: str | None = None,
    summary_writer: Any = None, scaffold: Any = None,
):
    """`SummarySaverHook`."""
    return _train.SummarySaverHook(
        save_steps, None, output_dir, summary_writer, scaffold, summary_op
    )
