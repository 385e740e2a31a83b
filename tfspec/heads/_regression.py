"""`RegressionHead` and its relatives: numbers instead of classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from tfspec.heads import _checks
from tfspec.heads._classes import DEFAULT_SIGNATURE
from tfspec.heads._keys import ExportKeys, MetricKeys, PredictionKeys
from tfspec.heads._metrics import Measure
from tfspec.heads._task import TaskHead
from tfspec.heads._tensors import (
    checked_labels,
    checked_logits,
    custom_loss,
    labels_in_range,
    scope,
)
from tfspec.spec import PredictOutput, RegressionOutput


class RegressionHead(TaskHead):
    """A head for regression, with the squared error as its loss.

    Logits and labels have the shape `[D0, D1, ... DN, label_dimension]`, in most cases
    `[batch, label_dimension]`; with a `label_dimension` of 1 labels may lack the last dimension.

    Metrics: `average_loss`, `prediction/mean`, `label/mean`. Predictions: `predictions`, and
    `logits` if there is an `inverse_link_fn`. Behaviour: tf.estimator 2.15.

        head = RegressionHead(label_dimension=2)
        estimator = DNNEstimator(head=head, hidden_units=[32], feature_columns=columns)

    Args:
        label_dimension: How many numbers there are to predict for each example.
        weight_column: Key of the feature, or a numeric column, with the weights of the examples,
            `[D0, D1, ... DN]` or `[D0, D1, ... DN, 1]`, or of single labels,
            `[D0, D1, ... DN, label_dimension]`. Default: all weights are 1.
        loss_reduction: `sum_over_batch_size` (the weighted sum over the batch, divided by the
            number of labels in it), `auto` (the same) or `sum`.
        loss_fn: Another loss: a function of `labels` and `logits`, and `features` if it likes,
            which returns the loss of each label, `[D0, D1, ... DN, label_dimension]`.
        inverse_link_fn: From logits to predictions, for generalized linear models. Default: they
            are the same.
        name: Ends the keys of metrics and summaries, and is their name scope.

    Raises:
        ValueError: A `label_dimension` below 1, no such `loss_reduction`, or a `loss_fn` of
            another form.
    """

    _weights_per_logit = True

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Callable[..., Any] | None = None,
        inverse_link_fn: Callable[[tf.Tensor], tf.Tensor] | None = None,
        name: str | None = None,
    ) -> None:
        self._inverse_link_fn = inverse_link_fn
        dimension = _checks.label_dimension(label_dimension)
        super().__init__(dimension, weight_column, loss_reduction, loss_fn, name)

    def _processed_labels(self, labels: Any, logits: tf.Tensor) -> tf.Tensor:
        return tf.cast(checked_labels(labels, logits, self._logits_dimension), tf.float32)

    def _unreduced_loss(self, labels: tf.Tensor, logits: tf.Tensor, features: Any) -> tf.Tensor:
        if self._loss_fn is not None:
            return custom_loss(self._loss_fn, labels, logits, features, self._logits_dimension)
        # Squared differences broadcast: shapes that are known to differ are an error here.
        labels.shape.assert_is_compatible_with(logits.shape)
        return tf.math.squared_difference(logits, labels)

    def predictions(self, logits: Any) -> dict[str, tf.Tensor]:
        """Returns the predictions named above.

        Args:
            logits: `[D0, D1, ... DN, label_dimension]`.

        Raises:
            ValueError: Logits of another shape.
        """
        logits = checked_logits(logits, self._logits_dimension)
        if self._inverse_link_fn is None:
            return {PredictionKeys.PREDICTIONS: logits}
        with scope("predictions"):
            predictions = self._inverse_link_fn(logits)
        return {PredictionKeys.PREDICTIONS: predictions, PredictionKeys.LOGITS: logits}

    def _task_measures(self) -> list[Measure]:
        return [
            Measure(MetricKeys.PREDICTION_MEAN, "mean", PredictionKeys.PREDICTIONS),
            Measure(MetricKeys.LABEL_MEAN, "mean", "labels"),
        ]

    def _observed(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.predictions(logits)

    def _export_outputs(self, predictions: Mapping[str, tf.Tensor]) -> dict[str, Any]:
        value = RegressionOutput(value=predictions[PredictionKeys.PREDICTIONS])
        return {
            DEFAULT_SIGNATURE: value,
            ExportKeys.REGRESS: value,
            ExportKeys.PREDICT: PredictOutput(dict(predictions)),
        }


class PoissonRegressionHead(RegressionHead):
    """A `RegressionHead` for counts: logits are the logarithms of what Poisson events average to.

    The loss is `tf.nn.log_poisson_loss`, predictions are `exp(logits)`. For all else see
    `RegressionHead`. Behaviour: tf.estimator 2.15.

    Args:
        label_dimension: How many counts there are to predict for each example.
        weight_column: See `RegressionHead`.
        loss_reduction: See `RegressionHead`.
        compute_full_loss: Whether the loss includes `log(label!)`, by Stirling's approximation,
            which doesn't depend on the logits.
        name: See `RegressionHead`.
    """

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        compute_full_loss: bool = True,
        name: str | None = None,
    ) -> None:
        self._compute_full_loss = compute_full_loss
        super().__init__(
            label_dimension=label_dimension,
            weight_column=weight_column,
            loss_reduction=loss_reduction,
            loss_fn=self._poisson_loss,
            inverse_link_fn=tf.exp,
            name=name,
        )

    def _poisson_loss(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.nn.log_poisson_loss(
            targets=labels, log_input=logits, compute_full_loss=self._compute_full_loss
        )


class LogisticRegressionHead(RegressionHead):
    """A `RegressionHead` for probabilities: one label in [0, 1] per example.

    The loss is sigmoid cross entropy, predictions are `sigmoid(logits)`. Unlike `BinaryClassHead`
    it measures means only and knows no classes. For all else see `RegressionHead`.
    Behaviour: tf.estimator 2.15.

    Args:
        weight_column: See `RegressionHead`.
        loss_reduction: See `RegressionHead`.
        name: See `RegressionHead`.
    """

    def __init__(
        self,
        weight_column: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        name: str | None = None,
    ) -> None:
        super().__init__(
            label_dimension=1,
            weight_column=weight_column,
            loss_reduction=loss_reduction,
            loss_fn=_logistic_loss,
            inverse_link_fn=tf.sigmoid,
            name=name,
        )


def _logistic_loss(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    labels = labels_in_range(labels, 2, message="Labels must be in range [0, 1]")
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
