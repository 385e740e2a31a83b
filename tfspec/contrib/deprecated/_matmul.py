"""What products of matrices were called before TensorFlow 1.0."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def batch_matmul(
    x: Any, y: Any, adj_x: bool = False, adj_y: bool = False, name: str | None = None
) -> Any:
    """Products of the matrices `[..., n, m]` and `[..., m, k]`, or of their adjoints."""
    return tf.matmul(x, y, adjoint_a=adj_x, adjoint_b=adj_y, name=name)
