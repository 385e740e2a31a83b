"""tf.contrib.eager: what is left of it outside the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf


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
