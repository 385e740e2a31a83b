"""`MultiLabelHead`: any number of classes at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.heads import _checks, _classes
from tfspec.heads._keys import MetricKeys, PredictionKeys
from tfspec.heads._metrics import Measure, with_thresholds
from tfspec.heads._task import TaskHead
from tfspec.heads._tensors import (
    checked_labels,
    checked_logits,
    custom_loss,
    labels_in_range,
    scope,
)

_PREDICTIONS = (
    PredictionKeys.LOGITS,
    PredictionKeys.PROBABILITIES,
    PredictionKeys.CLASSES,
)
_AT_THRESHOLD = {
    "accuracy": MetricKeys.ACCURACY_AT_THRESHOLD,
    "precision": MetricKeys.PRECISION_AT_THRESHOLD,
    "recall": MetricKeys.RECALL_AT_THRESHOLD,
}
_BY_NAME = {
    "mean": MetricKeys.PROBABILITY_MEAN_AT_NAME,
    "auc": MetricKeys.AUC_AT_NAME,
    "auc_pr": MetricKeys.AUC_PR_AT_NAME,
}
_BY_NUMBER = {
    "mean": MetricKeys.PROBABILITY_MEAN_AT_CLASS,
    "auc": MetricKeys.AUC_AT_CLASS,
    "auc_pr": MetricKeys.AUC_PR_AT_CLASS,
}


class MultiLabelHead(TaskHead):
    """A head for classes that don't exclude each other, with sigmoid cross entropy as its loss.

    Logits have the shape `[D0, D1, ... DN, n_classes]`, in most cases `[batch, n_classes]`.
    Labels are either dense of the same shape, 1 for the classes of an example and 0 for others;
    or sparse, `[D0, D1, ... DN, ?]`, with the numbers of the classes, or their names if there is a
    `label_vocabulary`. The loss of an example is the mean over its classes.

    Metrics: `average_loss`, `auc`, `auc_precision_recall`; for each threshold, `accuracy`,
    `precision` and `recall` with `/positive_threshold_<threshold>` behind; for each chosen class,
    `probability_mean`, `auc` and `auc_precision_recall` with `/class<number>` or `/<name>` behind.
    Predictions: `logits`, `probabilities` and `classes` (all of them, in the order of the
    probabilities). Behaviour: tf.estimator 2.15.

        head = MultiLabelHead(n_classes=3, thresholds=[0.5])
        estimator = DNNEstimator(head=head, hidden_units=[32], feature_columns=columns)

    Args:
        n_classes: The number of classes, more than 1.
        weight_column: Key of the feature, or a numeric column, with the weights of the examples,
            `[D0, D1, ... DN]` or `[D0, D1, ... DN, 1]`. Default: all weights are 1.
        thresholds: Numbers in (0, 1) to measure accuracy, precision and recall at.
        label_vocabulary: The labels as strings, in the order of their classes.
        loss_reduction: `sum_over_batch_size` (the weighted sum over the batch, divided by the
            number of examples), `auto` (the same) or `sum`.
        loss_fn: Another loss: a function of `labels` and `logits`, and `features` if it likes,
            which returns the loss of each example, `[D0, D1, ... DN, 1]`.
        classes_for_class_based_metrics: Numbers or names of the classes to measure one by one.
        name: Ends the keys of metrics and summaries, and is their name scope.

    Raises:
        ValueError: Too few classes, a vocabulary of another length, a class that doesn't exist, a
            threshold outside (0, 1), no such `loss_reduction`, or a `loss_fn` or
            `label_vocabulary` of another form.
    """

    def __init__(
        self,
        n_classes: Any,
        weight_column: Any = None,
        thresholds: Sequence[float] | None = None,
        label_vocabulary: Sequence[Any] | None = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Callable[..., Any] | None = None,
        classes_for_class_based_metrics: Sequence[Any] | None = None,
        name: str | None = None,
    ) -> None:
        n_classes = _checks.n_classes_above(1, n_classes, " for multi-label classification")
        self._thresholds = _checks.thresholds(thresholds)
        self._label_vocabulary = _checks.label_vocabulary(label_vocabulary, n_classes)
        self._measured_classes = _class_numbers(
            classes_for_class_based_metrics, n_classes, self._label_vocabulary
        )
        super().__init__(n_classes, weight_column, loss_reduction, loss_fn, name)

    def _processed_labels(self, labels: Any, logits: tf.Tensor) -> tf.Tensor:
        if isinstance(labels, tf.SparseTensor | tf.compat.v1.SparseTensorValue):
            labels = self._multi_hot(tf.SparseTensor.from_value(labels))
            return checked_labels(labels, logits, self._logits_dimension)
        labels = checked_labels(labels, logits, self._logits_dimension)
        if labels.dtype == tf.string:
            raise ValueError(
                "Labels as strings must be a SparseTensor. Instead got a dense Tensor. Suggested "
                "Fix: use tf.sparse.from_dense(), or give 1 and 0 for each class."
            )
        if not (labels.dtype.is_integer or labels.dtype.is_bool):
            return labels
        rule = "labels must be an integer indicator Tensor with values in [0, 1]"
        return labels_in_range(tf.cast(labels, tf.int64), 2, rule)

    def _multi_hot(self, labels: tf.SparseTensor) -> tf.Tensor:
        n_classes = self._logits_dimension
        if labels.dtype == tf.string:
            if self._label_vocabulary is None:
                raise ValueError(
                    "Labels dtype should be integer if there is no label_vocabulary. Instead got "
                    f"{labels.dtype}."
                )
            labels = _classes.numbers_of(labels, self._label_vocabulary)
        if not labels.dtype.is_integer:
            raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}.")
        rule = f"labels must be an integer SparseTensor with values in [0, {n_classes})"
        numbers = labels_in_range(tf.cast(labels.values, tf.int64), n_classes, rule)
        sparse = tf.SparseTensor(labels.indices, numbers, labels.dense_shape)
        return tf.cast(tf.sparse.to_indicator(sparse, vocab_size=n_classes), tf.int64)

    def _unreduced_loss(self, labels: tf.Tensor, logits: tf.Tensor, features: Any) -> tf.Tensor:
        if self._loss_fn is not None:
            return custom_loss(self._loss_fn, labels, logits, features)
        loss = tf.nn.sigmoid_cross_entropy_with_logits(
            labels=tf.cast(labels, tf.float32), logits=logits
        )
        return tf.reduce_mean(loss, axis=-1, keepdims=True)

    def predictions(self, logits: Any, keys: Sequence[str] | None = None) -> dict[str, tf.Tensor]:
        """Returns the predictions in `keys`, or all of those named above.

        Args:
            logits: `[D0, D1, ... DN, n_classes]`.
            keys: Keys of `PredictionKeys`.

        Raises:
            ValueError: A key that the head doesn't have, or logits of another shape.
        """
        keys = _checks.prediction_keys(keys, _PREDICTIONS)
        logits = checked_logits(logits, self._logits_dimension)
        make = {
            PredictionKeys.LOGITS: lambda: logits,
            PredictionKeys.PROBABILITIES: lambda: tf.sigmoid(logits, name="probabilities"),
            PredictionKeys.CLASSES: lambda: _classes.all_names(
                logits, self._logits_dimension, self._label_vocabulary
            ),
        }
        with scope("predictions"):
            return {key: make[key]() for key in keys}

    def _task_measures(self) -> list[Measure]:
        scores = PredictionKeys.PROBABILITIES
        keys = _BY_NUMBER if self._label_vocabulary is None else _BY_NAME
        names = self._label_vocabulary or range(_largest(self._measured_classes) + 1)
        return [
            Measure(MetricKeys.AUC, "auc", scores),
            Measure(MetricKeys.AUC_PR, "auc_pr", scores),
            *with_thresholds(_AT_THRESHOLD, scores, self._thresholds),
            *(
                Measure(key % names[number], kind, scores, column=number)
                for number in self._measured_classes
                for kind, key in keys.items()
            ),
        ]

    def _observed(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.predictions(logits, [PredictionKeys.PROBABILITIES])

    def _export_outputs(self, predictions: Mapping[str, tf.Tensor]) -> dict[str, Any]:
        return _classes.export_outputs(predictions, self._logits_dimension, self._label_vocabulary)


def _largest(numbers: Sequence[int]) -> int:
    return max(numbers, default=-1)


def _class_numbers(
    classes: Sequence[Any] | None, n_classes: Any, vocabulary: Sequence[Any] | None
) -> tuple[int, ...]:
    """Chosen classes, by number or by name, as numbers."""
    numbers = []
    for chosen in classes or ():
        if isinstance(chosen, str):
            if chosen not in (vocabulary or ()):
                raise ValueError(
                    f"classes_for_class_based_metrics must be in label_vocabulary: {chosen!r} is "
                    f"not in list {list(vocabulary or ())}."
                )
            chosen = vocabulary.index(chosen)
        if not 0 <= chosen < n_classes:
            raise ValueError(
                "All classes_for_class_based_metrics must be in range "
                f"[0, {n_classes - 1}]. Given: {chosen}"
            )
        numbers.append(chosen)
    return tuple(numbers)
