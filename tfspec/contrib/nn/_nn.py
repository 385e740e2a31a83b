"""tf.contrib.nn: what isn't in tf.nn."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_LEAST = -1.7580993408473766  # what SELU tends to


def alpha_dropout(
    x: Any, keep_prob: Any, noise_shape: Any = None, seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Dropout for SELU: mean and variance stay, https://arxiv.org/abs/1706.02515.

    Args:
        x: any shape.
        keep_prob: with which probability an element is kept, above 0, at most 1.
        noise_shape: of the draws, broadcast to the shape of `x`; that itself by default.
        seed: of the draws.
        name: of the ops.

    Raises:
        ValueError: a probability out of that range.
    """
    with v1.name_scope(name, "alpha_dropout", [x]):
        x = tf.convert_to_tensor(x, name="x")
        if isinstance(keep_prob, int | float):
            if not 0 < keep_prob <= 1.0:
                raise ValueError(
                    "keep_prob must be a scalar tensor or a float in the range (0, 1], "
                    f"got {keep_prob}"
                )
            if keep_prob == 1.0:
                return x
        keep = tf.convert_to_tensor(keep_prob, dtype=x.dtype, name="keep_prob")
        shape = tf.shape(x) if noise_shape is None else noise_shape
        kept = tf.floor(keep + v1.random_uniform(shape, seed=seed, dtype=x.dtype))
        scale = tf.math.rsqrt(keep * (1 + (1 - keep) * _LEAST**2))
        found = scale * (x * kept + _LEAST * (1 - kept)) - scale * _LEAST * (1 - keep)
        found.set_shape(x.shape)
        return found
