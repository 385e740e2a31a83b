"""An Estimator with further metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfspec.custom._estimator import Estimator
from tfspec.runner import argument_names
from tfspec.spec import EstimatorSpec, ModeKeys

_METRIC_FN_ARGUMENTS = frozenset(("features", "labels", "predictions", "config"))


def add_metrics(estimator: Estimator, metric_fn: Callable[..., dict[str, Any]]) -> Estimator:
    """Returns an Estimator that evaluates further metrics besides those of `estimator`.

    Args:
      estimator: the Estimator to start from; it stays as it is.
      metric_fn: a function of any of `features`, `labels`, `predictions`, `config` that returns
        a dict as in `EstimatorSpec.eval_metric_ops`. Its metrics replace others of their name.

    Raises:
      ValueError: if `metric_fn` has other arguments.

    Behaviour: tf.estimator.add_metrics of TensorFlow 2.15.
    """
    names = argument_names(metric_fn)
    unknown = sorted(set(names) - _METRIC_FN_ARGUMENTS)
    if unknown:
        raise ValueError(f"metric_fn ({metric_fn}) has following not expected args: {unknown}")

    def model_fn(features: Any, labels: Any, mode: str, config: Any) -> EstimatorSpec:
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.EVAL:
            return spec
        offered = {
            "features": features, "labels": labels,
            "predictions": spec.predictions, "config": config,
        }
        added = metric_fn(**{name: offered[name] for name in names})
        return spec._replace(eval_metric_ops={**(spec.eval_metric_ops or {}), **added})

    return Estimator(
        model_fn=model_fn,
        model_dir=estimator.model_dir,
        config=estimator.config,
        warm_start_from=estimator._warm_start_settings,
    )
