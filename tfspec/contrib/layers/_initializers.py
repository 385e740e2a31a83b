"""tf.contrib.layers: initializers."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_MODES = {"FAN_IN": "fan_in", "FAN_OUT": "fan_out", "FAN_AVG": "fan_avg"}


def xavier_initializer(uniform: bool = True, seed: int | None = None, dtype: Any = tf.float32):
    """Xavier's: variance `2 / (fan_in + fan_out)`, uniform or truncated normal."""
    return variance_scaling_initializer(
        factor=1.0, mode="FAN_AVG", uniform=uniform, seed=seed, dtype=dtype
    )


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = tf.float32,
):
    """Variance `factor / n`, where n is the fan that `mode` names.

    Raises:
        TypeError: `dtype` is no floating point type.
        ValueError: no such mode.
    """
    if not tf.as_dtype(dtype).is_floating:
        raise TypeError("Cannot create initializer for non-floating point type.")
    if mode not in _MODES:
        raise ValueError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")
    distribution = "uniform" if uniform else "truncated_normal"
    more = {} if dtype == tf.float32 else {"dtype": dtype}  # given at all, it is warned about
    return v1.variance_scaling_initializer(factor, _MODES[mode], distribution, seed, **more)
