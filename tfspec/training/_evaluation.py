"""Evaluating checkpoints as they appear, and exporting after each evaluation."""

from __future__ import annotations

import enum
import os
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec import _tf
from tfspec.training._specs import EvalSpec

_SECS_BETWEEN_WARNINGS = 600
_NOT_TRAINED = (
    "Estimator is not trained yet. Will start an evaluation when a checkpoint is ready."
)
_NOTHING_NEW = (
    "No new checkpoint ready for evaluation. Skip the current evaluation pass as evaluation "
    "results are expected to be same for the same checkpoint."
)


class EvalStatus(enum.Enum):
    """What came of an attempt to evaluate."""

    EVALUATED = "evaluated"
    MISSING_CHECKPOINT = "missing checkpoint"
    NO_NEW_CHECKPOINT = "no new checkpoint"


class EvalResult(NamedTuple):
    """Outcome of one attempt to evaluate.

    Attributes:
      status: whether the newest checkpoint was evaluated, or why not.
      metrics: what `Estimator.evaluate` returned, None if nothing was evaluated.
      exports: what each exporter returned, in their order.
      is_final: whether the evaluated checkpoint is that of `max_steps`.
    """

    status: EvalStatus
    metrics: Mapping[str, Any] | None = None
    exports: list[Any] | None = None
    is_final: bool = False


class CheckpointEvaluator:
    """Evaluates the newest checkpoint of an estimator, each checkpoint once."""

    def __init__(self, estimator: Any, eval_spec: EvalSpec, max_steps: int | None):
        self._estimator = estimator
        self._eval_spec = eval_spec
        self._max_steps = max_steps
        self._evaluated_path: str | None = None
        self._last_warning: float | None = None

    def evaluate_and_export(self) -> EvalResult:
        """Evaluates the newest checkpoint, unless it was already, and calls the exporters.

        Raises:
          ValueError: the metrics are empty or lack `global_step`.
          TypeError: the metrics are no dictionary.
        """
        path = self._estimator.latest_checkpoint()
        if not path:
            self._warn_now_and_then(_NOT_TRAINED)
            return EvalResult(EvalStatus.MISSING_CHECKPOINT)
        if path == self._evaluated_path:
            self._warn_now_and_then(_NOTHING_NEW)
            return EvalResult(EvalStatus.NO_NEW_CHECKPOINT)
        spec = self._eval_spec
        metrics = self._estimator.evaluate(
            name=spec.name,
            input_fn=spec.input_fn,
            steps=spec.steps,
            checkpoint_path=path,
            hooks=spec.hooks,
        )
        _check_metrics(metrics)
        self._last_warning = None
        self._evaluated_path = path
        step = metrics[tf.compat.v1.GraphKeys.GLOBAL_STEP]
        is_final = bool(self._max_steps and step >= self._max_steps)
        exports = self._export(metrics, path, is_final)
        return EvalResult(EvalStatus.EVALUATED, metrics, exports, is_final)

    def _export(self, metrics: Mapping[str, Any], path: str, is_final: bool) -> list[Any]:
        folder = os.path.join(tf.compat.as_str_any(self._estimator.model_dir), "export")
        return [
            exporter.export(
                estimator=self._estimator,
                export_path=os.path.join(folder, exporter.name),
                checkpoint_path=path,
                eval_result=metrics,
                is_the_final_export=is_final,
            )
            for exporter in self._eval_spec.exporters
        ]

    def _warn_now_and_then(self, message: str) -> None:
        now = time.time()
        if self._last_warning is None or now - self._last_warning > _SECS_BETWEEN_WARNINGS:
            tf.compat.v1.logging.warning(message)
            self._last_warning = now


def _check_metrics(metrics: Any) -> None:
    if not metrics:
        raise ValueError("Internal error: `Estimator.evaluate` should never return empty metrics.")
    if not isinstance(metrics, Mapping):
        raise TypeError(f"`Estimator.evaluate` should return dict. Given {type(metrics)}.")
    if tf.compat.v1.GraphKeys.GLOBAL_STEP not in metrics:
        raise ValueError(
            "Internal error: `Estimator.evaluate` result should have `global_step` in result. "
            f"Given {metrics}"
        )


class EvaluationListener(tf.compat.v1.train.CheckpointSaverListener):
    """Evaluates each checkpoint that training saves, at most every `throttle_secs` seconds.

    The checkpoint that a run starts with isn't evaluated, and the one that it ends with is in
    any case - be it the same one, when there was nothing to train on.
    """

    def __init__(self, evaluator: CheckpointEvaluator, throttle_secs: float):
        self._evaluator = evaluator
        self._throttle_secs = throttle_secs
        self._started = False
        self._up_to_date = False
        self.result: EvalResult | None = None

    def begin(self) -> None:
        self._timer = _tf.second_or_step_timer(self._throttle_secs)
        self._started = False

    def after_save(self, session: Any, global_step_value: int) -> None:
        self._up_to_date = False
        if not self._started:
            self._started = True
        elif self._timer.should_trigger_for_step(global_step_value):
            self._evaluate(global_step_value)
        else:
            tf.compat.v1.logging.info(
                "Skip the current checkpoint eval due to throttle secs (%s secs).",
                self._throttle_secs,
            )

    def end(self, session: Any, global_step_value: int) -> None:
        if not self._up_to_date:
            self._evaluate(global_step_value)

    def _evaluate(self, global_step_value: int) -> None:
        self._timer.update_last_triggered_step(global_step_value)
        result = self._evaluator.evaluate_and_export()
        if result.status is not EvalStatus.EVALUATED:
            raise RuntimeError(
                "There was no new checkpoint after the training. "
                f"Eval status: {result.status.value}. Training has just saved one: look for "
                "a hook or another process that removes it, or for a second job in the same "
                "directory."
            )
        self.result = result
        self._up_to_date = True
