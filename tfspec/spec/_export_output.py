"""The outputs of an exported model, and the SavedModel signatures that they become."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from tfspec.spec import _keras_metrics

_saved_model = tf.compat.v1.saved_model

Outputs = tf.Tensor | dict[str, tf.Tensor]


class ExportOutput(abc.ABC):
    """One head of a model as a SavedModel offers it: output tensors under a serving method.

    Subclass it to export a signature of your own. Behaviour: tf.estimator 2.15.
    """

    @abc.abstractmethod
    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        """Builds the signature of this output.

        Args:
            receiver_tensors: what the serving function is fed with, tensors by input name.

        Returns:
            A `SignatureDef` protocol buffer.
        """


class ClassificationOutput(ExportOutput):
    """Scores and classes, served as `tensorflow/serving/classify`.

    Args:
        scores: float tensor `[batch, n_classes]`, or `[batch]` for one score per example; None if
            there are only classes.
        classes: string tensor `[batch, n_classes]`, the label that each score belongs to; None if
            the scores need no labels.

    Raises:
        ValueError: neither is given, or one has another type.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(self, scores: tf.Tensor | None = None, classes: tf.Tensor | None = None) -> None:
        if scores is None and classes is None:
            raise ValueError(
                "Cannot create a ClassificationOutput with empty arguments. "
                "At least one of `scores` and `classes` must be defined."
            )
        if scores is not None and not _is_float_tensor(scores):
            raise ValueError(
                f"Classification scores must be a float32 Tensor; got {scores}. "
                "Convert them, for instance with tf.cast(scores, tf.float32)."
            )
        if classes is not None and not _is_string_tensor(classes):
            raise ValueError(
                f"Classification classes must be a string Tensor; got {classes}. "
                "Convert them, for instance with tf.strings.as_string(classes)."
            )
        self._scores = scores
        self._classes = classes

    @property
    def scores(self) -> tf.Tensor | None:
        """Float tensor of scores, or None."""
        return self._scores

    @property
    def classes(self) -> tf.Tensor | None:
        """String tensor of classes, or None."""
        return self._classes

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        examples = _serialized_examples("Classification", receiver_tensors)
        return _saved_model.classification_signature_def(examples, self._classes, self._scores)


class RegressionOutput(ExportOutput):
    """A value per example, served as `tensorflow/serving/regress`.

    Args:
        value: float tensor `[batch]` or `[batch, 1]`.

    Raises:
        ValueError: `value` is no float tensor.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(self, value: tf.Tensor) -> None:
        if not _is_float_tensor(value):
            raise ValueError(
                f"Regression output value must be a float32 Tensor; got {value}. "
                "Convert it, for instance with tf.cast(value, tf.float32)."
            )
        self._value = value

    @property
    def value(self) -> tf.Tensor:
        """Float tensor of values."""
        return self._value

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        examples = _serialized_examples("Regression", receiver_tensors)
        return _saved_model.regression_signature_def(examples, self._value)


class PredictOutput(ExportOutput):
    """Any tensors by name, served as `tensorflow/serving/predict`.

    Args:
        outputs: tensors of any type and shape by name, or a single tensor, which is then called
            `output`. A key that is a tuple of strings is joined with slashes.

    Raises:
        ValueError: a key is no string or a value no tensor.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = _named_tensors(outputs, alone="output", error_name="Prediction")

    @property
    def outputs(self) -> dict[str, tf.Tensor]:
        """Output tensors by name."""
        return self._outputs

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        return _saved_model.predict_signature_def(receiver_tensors, self._outputs)


class _SupervisedOutput(ExportOutput):
    """What train and eval exports share: everything except the method name."""

    LOSS_NAME = "loss"
    PREDICTIONS_NAME = "predictions"
    METRICS_NAME = "metrics"
    METRIC_VALUE_SUFFIX = "value"
    METRIC_UPDATE_SUFFIX = "update_op"

    _METHOD_NAME: str  # no public constant names the supervised methods

    def __init__(
        self,
        loss: Outputs | None = None,
        predictions: Outputs | None = None,
        metrics: Any = None,
    ) -> None:
        self._loss = self._prefixed(loss, self.LOSS_NAME)
        self._predictions = self._prefixed(predictions, self.PREDICTIONS_NAME)
        self._metrics = None if metrics is None else self._metric_tensors(metrics)

    @property
    def loss(self) -> dict[str, tf.Tensor] | None:
        """Losses by exported name, None if there are none."""
        return self._loss

    @property
    def predictions(self) -> dict[str, tf.Tensor] | None:
        """Predictions by exported name, None if there are none."""
        return self._predictions

    @property
    def metrics(self) -> dict[str, tf.Tensor] | None:
        """Metric values and updates by exported name, None if there are none."""
        return self._metrics

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        if not receiver_tensors:
            raise ValueError(f"{self._METHOD_NAME} `inputs` cannot be None or empty.")
        outputs = (self._loss or {}) | (self._predictions or {}) | (self._metrics or {})
        return _saved_model.build_signature_def(
            _tensor_infos(receiver_tensors), _tensor_infos(outputs), self._METHOD_NAME
        )

    @staticmethod
    def _prefixed(outputs: Outputs | None, prefix: str) -> dict[str, tf.Tensor] | None:
        if outputs is None:
            return None
        named = _named_tensors(outputs, alone=prefix, error_name=prefix)
        return {_with_prefix(prefix, name): tensor for name, tensor in named.items()}

    def _metric_tensors(self, metrics: Any) -> dict[str, tf.Tensor]:
        named = metrics if isinstance(metrics, dict) else {self.METRICS_NAME: metrics}
        tensors = {}
        for key, metric in named.items():
            name = _with_prefix(self.METRICS_NAME, _checked_key(key, self.METRICS_NAME))
            value, update = _value_and_update(name, metric)
            if not isinstance(value, tf.Tensor):
                raise ValueError(f"{name} output value must be a Tensor; got {value}.")
            tensors[f"{name}/{self.METRIC_VALUE_SUFFIX}"] = value
            tensors[f"{name}/{self.METRIC_UPDATE_SUFFIX}"] = _update_tensor(name, update)
        return tensors


