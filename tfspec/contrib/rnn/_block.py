"""tf.contrib.rnn: GRUs under other names, independent recurrences, and cuDNN's kind of cells."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec.contrib.rnn._linear import (
    OfLSTM,
    OfUnits,
    bias_of,
    cells,
    kernel_of,
)

v1 = tf.compat.v1


class GRUBlockCell(OfUnits):
    """A GRU with the variables `w_ru`, `b_ru`, `w_c` and `b_c`.

    TensorFlow 1.15 ran it as one op, whose gradient TensorFlow has no more.

    Args:
        num_units: size of state and output.
        cell_size: an older name of `num_units`.
        reuse: whether the variables exist.
        name: of the cell.

    Raises:
        ValueError: both sizes, or none.
    """

    _NAMES = ("w_ru", "b_ru", "w_c", "b_c")

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: bool | None = None,
        name: str = "gru_cell",
    ) -> None:
        if (cell_size is None) == (num_units is None):
            raise ValueError("Exactly one of num_units or cell_size must be provided.")
        super().__init__(cell_size if num_units is None else num_units, reuse, name)

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output, which is the next state."""
        n, both = self._num_units, tf.concat([inputs, state], 1)
        kernel, bias, candidate_kernel, candidate_bias = self._NAMES
        weights = kernel_of(both, 2 * n, kernel)
        gates = tf.matmul(both, weights) + bias_of(both, 2 * n, bias, v1.ones_initializer())
        reset, update = tf.split(tf.sigmoid(gates), 2, 1)
        seen = tf.concat([inputs, reset * state], 1)
        candidate = tf.matmul(seen, kernel_of(both, n, candidate_kernel))
        candidate = tf.tanh(candidate + bias_of(both, n, candidate_bias))
        state = update * state + (1 - update) * candidate
        return state, state


class GRUBlockCellV2(GRUBlockCell):
    """`GRUBlockCell` with the variables of a `GRUCell`."""

    _NAMES = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")


class _Independent:
    """Of cells whose units see but their own state."""

    def _own(self, inputs: tf.Tensor, name: str, size: int) -> tf.Variable:
        """The variable `[1, size]` that the state is multiplied by."""
        initializer = v1.random_uniform_initializer(-1, 1, dtype=inputs.dtype)
        return v1.get_variable(name, [1, size], inputs.dtype, initializer)


class IndRNNCell(_Independent, OfUnits):
    """The independently recurrent network's cell, https://arxiv.org/abs/1803.04831.

    Args:
        num_units: size of state and output.
        activation: of the output, by default tanh.
        reuse: whether the variables exist.
        name: of the cell.
        dtype: of the variables.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, reuse, name, dtype=dtype)
        self._activation = activation or tf.tanh

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output, which is the next state."""
        n = self._num_units
        product = tf.matmul(inputs, kernel_of(inputs, n, "kernel_w"))
        product += state * self._own(inputs, "kernel_u", n)
        output = self._activation(tf.nn.bias_add(product, bias_of(inputs, n)))
        return output, output


class IndyGRUCell(_Independent, OfUnits):
    """A GRU whose units see but their own state.

    Args:
        num_units: size of state and output.
        activation: of candidates, by default tanh.
        reuse: whether the variables exist.
        kernel_initializer: of the kernels of inputs.
        bias_initializer: by default ones for gates, zeros for candidates.
        name: of the cell.
        dtype: of the variables.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, reuse, name, dtype=dtype)
        self._activation = activation or tf.tanh
        self._initializers = kernel_initializer, bias_initializer

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output, which is the next state."""
        n, (of_kernel, of_bias) = self._num_units, self._initializers
        kernel = kernel_of(inputs, 2 * n, "gates/kernel_w", of_kernel)
        gates = tf.matmul(inputs, kernel)
        gates += tf.tile(state, [1, 2]) * self._own(inputs, "gates/kernel_u", 2 * n)
        bias = bias_of(inputs, 2 * n, "gates/bias", of_bias or v1.constant_initializer(1.0))
        reset, update = tf.split(tf.sigmoid(tf.nn.bias_add(gates, bias)), 2, 1)
        candidate = tf.matmul(inputs, kernel_of(inputs, n, "candidate/kernel", of_kernel))
        candidate += reset * state * self._own(inputs, "candidate/kernel_u", n)
        candidate = tf.nn.bias_add(candidate, bias_of(inputs, n, "candidate/bias", of_bias))
        state = update * state + (1 - update) * self._activation(candidate)
        return state, state


