"""`MultiClassHead`: one of more than two classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.heads import _checks, _classes
from tfspec.heads._binary_class import BinaryClassHead
from tfspec.heads._keys import MetricKeys, PredictionKeys
from tfspec.heads._metrics import Measure
from tfspec.heads._task import TaskHead
from tfspec.heads._tensors import (
    checked_labels,
    checked_logits,
    custom_loss,
    labels_in_range,
)

_PREDICTIONS = (
    PredictionKeys.LOGITS,
    PredictionKeys.PROBABILITIES,
    PredictionKeys.CLASS_IDS,
    PredictionKeys.CLASSES,
    PredictionKeys.ALL_CLASS_IDS,
    PredictionKeys.ALL_CLASSES,
)


class MultiClassHead(TaskHead):
    """A head for more than two classes that exclude each other, with softmax cross entropy.

    Logits have the shape `[D0, D1, ... DN, n_classes]`, in most cases `[batch, n_classes]`;
    labels have the shape `[D0, D1, ... DN, 1]`, or lack the last dimension. They are integers in
    [0, n_classes), or strings with a `label_vocabulary`.

    Metrics: `average_loss`, `accuracy`. Predictions: `logits`, `probabilities`, `class_ids`,
    `classes`, `all_class_ids` and `all_classes`. Behaviour: tf.estimator 2.15.

        head = MultiClassHead(n_classes=3, label_vocabulary=["setosa", "versicolor", "virginica"])
        estimator = DNNEstimator(head=head, hidden_units=[32], feature_columns=columns)

    Args:
        n_classes: The number of classes, more than 2 (for 2 there is `BinaryClassHead`).
        weight_column: Key of the feature, or a numeric column, with the weights of the examples,
            `[D0, D1, ... DN]` or `[D0, D1, ... DN, 1]`. Default: all weights are 1.
        label_vocabulary: The labels as strings, in the order of their classes.
        loss_reduction: `sum_over_batch_size` (the weighted sum over the batch, divided by the
            number of examples), `auto` (the same) or `sum`.
        loss_fn: Another loss: a function of `labels` and `logits`, and `features` if it likes,
            which returns the loss of each example, `[D0, D1, ... DN, 1]`.
        name: Ends the keys of metrics and summaries, and is their name scope.

    Raises:
        ValueError: Too few classes, a vocabulary of another length, no such `loss_reduction`, or
            a `loss_fn` or `label_vocabulary` of another form.
    """

    def __init__(
        self,
        n_classes: Any,
        weight_column: Any = None,
        label_vocabulary: Sequence[Any] | None = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> None:
        n_classes = _checks.n_classes_above(2, n_classes)
        self._label_vocabulary = _checks.label_vocabulary(label_vocabulary, n_classes)
        super().__init__(n_classes, weight_column, loss_reduction, loss_fn, name)

    def _processed_labels(self, labels: Any, logits: tf.Tensor) -> tf.Tensor:
        labels = checked_labels(labels, logits, 1)
        if self._label_vocabulary is not None:
            if labels.dtype != tf.string:
                raise ValueError(
                    "Labels dtype should be string if there is a vocabulary. "
                    f"Instead got {labels.dtype}"
                )
            labels = _classes.numbers_of(labels, self._label_vocabulary)
        elif not labels.dtype.is_integer:
            raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}.")
        return labels_in_range(labels, self._logits_dimension)

    def _unreduced_loss(self, labels: tf.Tensor, logits: tf.Tensor, features: Any) -> tf.Tensor:
        if self._loss_fn is not None:
            return custom_loss(self._loss_fn, labels, logits, features)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.squeeze(labels, axis=-1), logits=logits
        )
        return tf.expand_dims(loss, axis=-1)

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
        return _classes.predicted(keys, logits, logits, self._label_vocabulary)

    def _task_measures(self) -> list[Measure]:
        return [Measure(MetricKeys.ACCURACY, "accuracy", "class_ids")]

    def _observed(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.predictions(logits, [PredictionKeys.CLASS_IDS])

    def _export_outputs(self, predictions: Mapping[str, tf.Tensor]) -> dict[str, Any]:
        return _classes.export_outputs(predictions, self._logits_dimension, self._label_vocabulary)


def classification_head(
    n_classes: int,
    weight_column: Any = None,
    label_vocabulary: Sequence[Any] | None = None,
    loss_reduction: str = "sum_over_batch_size",
    name: str | None = None,
) -> BinaryClassHead | MultiClassHead:
    """The head for `n_classes` classes: a `BinaryClassHead` for two, else a `MultiClassHead`."""
    options = {
        "weight_column": weight_column,
        "label_vocabulary": label_vocabulary,
        "loss_reduction": loss_reduction,
        "name": name,
    }
    if n_classes == 2:
        return BinaryClassHead(**options)
    return MultiClassHead(n_classes, **options)
