"""The steps of a Keras 3 model in a TF1 graph: Keras' own, or those that the model defines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import tensorflow as tf

from tfspec import _keras
from tfspec.keras._built import Built
from tfspec.runner import argument_names
from tfspec.spec import ModeKeys

v1 = tf.compat.v1


def steps_of(clone: Any, keras: ModuleType, mode: str) -> _Steps:
    """What builds the step for `mode` of a compiled clone: training or evaluation."""
    name = "train_step" if mode == ModeKeys.TRAIN else "test_step"
    own = getattr(type(clone), name) is not getattr(keras.Model, name)
    kind = {
        ("train_step", False): _Training,
        ("train_step", True): _OwnTraining,
        ("test_step", False): _Evaluation,
        ("test_step", True): _OwnEvaluation,
    }[name, own]
    return kind(clone, keras)


def variables_of(wrapped: list[Any]) -> list[tf.Variable]:
    """The TensorFlow variables in those of Keras 3."""
    return [variable.value for variable in wrapped]


class _Steps:
    """Builds a step of a clone that has all its variables but those of the optimizer.

    `build` takes what there is of the clone, and features, labels and weights of examples.
    """

    takes_labels_as_they_come = False

    def __init__(self, clone: Any, keras: ModuleType) -> None:
        self._clone = clone
        self._keras = keras

    def _loss(self, features: Any, labels: Any, weights: Any, training: bool) -> tuple[Any, Any]:
        predictions = self._clone(features, training=training)
        compute_loss = self._clone.compute_loss
        options = {"training": training} if "training" in argument_names(compute_loss) else {}
        return compute_loss(features, labels, predictions, weights, **options), predictions


class _Training(_Steps):
    def build(self, built: Built, batch: tuple[Any, Any, Any]) -> Built:
        clone = self._clone
        clone.optimizer.build(clone.trainable_variables)
        global_step = v1.train.get_global_step()
        trained = clone.trainable_variables

        @_whole
        def gradients(features, labels, weights):
            with tf.GradientTape() as tape:
                loss = self._loss(features, labels, weights, training=True)[0]
                scaled = clone.optimizer.scale_loss(loss)
            return loss, tape.gradient(scaled, variables_of(trained))

        @_whole
        def apply(gradients):
            clone.optimizer.apply(gradients, trained)
            return global_step.assign_add(1)

        # Two functions: whoever fetches the loss alone must not take a step.
        loss, found = gradients(*batch)
        return dataclasses.replace(built, loss=loss, train_op=apply(found).op)


class _Evaluation(_Steps):
    def build(self, built: Built, batch: tuple[Any, Any, Any]) -> Built:
        clone = self._clone

        @_whole
        def update(features, labels, weights):
            loss, predictions = self._loss(features, labels, weights, training=False)
            clone.compute_metrics(features, labels, predictions, weights)
            return loss

        loss = update(*batch)
        values = _keras.metric_results(clone)
        metrics = {name: (value, loss.op) for name, value in values.items()}
        return dataclasses.replace(built, loss=loss, metrics=metrics)


class _OwnTraining(_Steps):
    """The model's `train_step`, which computes the loss and applies gradients as it likes."""

    takes_labels_as_they_come = True

    def build(self, built: Built, batch: tuple[Any, Any, Any]) -> Built:
        clone = self._clone
        clone.optimizer.build(clone.trainable_variables)
        global_step = v1.train.get_global_step()

        @_whole
        def step(features, labels, weights):
            # What the model tells of its loss is often a mean since metrics were reset.
            _reset(clone.metrics)
            logs = clone.train_step(self._data(features, labels, weights))
            return _loss_in(logs, clone, "train_step"), global_step.assign_add(1)

        loss, count = step(*batch)
        return dataclasses.replace(built, loss=loss, train_op=count.op)

    def _data(self, features: Any, labels: Any, weights: Any) -> Any:
        return self._keras.utils.pack_x_y_sample_weight(features, labels, weights)


class _OwnEvaluation(_OwnTraining):
    """The model's `test_step`, whose logs become the metrics.

    A log by the name of a metric of the model is that metric over all batches. Others are means
    of what the step returned for each batch; so is the loss.
    """

    def build(self, built: Built, batch: tuple[Any, Any, Any]) -> Built:
        clone = self._clone

        @_whole
        def step(features, labels, weights):
            logs = clone.test_step(self._data(features, labels, weights))
            loss = _loss_in(logs, clone, "test_step")
            return {**tf.nest.map_structure(tf.convert_to_tensor, logs), "loss": loss}

        names = step.get_concrete_function(*batch).structured_outputs
        over_all, by_batch = self._metrics(names)

        @tf.function(autograph=False)
        def reset():
            _reset(by_batch)
            return tf.zeros([])

        with tf.control_dependencies([reset()]):
            logs = step(*batch)
        loss = logs.pop("loss")
        metrics = {
            name: (over_all[name], loss.op) if name in over_all else v1.metrics.mean(value)
            for name, value in logs.items()
        }
        return dataclasses.replace(built, loss=loss, metrics=metrics)

    def _metrics(self, names: Mapping[str, Any]) -> tuple[dict[str, tf.Tensor], list[Any]]:
        """Values of the metrics that `names` has, and the metrics that aren't in it."""
        over_all, by_batch = {}, []
        for metric in self._clone.metrics:
            if not getattr(metric, "built", True):
                continue  # compiled with, but the step has no labels for it
            value = metric.result()
            if isinstance(value, Mapping):  # all those that the model was compiled with
                over_all.update(value)
            elif metric.name in names and metric.name != "loss":
                over_all[metric.name] = value
            else:
                by_batch.append(metric)
        return over_all, by_batch


def _reset(metrics: list[Any]) -> None:
    for metric in metrics:
        metric.reset_state()


def _loss_in(logs: Any, clone: Any, step: str) -> tf.Tensor:
    if not isinstance(logs, Mapping) or "loss" not in logs:
        given = sorted(logs) if isinstance(logs, Mapping) else type(logs).__name__
        raise ValueError(
            f"{type(clone).__name__}.{step} has to return a dict with the key 'loss', which an "
            f"Estimator reports; it returned {given}."
        )
    return tf.convert_to_tensor(logs["loss"])


def _whole(step: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a graph that does all it does or nothing, if one of its arguments fails.

    Its ops become those of the graph, and at the end of the input some of them would run that
    don't need the input: those which count.
    """

    @tf.function(autograph=False)
    def function(*arguments):
        tensors = tf.nest.flatten(arguments, expand_composites=True)
        with tf.control_dependencies([tensor for tensor in tensors if tensor is not None]):
            return step(*arguments)

    return function
