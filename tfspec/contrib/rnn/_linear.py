"""What the cells of tf.contrib.rnn are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf

v1 = tf.compat.v1
cells = _tf.keras_v1("rnn_cell")


class OfUnits(cells.RNNCell):
    """A cell whose output and state are of `num_units` each."""

    def __init__(
        self, num_units: int, reuse: bool | None = None, name: str | None = None, **settings: Any
    ) -> None:
        super().__init__(_reuse=reuse, name=name, **settings)
        self._num_units = num_units

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units


class OfLSTM(OfUnits):
    """A cell with the state of an LSTM: `c`, and the output, maybe projected to `num_proj`."""

    _num_proj: int | None = None

    @property
    def state_size(self) -> Any:
        return cells.LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        return self._num_proj or self._num_units


def depth_of(inputs: tf.Tensor) -> int:
    """The size of the second of two dimensions.

    Raises:
        ValueError: it isn't known, or there are more or fewer than two.
    """
    depth = tf.compat.dimension_value(inputs.shape.with_rank(2)[1])
    if depth is None:
        raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
    return depth


def kernel_of(
    inputs: tf.Tensor, size: int, name: str = "kernel", initializer: Any = None
) -> tf.Variable:
    """The variable `[depth, size]` that inputs `[batch, depth]` are multiplied by."""
    return v1.get_variable(name, [depth_of(inputs), size], inputs.dtype, initializer)


def bias_of(inputs: tf.Tensor, size: int, name: str = "bias", initializer: Any = None) -> Any:
    """A variable `[size]`, by default of zeros."""
    initializer = v1.zeros_initializer() if initializer is None else initializer
    return v1.get_variable(name, [size], inputs.dtype, initializer)


def linear(parts: Sequence[tf.Tensor], size: int, has_bias: bool = True) -> tf.Tensor:
    """A linear layer over tensors side by side; `kernel` and `bias` of the current scope."""
    values = parts[0] if len(parts) == 1 else tf.concat(parts, 1)
    result = tf.matmul(values, kernel_of(values, size))
    return tf.nn.bias_add(result, bias_of(values, size)) if has_bias else result


def sharded(name: str, shape: Sequence[int], dtype: Any, shards: int) -> tf.Tensor:
    """A matrix of the variables `name_0`, `name_1`..., each with a share of its rows.

    Raises:
        ValueError: more shards than rows.
    """
    rows, *others = shape
    if shards > rows:
        raise ValueError(f"Too many shards: shape={list(shape)}, num_shards={shards}")
    size, more = divmod(rows, shards)
    parts = [
        v1.get_variable(f"{name}_{number}", [size + (number < more), *others], dtype)
        for number in range(shards)
    ]
    return tf.convert_to_tensor(parts[0]) if shards == 1 else tf.concat(parts, 0)


def layer_norm(value: tf.Tensor, scope: str, gain: float, shift: float) -> tf.Tensor:
    """`value` normalized over its last dimension; the variables `gamma` and `beta` of `scope`."""
    with v1.variable_scope(scope):
        shape = value.shape[-1:]
        gamma = v1.get_variable(
            "gamma", shape, value.dtype, initializer=v1.constant_initializer(gain)
        )
        beta = v1.get_variable(
            "beta", shape, value.dtype, initializer=v1.constant_initializer(shift)
        )
    mean, variance = tf.nn.moments(value, [-1], keepdims=True)
    return tf.nn.batch_normalization(value, mean, variance, beta, gamma, 1e-12)
