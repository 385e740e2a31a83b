"""The metrics of heads: said once, made as Keras metrics or as `tf.compat.v1.metrics`.

A head lists what it measures as `Measure`s and, batch by batch, gives the tensors that these refer
to by name. Which kind of metric keeps count is up to its flavour.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from typing import Any

import tensorflow as tf

from tfspec import _tf

# What a head observes of a batch: tensors by name. "labels" and "weights" (None: all equal) are
# there for every measure that compares.
Observed = Mapping[str, Any]

_UNWEIGHTED = ("regularization",)


@dataclasses.dataclass(frozen=True)
class Measure:
    """One entry of what evaluation returns.

    Attributes:
        key: Its key, without the name of the head.
        kind: `mean`, `accuracy`, `precision`, `recall`, `auc`, `auc_pr` or `baseline`.
        of: The name of the observed tensor that is measured.
        threshold: Where a score starts to count as positive; None if `of` names decisions.
        column: The class which is looked at alone, in the last dimension; None for all.
    """

    key: str
    kind: str
    of: str
    threshold: float | None = None
    column: int | None = None

    def operands(self, observed: Observed) -> tuple[tf.Tensor, tf.Tensor | None, Any]:
        """(values, labels, weights) of a batch; labels are None for a mean."""
        weights = None if self.of in _UNWEIGHTED else observed["weights"]
        compared = self.kind not in ("mean", "baseline")
        labels = observed["labels"] if compared else None
        values = observed[self.of]
        if self.column is None:
            return values, labels, weights
        labels = None if labels is None else labels[..., self.column : self.column + 1]
        return values[..., self.column : self.column + 1], labels, weights


def with_thresholds(keys: Mapping[str, str], of: str, thresholds: Iterable[float]) -> list[Measure]:
    """A measure for each threshold and each kind in `keys`, kind to key pattern."""
    return [
        Measure(pattern % threshold, kind, of, threshold)
        for threshold in thresholds
        for kind, pattern in keys.items()
    ]


def keras_metric(measure: Measure) -> Any:
    """A fresh Keras metric that keeps count of `measure`."""
    metrics, name, threshold = _tf.keras().metrics, measure.key, measure.threshold
    match measure.kind:
        case "mean":
            return metrics.Mean(name=name)
        case "baseline":
            return _baseline_class()(name=name)
        case "accuracy" if threshold is None:
            return metrics.Accuracy(name=name)
        case "accuracy":
            return metrics.BinaryAccuracy(name=name, threshold=threshold)
        case "precision":
            return metrics.Precision(name=name, thresholds=threshold)
        case "recall":
            return metrics.Recall(name=name, thresholds=threshold)
        case "auc":
            return metrics.AUC(name=name)
        case "auc_pr":
            return metrics.AUC(
                name=name, curve="PR", num_thresholds=200, summation_method="interpolation"
            )
    raise ValueError(f"No such kind of measure: {measure.kind!r}.")


@functools.cache
def _baseline_class() -> type:
    """The class of Keras metrics for `baseline`; made late, as importing Keras takes a while."""

    class AccuracyBaseline(_tf.keras().metrics.Mean):
        """The accuracy of always predicting the more frequent of two classes."""

        def result(self) -> tf.Tensor:
            positive = tf.convert_to_tensor(self.total)
            larger = tf.maximum(positive, self.count - positive)
            return tf.math.divide_no_nan(larger, self.count)

    return AccuracyBaseline


def update(metric: Any, measure: Measure, observed: Observed) -> None:
    """Adds a batch to a Keras metric."""
    values, labels, weights = measure.operands(observed)
    if labels is None:
        metric.update_state(values, sample_weight=weights)
    else:
        metric.update_state(labels, values, sample_weight=weights)


def v1_metric(measure: Measure, observed: Observed) -> tuple[tf.Tensor, tf.Tensor]:
    """`measure` as the (value, update) pair of a `tf.compat.v1.metrics` function."""
    values, labels, weights = measure.operands(observed)
    metrics, threshold = tf.compat.v1.metrics, measure.threshold
    weighted = {"weights": weights, "name": measure.key}
    match measure.kind:
        case "mean":
            return metrics.mean(values, **weighted)
        case "baseline":
            value, updated = metrics.mean(values, **weighted)
            return tf.maximum(value, 1 - value), tf.maximum(updated, 1 - updated)
        case "accuracy":
            decisions = values if threshold is None else tf.cast(values > threshold, labels.dtype)
            return metrics.accuracy(labels, decisions, **weighted)
        case "precision" if threshold is None:
            return metrics.precision(labels, values, **weighted)
        case "recall" if threshold is None:
            return metrics.recall(labels, values, **weighted)
        case "precision" | "recall" as kind:
            function = getattr(metrics, f"{kind}_at_thresholds")
            value, updated = function(labels, values, [threshold], **weighted)
            return tf.squeeze(value), tf.squeeze(updated)
        case "auc" | "auc_pr" as kind:
            curve = "PR" if kind == "auc_pr" else "ROC"
            return metrics.auc(labels, values, curve=curve, **weighted)
    raise ValueError(f"No such kind of measure: {measure.kind!r}.")
