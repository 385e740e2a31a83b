"""`TaskHead`: what the heads of single tasks have in common."""

from __future__ import annotations

import abc
import copy
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec.heads import _checks, _metrics, _training
from tfspec.heads._flavour import V1, V2, Flavour
from tfspec.heads._head import Head
from tfspec.heads._keys import MetricKeys
from tfspec.heads._metrics import Measure
from tfspec.heads._tensors import checked_logits, scope, weights_of
from tfspec.spec import EstimatorSpec, ModeKeys


class Losses(NamedTuple):
    """The loss of a batch and what it is made of."""

    training: tf.Tensor  # the reduced loss, a scalar without regularization
    unreduced: tf.Tensor  # [D0, D1, ... DN, 1 or logits_dimension]
    weights: Any  # 1.0, or a tensor that multiplies `unreduced`
    labels: tf.Tensor  # as numbers, in the shape that the task compares


class TaskHead(Head):
    """A head of one task. Tasks define the methods that raise here, and nothing about training."""

    _flavour: Flavour = V2
    # Whether each logit may have a weight of its own.
    _weights_per_logit = False

    def __init__(
        self,
        logits_dimension: Any,
        weight_column: Any,
        loss_reduction: str,
        loss_fn: Callable[..., Any] | None,
        name: str | None,
    ) -> None:
        self._logits_dimension = logits_dimension
        self._weight_column = weight_column
        self._loss_reduction = self._flavour.checked_reduction(loss_reduction)
        self._loss_fn = _checks.loss_fn(loss_fn)
        self._name = name

    @property
    def name(self) -> str | None:
        """See `Head`."""
        return self._name

    @property
    def logits_dimension(self) -> Any:
        """See `Head`."""
        return self._logits_dimension

    @property
    def loss_reduction(self) -> str:
        """See `Head`."""
        return self._loss_reduction

    # What a task defines, besides `predictions`.

    @abc.abstractmethod
    def _processed_labels(self, labels: Any, logits: tf.Tensor) -> tf.Tensor:
        """`labels` checked and turned into the numbers that the loss compares."""

    @abc.abstractmethod
    def _unreduced_loss(self, labels: tf.Tensor, logits: tf.Tensor, features: Any) -> tf.Tensor:
        """The loss of each example (and logit), from processed labels."""

    @abc.abstractmethod
    def _task_measures(self) -> list[Measure]:
        """What is measured besides the loss."""

    @abc.abstractmethod
    def _observed(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        """The tensors that the measures refer to, besides loss, labels and regularization."""

    @abc.abstractmethod
    def _export_outputs(self, predictions: Mapping[str, tf.Tensor]) -> dict[str, Any]:
        """The signatures of an exported model, by name."""

    # What follows from it.

    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Any = None,
    ) -> tf.Tensor:
        """Returns the scalar loss of a batch.

        Args:
            labels: As the head's class describes them.
            logits: `[D0, D1, ... DN, logits_dimension]`, cast to float32.
            features: Needed if the head has a weight column, or if its `loss_fn` takes them.
            mode: Has no influence.
            regularization_losses: Scalars that are added; None or empty for none.

        Raises:
            ValueError: Labels are missing, or labels, logits and weights don't match. What shows
                only when a graph runs is a `tf.errors.InvalidArgumentError` then.
        """
        del mode
        losses = self._losses(labels, logits, features)
        with scope(self._flavour.loss_scope):
            return _training.regularized(losses.training, regularization_losses)

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """Returns fresh Keras metrics by their keys, each key with the head's name at its end.

        Args:
            regularization_losses: If there are any, `regularization_loss` is measured as well.
        """
        with scope("metrics"):
            return {
                self._key(measure.key): _metrics.keras_metric(measure)
                for measure in self._measures(regularization_losses)
            }

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Any = None,
    ) -> dict[str, Any]:
        """Adds a batch to the metrics that `metrics` has returned.

        Args:
            eval_metrics: What `metrics` has returned, for the same `regularization_losses`.
            features: See `loss`, as for all others.

        Returns:
            `eval_metrics`.
        """
        losses = self._losses(labels, logits, features)
        observed = self._observed_batch(losses, logits, regularization_losses)
        for measure in self._measures(regularization_losses):
            _metrics.update(eval_metrics[self._key(measure.key)], measure, observed)
        return eval_metrics

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        trainable_variables: Any = None,
        train_op_fn: Any = None,
        update_ops: Any = None,
        regularization_losses: Any = None,
    ) -> EstimatorSpec:
        """Returns the `EstimatorSpec` for `mode`; see `Head` for the arguments.

        Raises:
            ValueError: What `loss` raises, or no such `mode`. To train: not exactly one of
                `optimizer` and `train_op_fn`, an optimizer that is not one of tf_keras, or
                variables that are no list or tuple.
        """
        with scope(self._name, "head"):
            predictions = self.predictions(logits)
            if mode == ModeKeys.PREDICT:
                return EstimatorSpec(
                    mode=mode,
                    predictions=predictions,
                    export_outputs=self._export_outputs(predictions),
                )
            batch = (features, logits, labels, regularization_losses)
            losses = None
            if self._flavour.keras_metrics:
                loss = self.loss(labels, logits, features, mode, regularization_losses)
            else:
                losses = self._losses(labels, logits, features)
                loss = _training.regularized(losses.training, regularization_losses)
            if mode == ModeKeys.EVAL:
                return EstimatorSpec(
                    mode=mode,
                    predictions=predictions,
                    loss=loss,
                    eval_metric_ops=self._eval_metric_ops(losses, *batch),
                )
            if mode != ModeKeys.TRAIN:
                raise ValueError(f"mode must be a value of ModeKeys. Given: {mode!r}")
            train = (optimizer, trainable_variables, train_op_fn, update_ops)
            share = _training.share_of_replica(loss, self._loss_reduction)
            train_op = self._flavour.train_op(share, *train)
            summaries = self._summaries(loss, losses, regularization_losses)
        _training.write_summaries(summaries, self._name)
        return EstimatorSpec(mode=mode, predictions=predictions, loss=loss, train_op=train_op)

    def _key(self, key: str) -> str:
        return _training.summary_key(key, self._name)

    def _unweighted_loss_and_weights(
        self, logits: Any, labels: Any, features: Any
    ) -> tuple[tf.Tensor, Any]:
        """The loss of each example and the weights to multiply it with."""
        unreduced = self._unreduced_loss(labels, logits, features)
        weights = weights_of(features, self._weight_column, logits, self._weights_per_logit)
        return unreduced, weights

    def _losses(self, labels: Any, logits: Any, features: Any) -> Losses:
        with scope(self._flavour.loss_scope):
            logits = checked_logits(logits, self._logits_dimension)
            labels = self._processed_labels(labels, logits)
            unreduced, weights = self._unweighted_loss_and_weights(logits, labels, features)
            training = self._flavour.reduce(unreduced, weights, self._loss_reduction)
        return Losses(training, unreduced, weights, labels)

    def _measures(self, regularization_losses: Any) -> list[Measure]:
        measures = [Measure(MetricKeys.LOSS_MEAN, "mean", "loss"), *self._task_measures()]
        if _training.as_list(regularization_losses):
            measures.append(Measure(MetricKeys.LOSS_REGULARIZATION, "mean", "regularization"))
        return measures

    def _observed_batch(
        self, losses: Losses, logits: Any, regularization_losses: Any
    ) -> _metrics.Observed:
        return {
            "loss": losses.unreduced,
            "labels": losses.labels,
            "weights": losses.weights if tf.is_tensor(losses.weights) else None,
            "regularization": _training.regularization(regularization_losses),
            **self._observed(logits),
        }

    def _eval_metric_ops(
        self, losses: Losses | None, features: Any, logits: Any, labels: Any, regularization: Any
    ) -> dict[str, Any]:
        if losses is None:
            metrics = self.metrics(regularization_losses=regularization)
            return self.update_metrics(
                metrics, features, logits, labels, regularization_losses=regularization
            )
        observed = self._observed_batch(losses, logits, regularization)
        with tf.compat.v1.name_scope("metrics/"):
            return {
                self._key(measure.key): _metrics.v1_metric(measure, observed)
                for measure in self._measures(regularization)
            }

    def _summaries(
        self, loss: tf.Tensor, losses: Losses | None, regularization_losses: Any
    ) -> dict[str, tf.Tensor | None]:
        mean = None
        if losses is not None:
            mean = self._flavour.mean_loss(losses.unreduced, losses.weights, self._loss_reduction)
        return {
            MetricKeys.LOSS: loss,
            MetricKeys.LOSS_MEAN: mean,
            MetricKeys.LOSS_REGULARIZATION: _training.regularization(regularization_losses),
        }


def v1_head(head: TaskHead, loss_reduction: str = "weighted_sum") -> TaskHead:
    """A copy of `head` that behaves as those of `tf.compat.v1` canned estimators did.

    Losses are reduced by `tf.compat.v1.losses` (to their sum, unless said otherwise), metrics are
    those of `tf.compat.v1.metrics`, `optimizer` is one with `minimize(loss, global_step)`, ops in
    the collection `UPDATE_OPS` run with the train op, and the mean loss is summarized beside a sum.

    Args:
        head: A head of a single task.
        loss_reduction: A value of `tf.compat.v1.losses.Reduction`, but not `NONE`.

    Raises:
        ValueError: `loss_reduction` is another value.
        TypeError: `head` is a head of several tasks, or none of this package.
    """
    if not isinstance(head, TaskHead):
        raise TypeError(f"Only heads of single tasks have a v1 twin. Given: {head}")
    twin = copy.copy(head)
    twin._loss_reduction = V1.checked_reduction(loss_reduction)
    twin._flavour = V1
    return twin
