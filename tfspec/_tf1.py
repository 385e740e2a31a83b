"""What is left of TensorFlow 1 without public names; part of the door `_tf`."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


def lookup_ops() -> ModuleType:
    """Tables that are made of files and lists: tf.contrib.lookup's."""
    return importlib.import_module("tensorflow.python.ops.lookup_ops")


def keras_v1(name: str) -> ModuleType:
    """`layers` or `rnn_cell` of tf.compat.v1, whichever Keras `tf.keras` is."""
    return importlib.import_module(f"tf_keras.api._v1.keras.__internal__.legacy.{name}")


STALE_LAYERS = "tf_keras.legacy_tf_layers"  # where TensorFlow looks for what tf_slim asks it for


def stale_layers(name: str) -> ModuleType:
    """The module behind a name at or below `STALE_LAYERS`: they have moved inside tf_keras."""
    return importlib.import_module(name.replace("tf_keras.", "tf_keras.src.", 1))


def prepare_for_slim() -> None:
    """Gives tf_slim what it looks for in TensorFlow and no longer finds there."""
    from tensorflow.python.framework import ops

    for module in ("", ".base", ".convolutional", ".core", ".normalization", ".pooling"):
        name = STALE_LAYERS + module
        if name not in sys.modules:
            sys.modules[name] = stale_layers(name)
    tf = importlib.import_module("tensorflow")
    for name, value in (("Tensor", tf.Tensor), ("IndexedSlices", tf.IndexedSlices)):
        if not hasattr(ops, name):
            setattr(ops, name, value)


def keras_by_file(path: str) -> ModuleType | None:
    """A module of TensorFlow's own copy of Keras, by its place there: of Keras 2 instead.

    In TensorFlow 1 `tensorflow.python.keras` was `tf.keras`; what is left of it is another Keras
    than any that is public, and knows no model of these.

    Args:
        path: e.g. `preprocessing.sequence` for `tensorflow.python.keras.preprocessing.sequence`;
            '' for the package itself.

    Returns:
        A module with what Keras 2's own files have there, and its public names; None where there
        is no such place.
    """
    roots = ("tf_keras.src", "tf_keras")
    places = [place for root in roots if (place := _import_if_there(f"{root}.{path}".rstrip(".")))]
    if not places:
        return None

    def load(name: str) -> Any:
        for place in places:
            found = getattr(place, name, None) or _import_if_there(f"{place.__name__}.{name}")
            if found is not None:
                return found
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    module = ModuleType(f"tensorflow.python.keras.{path}".rstrip("."))
    module.__getattr__ = load
    return module


def _initialized_value(variable: Any) -> Any:
    """What `Variable.initialized_value` gives: its value, or what it is about to be."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.init_scope():
        return tf.cond(
            v1.is_variable_initialized(variable),
            variable.read_value,
            lambda: variable.initial_value,
        )


class VariablesOf1:
    """Lets resource variables do what reference variables did in graphs and these refuse.

    `if variable:` holds for each (scripts write `average if average else variable`), and
    `initialized_value()` is there. Eager variables keep their own ways. There is no public class
    to derive from: TensorFlow picks the class of a variable that a script makes.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def turn_on(self) -> None:
        """Puts the methods in place."""
        import tensorflow as tf

        variables = importlib.import_module("tensorflow.python.ops.resource_variable_ops")
        self._class = variables.BaseResourceVariable
        as_number = self._class.__bool__
        methods = {
            "__bool__": lambda v: as_number(v) if tf.executing_eagerly() else True,
            "initialized_value": _initialized_value,
        }
        for name, method in methods.items():
            self._kept[name] = vars(self._class).get(name)
            setattr(self._class, name, method)

    def turn_off(self) -> None:
        """Puts back what was there."""
        while self._kept:
            name, method = self._kept.popitem()
            if method is None:  # inherited
                delattr(self._class, name)
            else:
                setattr(self._class, name, method)


def _import_if_there(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if name != error.name and not name.startswith(f"{error.name}."):
            raise
        return None