class EvalOutput(_SupervisedOutput):
    """What `evaluate` computes, exported as `tensorflow/supervised/eval`.

    Args:
        loss: tensor, or tensors by name; exported as `loss`, or `loss/NAME`.
        predictions: tensor, or tensors by name; exported as `predictions`, or `predictions/NAME`.
        metrics: pair `(value, update op)`, a Keras metric object that was updated in this graph,
            or such by name; exported as `metrics/NAME/value` and `metrics/NAME/update_op`.

    Raises:
        ValueError: a key is no string, a value no tensor, an update neither tensor nor operation,
            or a Keras metric was never updated.

    Behaviour: tf.estimator 2.15.
    """

    _METHOD_NAME = "tensorflow/supervised/eval"


class TrainOutput(_SupervisedOutput):
    """What a training step computes, exported as `tensorflow/supervised/training`.

    Takes and raises what `EvalOutput` does. Behaviour: tf.estimator 2.15.
    """

    _METHOD_NAME = "tensorflow/supervised/training"


def _serialized_examples(kind: str, receiver_tensors: Mapping[str, Any]) -> tf.Tensor:
    """The only receiver tensor, which these serving methods need to hold tf.Example protos."""
    tensors = list(receiver_tensors.values()) if isinstance(receiver_tensors, Mapping) else []
    if len(tensors) != 1 or getattr(tensors[0], "dtype", None) != tf.string:
        raise ValueError(
            f"{kind} signatures can only accept a single tensor input of type tf.string. "
            f"Received: {receiver_tensors}. Make one string placeholder of serialized tf.Examples "
            "in serving_input_receiver_fn and split it into features with tf.io.parse_example()."
        )
    return tensors[0]


def _named_tensors(outputs: Outputs, alone: str, error_name: str) -> dict[str, tf.Tensor]:
    """A new dict of tensors by name; a single tensor gets the name `alone`."""
    named = outputs if isinstance(outputs, dict) else {alone: outputs}
    tensors = {}
    for key, value in named.items():
        name = _checked_key(key, error_name)
        if not isinstance(value, tf.Tensor):
            raise ValueError(f"{error_name} output value must be a Tensor; got {value}.")
        tensors[name] = value
    return tensors


def _checked_key(key: Any, error_name: str) -> str:
    if isinstance(key, tuple):
        return "/".join(key)
    if not isinstance(key, str):
        raise ValueError(f"{error_name} output key must be a string; got {key}.")
    return key


def _with_prefix(prefix: str, name: str) -> str:
    return name if name.startswith(prefix) else f"{prefix}/{name}"


def _value_and_update(name: str, metric: Any) -> tuple[Any, Any]:
    if _keras_metrics.is_metric(metric):
        return _keras_metrics.value_and_update(metric)
    if not isinstance(metric, tuple) or len(metric) != 2:
        raise ValueError(
            f"{name} must be a (value, update_op) tuple or a Keras metric object; got {metric}."
        )
    return metric


def _update_tensor(name: str, update: Any) -> tf.Tensor:
    """The update as a tensor: signatures hold no operations."""
    if isinstance(update, tf.Tensor):
        return update
    if not isinstance(update, tf.Operation | tf.Variable):
        raise ValueError(f"{name} update_op must be a Tensor or Operation; got {update}.")
    with tf.control_dependencies([update]):
        return tf.constant([], name="metric_op_wrapper")


def _tensor_infos(tensors: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _saved_model.build_tensor_info(tensor) for name, tensor in tensors.items()}


def _is_float_tensor(value: Any) -> bool:
    return isinstance(value, tf.Tensor) and value.dtype.is_floating


def _is_string_tensor(value: Any) -> bool:
    return isinstance(value, tf.Tensor) and value.dtype == tf.string
