"""tf.contrib.eager: what is left of it outside the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec import _tf


def list_devices() -> list[str]:
    """Names of all devices that TensorFlow sees."""
    return [device.name for device in tf.config.list_logical_devices()]


def num_gpus() -> int:
    """How many GPUs TensorFlow sees."""
    return len(tf.config.list_logical_devices("GPU"))


def defun(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    **others: Any,
) -> Any:
    """`tf.function`."""
    return tf.function(func, input_signature=input_signature, autograph=autograph)


class Network(_tf.keras().Model):
    """A Keras 2 model whose layers are given to `track_layer`.

    Args:
        name: its name; None for one made of the class's.
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self._given_layers: list[Any] = []

    def track_layer(self, layer: Any) -> Any:
        """Counts a layer as the network's own, and returns it."""
        self._given_layers.append(layer)
        return layer
