"""Keras 2 models (tf_keras) as models of a TF1 graph."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

from tfspec import _keras, _tf
from tfspec.keras import _structure
from tfspec.keras._built import Built, fresh_metrics
from tfspec.spec import ModeKeys

v1 = tf.compat.v1


class Keras2Model:
    """A compiled Keras 2 model, to be cloned into one graph after the other.

    What has to be read outside of graphs, such as the settings of its optimizer, is read when
    this is made.

    Args:
        model: a compiled model; it stays as it is.
        custom_objects: classes and functions by the names under which the model's
            configuration knows them.

    Raises:
        ValueError: a subclassed model that can't be cloned, or an optimizer that needs eager
            execution.
    """

    def __init__(self, model: Any, custom_objects: Mapping[str, Any] | None) -> None:
        self._model = model
        self._keras = _keras.keras_of(model)
        self._custom_objects = dict(custom_objects or {})
        if not self.is_layer_graph and not isinstance(model, self._keras.Sequential):
            _check_can_be_cloned(model)
        self._arguments = _keras.compile_arguments(model)
        given = model.optimizer
        makers = [_maker(one) for one in (given if isinstance(given, list | tuple) else [given])]
        self._optimizer_makers = makers

    # All trainable variables; moving averages start anew, as they always did.
    vars_to_warm_start = ".*"

    @property
    def is_layer_graph(self) -> bool:
        return _keras.is_layer_graph(self._model)

    @property
    def has_object_names(self) -> bool:
        """Whether checkpoints by objects are possible: the objects of a clone are like its own."""
        return self.is_layer_graph or isinstance(self._model, self._keras.Sequential)

    @property
    def output_names(self) -> list[str] | None:
        return list(self._model.output_names) if self.is_layer_graph else None

    def initial_weights(self) -> list[Any] | None:
        """The values with which a clone starts, None if it starts with fresh ones."""
        if self.is_layer_graph:
            return self._model.get_weights()
        if self._model.built and not self.has_object_names:
            v1.logging.warning(
                "You are creating an Estimator from a Keras model manually subclassed from "
                "`Model`, that was already called on some inputs (and thus already had weights). "
                "We are currently unable to preserve the model's state (its weights) as part of "
                "the estimator in this case. Be warned that the estimator has been created using "
                "a freshly initialized version of your model.\nNote that this doesn't affect the "
                "state of the model instance you passed as `keras_model` argument."
            )
        return None

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """Context in which `build` is called, and what it returns turned into ops."""
        objects = self._keras.utils.custom_object_scope(self._custom_objects)
        with _keras.classes_of(self._model), objects:
            yield

    def build(self, features: Any, labels: Any, sample_weights: Any, mode: str) -> Built:
        """Clones the model into the default graph.

        Args:
            features: what the input_fn returned, None for placeholders.
            labels: likewise, or None if there are none.
            sample_weights: likewise.
            mode: a `ModeKeys` value; what it doesn't need isn't built.
        """
        clone = _keras.clone_model(self._model, self._inputs(features), mode == ModeKeys.TRAIN)
        outputs = dict(zip(clone.output_names, clone.outputs, strict=True))
        if mode == ModeKeys.PREDICT:
            return Built(clone, clone.weights, outputs)
        self._compile(clone, features is None, labels, sample_weights)
        train_op = _keras.train_op(clone) if mode == ModeKeys.TRAIN else None
        metrics = {metric.name: metric for metric in _keras.compiled_metrics(clone)}
        return Built(clone, clone.weights, outputs, clone.total_loss, metrics, train_op)

    def _inputs(self, features: Any) -> Any:
        if features is None:
            return None
        if isinstance(features, Mapping) and not self.has_object_names:
            # A subclassed model takes its input as it comes.
            return {name: _structure.as_tensor(value) for name, value in features.items()}
        names = self._model.input_names if self.is_layer_graph else None
        return _structure.as_list(features, names, "features", "inputs")

    def _compile(self, clone: Any, blank: bool, labels: Any, sample_weights: Any) -> None:
        names = clone.output_names
        targets = None
        if labels is not None:
            targets = _structure.as_list(labels, names, "labels", "outputs")
        elif not blank and self._arguments["loss"] is not None:
            raise ValueError(_structure.no_labels(names))
        if sample_weights is not None:
            sample_weights = _structure.as_list(sample_weights, names, "sample_weights", "outputs")
        optimizers = [make() for make in self._optimizer_makers]
        metrics = ("metrics", "weighted_metrics")
        _keras.compile_clone(
            clone,
            sample_weights,
            optimizer=optimizers[0] if len(optimizers) == 1 else optimizers,
            target_tensors=targets,
            **{
                name: fresh_metrics(value, self._keras) if name in metrics else value
                for name, value in self._arguments.items()
            },
        )


def _check_can_be_cloned(model: Any) -> None:
    try:
        type(model).from_config(model.get_config())
    except NotImplementedError as error:
        raise ValueError(
            "Subclassed `Model`s passed to `model_to_estimator` must implement `Model.get_config` "
            f"and `Model.from_config`. Received {model!r}, which does not: an Estimator makes the "
            "model anew in every graph."
        ) from error


def _maker(optimizer: Any) -> Callable[[], Any]:
    """A function that makes an optimizer like the given one for the default graph."""
    wrapped = getattr(optimizer, "optimizer", None)
    if isinstance(wrapped, v1.train.Optimizer):  # serves one graph after the other
        return lambda: type(optimizer)(wrapped, v1.train.get_global_step())
    if not hasattr(optimizer, "get_updates"):
        optimizer = _legacy(optimizer)
    config = optimizer.get_config()

    def make() -> Any:
        made = type(optimizer).from_config(config)
        made.iterations = v1.train.get_global_step()
        return made

    return make


def _legacy(optimizer: Any) -> Any:
    try:
        return _tf.legacy_keras_optimizer(optimizer)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"The optimizer {type(optimizer).__name__} of the keras model works under eager "
            "execution only, and has no legacy counterpart. Compile the model with one of "
            "tf_keras.optimizers.legacy or tf.compat.v1.train."
        ) from error
