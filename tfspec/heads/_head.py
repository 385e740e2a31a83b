"""`Head`, the contract between a model's logits and what an Estimator needs."""

from __future__ import annotations

import abc
from typing import Any

import tensorflow as tf

from tfspec.spec import EstimatorSpec

_NO_TPU = "TPUEstimatorSpec not available for this model head."
_NO_SPEC = (
    "Subclasses of Head must implement `create_estimator_spec()` or _create_tpu_estimator_spec()."
)


class Head(abc.ABC):
    """What stands on top of a model: loss, metrics, predictions and exports of one task.

    A model function computes logits and hands them to a head:

        def model_fn(features, labels, mode):
            logits = ...
            return head.create_estimator_spec(
                features, mode, logits, labels=labels, optimizer=..., trainable_variables=...)

    The heads of this package cover the usual tasks. A head of your own overrides everything here.
    Behaviour: tf.estimator 2.15.
    """

    @property
    @abc.abstractmethod
    def name(self) -> str | None:
        """The name of the head: it ends the keys of metrics and summaries. None for none."""

    @property
    @abc.abstractmethod
    def logits_dimension(self) -> Any:
        """The size of the last dimension of the logits."""

    @property
    @abc.abstractmethod
    def loss_reduction(self) -> str:
        """How the losses of a batch become one number: a value of `tf.losses.Reduction`."""

    @abc.abstractmethod
    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Any = None,
    ) -> tf.Tensor:
        """Returns the scalar loss of a batch, with the regularization losses added."""

    @abc.abstractmethod
    def predictions(self, logits: Any, keys: Any = None) -> dict[Any, tf.Tensor]:
        """Returns the predictions by their keys: those in `keys`, or all."""

    @abc.abstractmethod
    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """Returns fresh Keras metrics by their keys."""

    @abc.abstractmethod
    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        mode: str | None = None,
        regularization_losses: Any = None,
    ) -> dict[str, Any]:
        """Adds a batch to what `metrics` has returned, and returns that."""

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
        """Returns the `EstimatorSpec` that a model function returns.

        Args:
            features: The features, by name, as the input function gave them.
            mode: A value of `ModeKeys`.
            logits: What the model says, `[D0, D1, ... DN, logits_dimension]`.
            labels: What is right; None to predict.
            optimizer: To train: a tf_keras optimizer with `get_updates`.
            trainable_variables: To train with `optimizer`: the variables it changes, as a list
                or tuple.
            train_op_fn: To train, instead of `optimizer`: a function from the scalar loss to the
                train op.
            update_ops: Ops to run in each training step, such as those of batch normalization.
            regularization_losses: Scalars to be added to the loss, as a list or tuple.

        Raises:
            NotImplementedError: The subclass does not define this method.
        """
        try:
            spec = self._create_tpu_estimator_spec(
                features=features,
                mode=mode,
                logits=logits,
                labels=labels,
                optimizer=optimizer,
                trainable_variables=trainable_variables,
                train_op_fn=train_op_fn,
                update_ops=update_ops,
                regularization_losses=regularization_losses,
            )
        except NotImplementedError as error:
            raise NotImplementedError(_NO_SPEC) from error
        return spec.as_estimator_spec()

    def _create_tpu_estimator_spec(self, features: Any, mode: str, logits: Any, **others: Any):
        """A `TPUEstimatorSpec` of the same arguments: heads written for TPUs define this."""
        raise NotImplementedError(_NO_TPU)
