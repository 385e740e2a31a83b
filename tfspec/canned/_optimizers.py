"""What a canned estimator was given as its optimizer, as an object that makes a train op."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _keras, _tf

v1 = tf.compat.v1

_V1_CLASSES = {
    "Adagrad": v1.train.AdagradOptimizer,
    "Adam": v1.train.AdamOptimizer,
    "Ftrl": v1.train.FtrlOptimizer,
    "RMSProp": v1.train.RMSPropOptimizer,
    "SGD": v1.train.GradientDescentOptimizer,
}
_KERAS_CLASSES = {
    "Adagrad": "Adagrad",
    "Adam": "Adam",
    "Ftrl": "Ftrl",
    "RMSProp": "RMSprop",
    "SGD": "SGD",
}


def v1_optimizer(given: Any, learning_rate: float) -> v1.train.Optimizer:
    """A TF1 optimizer from its name, a function that makes it, or itself.

    Args:
        given: as above; a name is one of Adagrad, Adam, Ftrl, RMSProp and SGD.
        learning_rate: for an optimizer that is given by name.

    Raises:
        ValueError: no such name, or not an optimizer of `tf.compat.v1.train`.
    """
    if isinstance(given, str):
        return _by_name(given, _V1_CLASSES)(learning_rate=learning_rate)
    optimizer = given() if _is_function(given, v1.train.Optimizer) else given
    if not isinstance(optimizer, v1.train.Optimizer):
        raise ValueError(
            f"The given object is not an Optimizer instance. Given: {optimizer}. Give one of "
            "tf.compat.v1.train, or use the estimators of tfspec.estimator with those of tf_keras."
        )
    return optimizer


def learning_rate_for(columns: Sequence[Any], most: float) -> float:
    """The learning rate of a linear model's optimizer: less for more columns."""
    return min(most, 1.0 / math.sqrt(max(1, len(columns))))


class KerasOptimizer:
    """Makes Keras 2 optimizers for one graph after the other.

    An optimizer object of Keras keeps the variables of the first graph that it was used in.
    So the object that was given serves the first time, and copies of what it was then serve later.
    """

    def __init__(self, given: Any, **settings: float) -> None:
        """`given` is a name, a function or an optimizer; `settings` are for a name."""
        self._given = given
        self._settings = settings
        self._unused: Any = None

    def make(self) -> Any:
        """An optimizer without variables.

        Raises:
            ValueError: no such name, or not an optimizer of tf_keras.
        """
        given = self._given
        if isinstance(given, str):
            make = getattr(_tf.keras().optimizers.legacy, _by_name(given, _KERAS_CLASSES))
            return make(**self._settings)
        optimizers = _tf.keras().optimizers
        accepted = (optimizers.Optimizer, optimizers.legacy.Optimizer)
        if _is_function(given, accepted):
            with _keras.legacy_optimizers():
                optimizer = given()
            if isinstance(optimizer, accepted) and not hasattr(optimizer, "get_updates"):
                raise ValueError(
                    "Please set your optimizer as an instance of `tf.keras.optimizers.legacy."
                    "Optimizer`, e.g., `tf.keras.optimizers.legacy.Adam`. Received optimizer "
                    f"type: {type(optimizer)}, from a function; no legacy one is named like it."
                )
            return _checked_keras_optimizer(optimizer, accepted)
        if self._unused is not None:
            return copy.deepcopy(self._unused)
        optimizer = _checked_keras_optimizer(given, accepted)
        # What can't be copied serves once, as every optimizer object did in tf.estimator.
        with contextlib.suppress(Exception):
            self._unused = copy.deepcopy(optimizer)
        return optimizer


def _checked_keras_optimizer(optimizer: Any, accepted: tuple[type, ...]) -> Any:
    if not isinstance(optimizer, accepted):
        raise ValueError(
            "The given object is not a tf_keras.optimizers.Optimizer instance. "
            f"Given: {optimizer}. Give one of tf_keras.optimizers.legacy (tf.keras may be Keras 3, "
            "unless TF_USE_LEGACY_KERAS=1 is set), or use the estimators of "
            "tfspec.compat.v1.estimator with those of tf.compat.v1.train."
        )
    if not hasattr(optimizer, "get_updates"):
        return _tf.legacy_keras_optimizer(optimizer)
    return optimizer


def _by_name(name: str, classes: Mapping[str, Any]) -> Any:
    if name not in classes:
        raise ValueError(
            f"Unsupported optimizer name: {name}. Supported names are: {tuple(sorted(classes))}"
        )
    return classes[name]


def _is_function(given: Any, classes: Any) -> bool:
    """Whether `given` makes an optimizer when it is called, rather than being one."""
    return callable(given) and not isinstance(given, classes)
