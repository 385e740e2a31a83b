"""`BinaryClassHead`: one of two classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.heads import _checks, _classes
from tfspec.heads._keys import ExportKeys, MetricKeys, PredictionKeys
from tfspec.heads._metrics import Measure, with_thresholds
from tfspec.heads._task import TaskHead
from tfspec.heads._tensors import (
    checked_labels,
    checked_logits,
    custom_loss,
    labels_in_range,
)
from tfspec.spec import RegressionOutput

_PREDICTIONS = (
    PredictionKeys.LOGITS,
    PredictionKeys.LOGISTIC,
    PredictionKeys.PROBABILITIES,
    PredictionKeys.CLASS_IDS,
    PredictionKeys.CLASSES,
    PredictionKeys.ALL_CLASS_IDS,
    PredictionKeys.ALL_CLASSES,
)
_AT_THRESHOLD = {
    "accuracy": MetricKeys.ACCURACY_AT_THRESHOLD,
    "precision": MetricKeys.PRECISION_AT_THRESHOLD,
    "recall": MetricKeys.RECALL_AT_THRESHOLD,
}


class BinaryClassHead(TaskHead):
    """A head for two classes, with sigmoid cross entropy as its loss.

    Logits have the shape `[D0, D1, ... DN, 1]`, in most cases `[batch, 1]`; labels have the same
    shape, or lack the last dimension. They are numbers in [0, 1], where those between are
    probabilities, or strings with a `label_vocabulary`.

    Metrics: `average_loss`, `accuracy`, `precision`, `recall`, `prediction/mean`, `label/mean`,
    `accuracy_baseline` (of always saying the more frequent class), `auc`, `auc_precision_recall`
    and, for each threshold, `accuracy`, `precision` and `recall` with
    `/positive_threshold_<threshold>` behind. Predictions: `logits`, `logistic`, `probabilities`
    `[batch, 2]`, `class_ids`, `classes`, `all_class_ids` and `all_classes`.
    Behaviour: tf.estimator 2.15.

        head = BinaryClassHead(thresholds=[0.25, 0.5, 0.75])
        estimator = DNNEstimator(head=head, hidden_units=[32], feature_columns=columns)

    Args:
        weight_column: Key of the feature, or a numeric column, with the weights of the examples,
            `[D0, D1, ... DN]` or `[D0, D1, ... DN, 1]`. Default: all weights are 1.
        thresholds: Numbers in (0, 1) to measure accuracy, precision and recall at.
        label_vocabulary: The two labels as strings, that of class 0 first.
        loss_reduction: `sum_over_batch_size` (the weighted sum over the batch, divided by the
            number of examples), `auto` (the same) or `sum`.
        loss_fn: Another loss: a function of `labels` and `logits`, and `features` if it likes,
            which returns the loss of each example, `[D0, D1, ... DN, 1]`.
        name: Ends the keys of metrics and summaries, and is their name scope.

    Raises:
        ValueError: A threshold outside (0, 1), no such `loss_reduction`, or a `loss_fn` or
            `label_vocabulary` of another form.
    """

    def __init__(
        self,
        weight_column: Any = None,
        thresholds: Sequence[float] | None = None,
        label_vocabulary: Sequence[Any] | None = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> None:
        self._thresholds = _checks.thresholds(thresholds)
        self._label_vocabulary = _checks.label_vocabulary(label_vocabulary)
        super().__init__(1, weight_column, loss_reduction, loss_fn, name)

    def _processed_labels(self, labels: Any, logits: tf.Tensor) -> tf.Tensor:
        labels = checked_labels(labels, logits, 1)
        if self._label_vocabulary is not None:
            labels = _classes.numbers_of(labels, self._label_vocabulary)
        return labels_in_range(tf.cast(labels, tf.float32), 2)

    def _unreduced_loss(self, labels: tf.Tensor, logits: tf.Tensor, features: Any) -> tf.Tensor:
        if self._loss_fn is not None:
            return custom_loss(self._loss_fn, labels, logits, features)
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def predictions(self, logits: Any, keys: Sequence[str] | None = None) -> dict[str, tf.Tensor]:
        """Returns the predictions in `keys`, or all of those named above.

        Args:
            logits: `[D0, D1, ... DN, 1]`.
            keys: Keys of `PredictionKeys`.

        Raises:
            ValueError: A key that the head doesn't have, or logits of another shape.
        """
        keys = _checks.prediction_keys(keys, _PREDICTIONS)
        logits = checked_logits(logits, 1)
        two = tf.concat((tf.zeros_like(logits), logits), axis=-1, name="two_class_logits")
        return _classes.predicted(keys, logits, two, self._label_vocabulary)

    def _task_measures(self) -> list[Measure]:
        return [
            Measure(MetricKeys.ACCURACY, "accuracy", "class_ids"),
            Measure(MetricKeys.PRECISION, "precision", "class_ids"),
            Measure(MetricKeys.RECALL, "recall", "class_ids"),
            Measure(MetricKeys.PREDICTION_MEAN, "mean", "logistic"),
            Measure(MetricKeys.LABEL_MEAN, "mean", "labels"),
            Measure(MetricKeys.ACCURACY_BASELINE, "baseline", "labels"),
            Measure(MetricKeys.AUC, "auc", "logistic"),
            Measure(MetricKeys.AUC_PR, "auc_pr", "logistic"),
            *with_thresholds(_AT_THRESHOLD, "logistic", self._thresholds),
        ]

    def _observed(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.predictions(logits, [PredictionKeys.CLASS_IDS, PredictionKeys.LOGISTIC])

    def _export_outputs(self, predictions: Mapping[str, tf.Tensor]) -> dict[str, Any]:
        outputs = _classes.export_outputs(predictions, 2, self._label_vocabulary)
        score = predictions[PredictionKeys.LOGISTIC]
        return {**outputs, ExportKeys.REGRESS: RegressionOutput(value=score)}
