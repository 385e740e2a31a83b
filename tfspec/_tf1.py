"""What is left of TensorFlow 1 without public names; part of the door `_tf`."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


def lookup_ops() -> ModuleType:
    """Tables that are made of files and lists: tf.contrib.lookup's."""
    return importlib.import_module("tensorflow.python.ops.lookup_ops")


def keras_v1(name: str) -> ModuleType:
    """`layers` or `rnn_cell` of tf.compat.v1, whichever Keras `tf.keras` is."""
    return importlib.import_module(f"tf_keras.api._v1.keras.__internal__.legacy.{name}")


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


def _import_if_there(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if name != error.name and not name.startswith(f"{error.name}."):
            raise
        return None