class IndyLSTMCell(_Independent, OfLSTM):
    """An LSTM whose units see but their own state, https://arxiv.org/abs/1903.08023.

    Args:
        num_units: size of state and output.
        forget_bias: added to the forget gate.
        activation: of candidates and state, by default tanh.
        reuse: whether the variables exist.
        kernel_initializer: of the kernel of inputs.
        bias_initializer: by default zeros.
        name: of the cell.
        dtype: of the variables.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, reuse, name, dtype=dtype)
        self._forget_bias, self._activation = forget_bias, activation or tf.tanh
        self._initializers = kernel_initializer, bias_initializer

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        c, h = state
        n, (of_kernel, of_bias) = self._num_units, self._initializers
        gates = tf.matmul(inputs, kernel_of(inputs, 4 * n, "kernel_w", of_kernel))
        gates += tf.tile(h, [1, 4]) * self._own(inputs, "kernel_u", 4 * n)
        gates = tf.nn.bias_add(gates, bias_of(inputs, 4 * n, "bias", of_bias))
        i, j, f, o = tf.split(gates, 4, 1)
        c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * self._activation(j)
        h = self._activation(c) * tf.sigmoid(o)
        return h, cells.LSTMStateTuple(c, h)


class CudnnCompatibleLSTMCell(OfLSTM):
    """An LSTM with the parameters of cuDNN's: no forget bias, gates in the order i, c, f, o.

    Args:
        num_units: size of state and output.
        reuse: whether the variables exist.
    """

    def __init__(self, num_units: int, reuse: bool | None = None) -> None:
        super().__init__(num_units, reuse, "cudnn_compatible_lstm_cell")

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        c, h = state
        both = tf.concat([inputs, h], 1)
        product = tf.matmul(both, kernel_of(both, 4 * self._num_units))
        product = tf.nn.bias_add(product, bias_of(both, 4 * self._num_units))
        i, j, f, o = tf.split(product, 4, 1)
        c = tf.sigmoid(i) * tf.tanh(j) + tf.sigmoid(f) * c
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, cells.LSTMStateTuple(c, h)


class CudnnCompatibleGRUCell(OfUnits):
    """A GRU with the parameters of cuDNN's, whose reset gate comes after the kernel.

    Args:
        num_units: size of state and output.
        reuse: whether the variables exist.
        kernel_initializer: of the kernels.
    """

    def __init__(
        self, num_units: int, reuse: bool | None = None, kernel_initializer: Any = None
    ) -> None:
        super().__init__(num_units, reuse)
        self._initializer = kernel_initializer

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output, which is the next state."""
        n, both = self._num_units, tf.concat([inputs, state], 1)
        kernel = kernel_of(both, 2 * n, "gates/kernel", self._initializer)
        bias = bias_of(both, 2 * n, "gates/bias", v1.constant_initializer(1.0))
        gates = tf.sigmoid(tf.nn.bias_add(tf.matmul(both, kernel), bias))
        reset, update = tf.split(gates, 2, 1)
        of_input, of_state = (
            kernel_of(value, n, f"candidate/{name}_projection/kernel", self._initializer)
            for name, value in (("input", inputs), ("hidden", state))
        )
        input_bias, state_bias = (
            bias_of(inputs, n, f"candidate/{name}_projection/bias") for name in ("input", "hidden")
        )
        candidate = tf.nn.bias_add(tf.matmul(inputs, of_input), input_bias)
        candidate += reset * tf.nn.bias_add(tf.matmul(state, of_state), state_bias)
        state = (1 - update) * tf.tanh(candidate) + update * state
        return state, state
