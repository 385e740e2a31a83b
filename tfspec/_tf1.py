"""What is left of TensorFlow 1 without public names; part of the door `_tf`."""

from __future__ import annotations

import importlib
from types import ModuleType


def lookup_ops() -> ModuleType:
    """Tables that are made of files and lists: tf.contrib.lookup's."""
    return importlib.import_module("tensorflow.python.ops.lookup_ops")


def keras_v1(name: str) -> ModuleType:
    """`layers` or `rnn_cell` of tf.compat.v1, whichever Keras `tf.keras` is."""
    return importlib.import_module(f"tf_keras.api._v1.keras.__internal__.legacy.{name}")
