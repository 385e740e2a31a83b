"""Keras 2 models that both implementations can make, with the data they are trained on.

Initial weights and dropout have seeds of their own, so that each model starts with the same values
on TensorFlow 2.15 and later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf

BATCH = 16

_random = np.random.RandomState(0)
X = _random.rand(64, 4).astype("float32")
Y = (X.sum(axis=1, keepdims=True) + 0.1).astype("float32")
HIGH = (Y > 2).astype("float32")


def dense(keras: ModuleType, units: int, seed: int, **options: Any) -> Any:
    initializer = keras.initializers.GlorotUniform(seed=seed)
    return keras.layers.Dense(units, kernel_initializer=initializer, **options)


def sequential(keras: ModuleType) -> Any:
    first = dense(keras, 3, 1, activation="relu", input_shape=(4,))
    return keras.Sequential([first, dense(keras, 1, 2)])


def functional(keras: ModuleType) -> Any:
    inputs = keras.layers.Input((4,), name="x")
    # No bias where the normalization would undo it: its gradient would be what rounding leaves,
    # which Adam makes as large as any other.
    hidden = dense(keras, 3, 1, activation="relu", use_bias=False)(inputs)
    hidden = keras.layers.BatchNormalization()(hidden)
    return keras.Model(inputs, dense(keras, 1, 2, name="out", kernel_regularizer="l2")(hidden))


def two_by_two(keras: ModuleType) -> Any:
    """Two inputs, two outputs, a shared layer, dropout."""
    a, b = keras.layers.Input((4,), name="a"), keras.layers.Input((4,), name="b")
    shared = dense(keras, 3, 1, name="shared")
    both = keras.layers.concatenate([shared(a), shared(b)])
    both = keras.layers.Dropout(0.3, seed=5)(both)
    outputs = [
        dense(keras, 1, 2, name="sum")(both),
        dense(keras, 1, 3, name="high", activation="sigmoid")(both),
    ]
    return keras.Model([a, b], outputs)


def subclassed(keras: ModuleType) -> Any:
    class TwoLayers(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = dense(keras, 3, 1, activation="relu")
            self.second = dense(keras, 1, 2)

        def call(self, inputs):
            return self.second(self.first(inputs))

    return TwoLayers()


def input_fn(epochs: int | None = 1) -> Callable[[], tf.data.Dataset]:
    return lambda: tf.data.Dataset.from_tensor_slices((X, Y)).batch(BATCH).repeat(epochs)


def two_by_two_input_fn(epochs: int | None = 1) -> Callable[[], tf.data.Dataset]:
    data = {"a": X, "b": X * 2}, {"sum": Y, "high": HIGH}
    return lambda: tf.data.Dataset.from_tensor_slices(data).batch(BATCH).repeat(epochs)


@dataclasses.dataclass(frozen=True)
class Case:
    """A model, what it is compiled with, and in which format its Estimator saves it."""

    make: Callable[[ModuleType], Any]
    optimizer: Callable[[ModuleType], Any]
    checkpoint_format: str = "saver"
    fit: bool = False
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    input_fn: Callable[[int | None], Callable[[], tf.data.Dataset]] = input_fn

    def model(self, keras: ModuleType) -> Any:
        """The compiled model, fitted for an epoch if the case says so."""
        model = self.make(keras)
        options = {"loss": "mse", "metrics": ["mae"], **self.options}
        model.compile(self.optimizer(keras), **options)
        if self.fit:
            model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
        return model


def _decaying_sgd(keras: ModuleType) -> Any:
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    return keras.optimizers.SGD(schedule)


CASES = {
    "sequential_momentum": Case(
        sequential, lambda keras: keras.optimizers.legacy.SGD(0.05, momentum=0.9)
    ),
    "sequential_adam": Case(sequential, lambda _: "adam", fit=True),
    "sequential_decay_objects": Case(sequential, _decaying_sgd, "checkpoint"),
    "functional_adam_objects": Case(
        functional, lambda keras: keras.optimizers.legacy.Adam(0.01), "checkpoint", fit=True
    ),
    "functional_v1_adam": Case(
        functional, lambda _: tf.compat.v1.train.AdamOptimizer(0.01), fit=True
    ),
    "subclassed_adam": Case(subclassed, lambda keras: keras.optimizers.legacy.Adam(0.01)),
    "two_by_two_rmsprop": Case(
        two_by_two,
        lambda keras: keras.optimizers.legacy.RMSprop(0.01),
        options={
            "loss": ["mse", "binary_crossentropy"],
            "loss_weights": [1.0, 0.5],
            "metrics": {"sum": ["mae", "mse"], "high": ["accuracy"]},
        },
        input_fn=two_by_two_input_fn,
    ),
}
