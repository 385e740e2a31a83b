"""BestExporter: exports a model whenever its evaluation beats the best so far."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any

import tensorflow as tf

from tfspec.hooks import scalars_in_events
from tfspec.training import _exporters

_COMPARE_ARGUMENTS = ("best_eval_result", "current_eval_result")


def _loss_smaller(
    best_eval_result: Mapping[str, Any], current_eval_result: Mapping[str, Any]
) -> bool:
    """Whether the current loss is below the best one."""
    losses = []
    for name, result in zip(
        _COMPARE_ARGUMENTS, (best_eval_result, current_eval_result), strict=True
    ):
        if not result or "loss" not in result:
            raise ValueError(f"{name} cannot be empty or no loss is found in it.")
        losses.append(result["loss"])
    return losses[0] > losses[1]


class BestExporter(_exporters.Exporter):
    """Exports whenever the evaluation is better than the best one before.

    Behaviour: tf.estimator 2.15, except after a restart: where exports of an earlier run are
    there, the best evaluation in that run's event files counts from the start (2.15 exported
    the first evaluation after a restart whatever its result).
    """

    def __init__(
        self,
        name: str = "best_exporter",
        serving_input_receiver_fn: Callable[[], Any] | None = None,
        event_file_pattern: str | None = "eval/*.tfevents.*",
        compare_fn: Callable[..., bool] = _loss_smaller,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ):
        """Checks the arguments.

        Args:
          name: name of the exporter and of its folder.
          serving_input_receiver_fn: function that returns a `ServingInputReceiver`.
          event_file_pattern: event files of the evaluation, as a glob pattern below the model's
            directory; for an evaluation called NAME, `'eval_NAME/*.tfevents.*'`. With None a
            restart forgets the best result.
          compare_fn: function of `best_eval_result` and `current_eval_result`, dictionaries of
            metrics, that tells whether the current one is better. By default a smaller `loss`.
          assets_extra: files to copy, by their paths below `assets.extra` of the export.
          as_text: whether to write the graph as text.
          exports_to_keep: how many exports to keep, by the time in their names; None for all.

        Raises:
          ValueError: `compare_fn` is None or takes other arguments, or `exports_to_keep` isn't
            positive.
        """
        _check_compare_fn(compare_fn)
        _exporters.check_exports_to_keep(exports_to_keep)
        self._name = name
        self._compare_fn = compare_fn
        self._event_file_pattern = event_file_pattern
        self._exports_to_keep = exports_to_keep
        self._best: Mapping[str, Any] | None = None
        self._started = False
        self._writer = _exporters.SavedModelWriter(
            serving_input_receiver_fn, assets_extra, as_text
        )

    @property
    def name(self) -> str:
        return self._name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        if not self._started:
            self._best = self._best_of_earlier_run(estimator, export_path, eval_result)
            self._started = True
        if self._best is not None and not self._compare_fn(
            best_eval_result=self._best, current_eval_result=eval_result
        ):
            return None
        tf.compat.v1.logging.info("Performing best model export.")
        path = self._writer.write(estimator, export_path, checkpoint_path)
        self._best = eval_result
        _exporters.delete_old_exports(export_path, self._exports_to_keep)
        return path

    def _best_of_earlier_run(
        self, estimator: Any, export_path: str, current: Mapping[str, Any] | None
    ) -> Mapping[str, Any] | None:
        """The best evaluation that an earlier run left, None if it exported nothing."""
        if self._event_file_pattern is None or not _exporters.timestamped_exports(export_path):
            return None
        tf.compat.v1.logging.info("Loading best metric from event files.")
        model_dir = tf.compat.as_str_any(estimator.model_dir)
        best = None
        for step, scalars in scalars_in_events(os.path.join(model_dir, self._event_file_pattern)):
            result = {**scalars, "global_step": step}
            if not _comparable(result, current):
                continue
            if best is None or self._compare_fn(
                best_eval_result=best, current_eval_result=result
            ):
                best = result
        return best


def _check_compare_fn(compare_fn: Any) -> None:
    if not compare_fn:
        raise ValueError("`compare_fn` must not be None.")
    names = list(inspect.signature(compare_fn).parameters)
    for name in _COMPARE_ARGUMENTS:
        if name not in names:
            raise ValueError(f"compare_fn ({compare_fn}) must include {name} argument.")
    surplus = [name for name in names if name not in _COMPARE_ARGUMENTS]
    if surplus:
        raise ValueError(f"compare_fn ({compare_fn}) has following not expected args: {surplus}")


def _comparable(result: Mapping[str, Any], current: Mapping[str, Any] | None) -> bool:
    """Whether an earlier result has the metrics of the current one and isn't that one itself.

    The current evaluation is in the event files already when exporters are called.
    """
    if not current:
        return True
    metrics = {name for name, value in current.items() if isinstance(value, Real)}
    return metrics <= set(result) and result["global_step"] != current.get("global_step")
