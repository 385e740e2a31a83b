"""Keras 3 models as models of a TF1 graph."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import tensorflow as tf

from tfspec import _keras
from tfspec.keras import _structure
from tfspec.keras._built import Built, fresh_metrics
from tfspec.keras._keras_3_steps import steps_of, variables_of
from tfspec.spec import ModeKeys, register_metric_variables

v1 = tf.compat.v1


class Keras3Model:
    """A compiled Keras 3 model, to be cloned into one graph after the other.

    Keras 3 counts on the order of a program: what reads a variable sees what was written before.
    So a step is a `tf.function`, called in the graph, and variables are made before.

    Args:
        model: a compiled model; it stays as it is.
        custom_objects: classes and functions by the names under which the model's
            configuration knows them.

    Raises:
        ValueError: Keras runs on another backend than TensorFlow, or the model can't be made
            anew from its configuration.
    """

    # Checkpoints by objects are possible for all models.
    has_object_names = True

    def __init__(self, model: Any, custom_objects: Mapping[str, Any] | None) -> None:
        self._model = model
        self._keras = _keras.keras_of(model)
        self._custom_objects = dict(custom_objects or {})
        _check_backend(self._keras)
        self._config = self._checked_config()
        self._build_config = model.get_build_config() if model.built else None
        self._arguments = _keras.compile_configuration(model)
        # Keras numbers the names of optimizers that a program makes; checkpoints outlive it.
        self._optimizer_name = type(model.optimizer).__name__
        self._optimizer_config = {**model.optimizer.get_config(), "name": self._optimizer_name}

    @property
    def input_names(self) -> list[str] | None:
        inputs = getattr(self._model, "inputs", None)
        return [tensor.name for tensor in inputs] if inputs else None

    @property
    def output_names(self) -> list[str] | None:
        outputs = getattr(self._model, "output", None) if self.input_names else None
        if isinstance(outputs, Mapping):
            return sorted(outputs)
        if isinstance(self._model, self._keras.Sequential) and self._model.layers:
            return [self._model.layers[-1].name]
        return getattr(self._model, "output_names", None)

    @property
    def vars_to_warm_start(self) -> list[str]:
        """All global variables but the step and those of the optimizer, which start anew."""
        return [f"(?!global_step:|{self._optimizer_name}/)"]

    def initial_weights(self) -> list[Any] | None:
        """The values with which a clone starts, None if it starts with fresh ones."""
        return self._model.get_weights() if self._model.built else None

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """Context in which `build` is called, and what it returns turned into ops."""
        objects = self._keras.saving.custom_object_scope(self._custom_objects)
        with _keras.naming_of(self._keras), objects:
            yield

    def build(self, features: Any, labels: Any, sample_weights: Any, mode: str) -> Built:
        """Clones the model into the default graph; see `Keras2Model.build`."""
        clone = self._clone()
        if features is None:
            if not clone.built:
                with self._keras.name_scope(clone.name, caller=clone):  # as calling it would
                    clone.build_from_config(self._build_config)
            self._compile(clone)
            clone.optimizer.build(clone.trainable_variables)
            return _registered(Built(clone, variables_of(clone.weights), {}))
        features = self._inputs(clone, features)
        # Makes the model's variables, whatever the mode.
        predictions = clone(features, training=False)
        outputs = self._outputs(predictions)
        built = Built(clone, variables_of(clone.weights), outputs)
        if mode == ModeKeys.PREDICT:
            return _registered(built)
        self._compile(clone)
        steps = steps_of(clone, self._keras, mode)
        if steps.takes_labels_as_they_come:
            y, weights = (
                given if given is None else tf.nest.map_structure(_structure.as_tensor, given)
                for given in (labels, sample_weights)
            )
        else:
            y, weights = self._targets(labels, sample_weights, predictions, list(outputs))
        _keras.build_losses_and_metrics(clone, y, predictions)
        return _registered(steps.build(built, (features, y, weights)))

    def _clone(self) -> Any:
        return type(self._model).from_config(copy.deepcopy(self._config))

    def _checked_config(self) -> dict[str, Any]:
        """The model's configuration, from which a model was made once to see if that works."""
        kind = type(self._model)
        try:
            config = _clone_config(kind, self._keras, self._model.get_config())
            with self._keras.saving.custom_object_scope(self._custom_objects):
                kind.from_config(copy.deepcopy(config))  # which takes it apart
        except (NotImplementedError, TypeError) as error:
            raise ValueError(
                "Subclassed `Model`s passed to `model_to_estimator` must implement "
                f"`Model.get_config` and `Model.from_config`. Received {self._model!r}, which "
                f"can't be made anew from its configuration: {error}"
            ) from error
        return config

    def _compile(self, clone: Any) -> None:
        fresh = {
            name: fresh_metrics(self._arguments[name], self._keras)
            for name in ("metrics", "weighted_metrics")
        }
        optimizer = type(self._model.optimizer).from_config(dict(self._optimizer_config))
        clone.compile(**{**self._arguments, **fresh, "optimizer": optimizer})
        _keras.forget_optimizer(clone)

    def _inputs(self, clone: Any, features: Any) -> Any:
        names = self.input_names
        if names is None:
            # A subclassed model takes its input as it comes.
            return tf.nest.map_structure(_structure.as_tensor, features)
        flat = _structure.as_list(features, names, "features", "inputs")
        return tf.nest.pack_sequence_as(clone.input, flat) if len(names) > 1 else flat[0]

    def _outputs(self, predictions: Any) -> dict[str, tf.Tensor]:
        if isinstance(predictions, Mapping):
            return dict(predictions)
        flat = tf.nest.flatten(predictions)
        names = self.output_names or [f"output_{i + 1}" for i in range(len(flat))]
        return dict(zip(names, flat, strict=True))

    def _targets(
        self, labels: Any, sample_weights: Any, predictions: Any, names: list[str]
    ) -> tuple[Any, Any]:
        """Labels and weights in the structure of the predictions, as losses expect them."""
        if labels is None:
            if self._arguments["loss"] is not None:
                raise ValueError(_structure.no_labels(names))
            return None, None
        flat = _structure.as_list(labels, names, "labels", "outputs")
        y = tf.nest.pack_sequence_as(predictions, flat)
        if sample_weights is None:
            return y, None
        flat = _structure.as_list(sample_weights, names, "sample_weights", "outputs")
        return y, tf.nest.pack_sequence_as(predictions, flat)


def _registered(built: Built) -> Built:
    """Sorts the variables of the default graph into those that are saved and those that aren't."""
    register_metric_variables(built.model.metrics)
    ours = {id(variable) for variable in [*built.weights, v1.train.get_global_step()]}
    others = {
        f"estimator_variables/{variable.op.name}": variable
        for variable in v1.global_variables() if id(variable) not in ours
    }
    return dataclasses.replace(built, others=others)


def _clone_config(kind: type, keras: ModuleType, config: dict[str, Any]) -> dict[str, Any]:
    """A configuration without what Keras adds to it, if the model's class doesn't take that."""
    if kind.from_config.__func__ is not keras.Model.from_config.__func__:
        return config
    parameters = inspect.signature(kind.__init__).parameters
    if any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters.values()):
        return config
    return {name: value for name, value in config.items() if name in parameters}


def _check_backend(keras: Any) -> None:
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise ValueError(
            f"Keras 3 runs on the backend {backend!r}, but an Estimator needs 'tensorflow'. Set "
            "the environment variable KERAS_BACKEND=tensorflow before keras is imported."
        )
