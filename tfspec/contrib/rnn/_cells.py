"""tf.contrib.rnn: cells of papers."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec.contrib.rnn._linear import (
    OfLSTM,
    OfUnits,
    bias_of,
    cells,
    depth_of,
    kernel_of,
    layer_norm,
    linear,
    sharded,
)

v1 = tf.compat.v1


class NASCell(OfLSTM):
    """The cell that an architecture search found, https://arxiv.org/abs/1611.01578.

    Args:
        num_units: size of the state, and of the output where it isn't projected.
        num_proj: size of the projected output.
        use_bias: whether there is a `bias`.
        reuse: whether the variables exist.
        **kwargs: of a layer.
    """

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_bias: bool = False,
        reuse: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, reuse, **kwargs)
        self._num_proj, self._use_bias = num_proj, use_bias

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        c, m = state
        of_output = tf.matmul(m, kernel_of(m, 8 * self._num_units, "recurrent_kernel"))
        of_inputs = tf.matmul(inputs, kernel_of(inputs, 8 * self._num_units))
        if self._use_bias:
            of_output = tf.nn.bias_add(of_output, bias_of(m, 8 * self._num_units))
        h, x = tf.split(of_output, 8, 1), tf.split(of_inputs, 8, 1)
        first = tf.tanh(tf.sigmoid(x[0] + h[0]) * tf.nn.relu(x[1] + h[1]))
        second = tf.tanh(tf.sigmoid(x[2] + h[2]) + tf.nn.relu(x[3] * h[3]))
        third = tf.tanh(tf.tanh(x[4] + h[4]) * tf.sigmoid(x[5] + h[5]))
        fourth = tf.sigmoid(tf.tanh(x[6] + h[6]) + tf.sigmoid(x[7] + h[7]))
        new_c = tf.tanh(first + c) * second
        output = tf.tanh(new_c * tf.tanh(third + fourth))
        if self._num_proj is not None:
            output = tf.matmul(output, kernel_of(output, self._num_proj, "projection_weights"))
        return output, cells.LSTMStateTuple(new_c, output)


class UGRNNCell(OfUnits):
    """A cell with one gate, the update, https://arxiv.org/abs/1611.09913.

    Args:
        num_units: size of state and output.
        initializer: of the kernel.
        forget_bias: added to the gate.
        activation: of candidates.
        reuse: whether the variables exist.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        forget_bias: float = 1.0,
        activation: Any = tf.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, reuse)
        self._initializer, self._forget_bias = initializer, forget_bias
        self._activation = activation

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output, which is the next state."""
        depth_of(inputs)
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            gate, candidate = tf.split(linear([inputs, state], 2 * self._num_units), 2, 1)
        gate = tf.sigmoid(gate + self._forget_bias)
        state = gate * state + (1 - gate) * self._activation(candidate)
        return state, state


class IntersectionRNNCell(OfUnits):
    """A cell with gates through time and depth, https://arxiv.org/abs/1611.09913.

    Args:
        num_units: size of state and output, and of inputs unless they are projected.
        num_in_proj: `num_units`, for inputs of another size.
        initializer: of the kernels.
        forget_bias: added to both gates.
        y_activation: of the output's candidates.
        reuse: whether the variables exist.

    Raises:
        ValueError: when called, for inputs of another size without `num_in_proj`.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Any = None,
        forget_bias: float = 1.0,
        y_activation: Any = tf.nn.relu,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, reuse)
        self._projects, self._initializer = num_in_proj, initializer
        self._forget_bias, self._y_activation = forget_bias, y_activation

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        size = self._num_units
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            if depth_of(inputs) != size:
                if not self._projects:
                    raise ValueError(
                        "Must have input size == output size for Intersection RNN. To fix, "
                        "num_in_proj should be set to num_units at cell init."
                    )
                with v1.variable_scope("in_projection"):
                    inputs = linear([inputs], size)
            parts = tf.split(linear([inputs, state], 4 * size), 4, 1)
        through_time = tf.sigmoid(parts[0] + self._forget_bias)
        through_depth = tf.sigmoid(parts[2] + self._forget_bias)
        state = through_time * state + (1 - through_time) * tf.tanh(parts[1])
        output = through_depth * inputs + (1 - through_depth) * self._y_activation(parts[3])
        return output, state


class SRUCell(OfUnits):
    """The simple recurrent unit, https://arxiv.org/abs/1709.02755.

    Args:
        num_units: size of state and output, and of inputs.
        activation: of the state in the output, by default tanh.
        reuse: whether the variables exist.
        name: of the cell.
        **kwargs: of a layer.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, reuse, name, **kwargs)
        self._activation = activation or tf.tanh

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        product = tf.matmul(inputs, kernel_of(inputs, 4 * self._num_units))
        candidate, *gates, plain = tf.split(product, 4, 1)
        gates = tf.nn.bias_add(tf.concat(gates, 1), bias_of(inputs, 2 * self._num_units))
        forget, reset = tf.split(tf.sigmoid(gates), 2, 1)
        state = forget * state + (1 - forget) * candidate
        return reset * self._activation(state) + (1 - reset) * plain, state


class CoupledInputForgetGateLSTMCell(OfLSTM):
    """An LSTM whose input gate is what the forget gate leaves, https://arxiv.org/abs/1503.04069.

    Args:
        num_units: size of the state.
        use_peepholes: whether gates see the state.
        initializer: not used, as in TensorFlow 1.15.
        num_proj: size of the projected output.
        proj_clip: the projected output is from minus this to this.
        num_unit_shards, num_proj_shards: into how many variables the kernels are split.
        forget_bias: added to the forget gate.
        state_is_tuple: whether the state is an `LSTMStateTuple`, not one tensor.
        activation: of candidates and state.
        reuse: whether the variables exist.
        layer_norm: whether gates and state are normalized.
        norm_gain, norm_shift: where gain and shift of that start.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = tf.tanh,
        reuse: bool | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(num_units, reuse)
        self._use_peepholes, self._forget_bias = use_peepholes, forget_bias
        self._num_proj, self._proj_clip = num_proj, proj_clip
        self._shards, self._proj_shards = num_unit_shards, num_proj_shards
        self._is_tuple, self._activation = state_is_tuple, activation
        self._normalizes, self._gain, self._shift = layer_norm, norm_gain, norm_shift

    @property
    def state_size(self) -> Any:
        size = super().state_size
        return size if self._is_tuple else sum(size)

    def _norm(self, value: tf.Tensor, scope: str) -> tf.Tensor:
        return layer_norm(value, scope, self._gain, self._shift) if self._normalizes else value

    def _peepholes(self, dtype: Any) -> tuple[Any, Any]:
        """What the gates multiply the state by, forget and output."""
        if not self._use_peepholes:
            return 0.0, 0.0
        shape = [self._num_units]
        return tuple(v1.get_variable(f"W_{gate}_diag", shape, dtype) for gate in "FO")

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        n = self._num_units
        c, m = state if self._is_tuple else tf.split(state, [n, self.output_size], 1)
        shape = [depth_of(inputs) + self.output_size, 3 * n]
        kernel = sharded("W", shape, inputs.dtype, self._shards)
        bias = bias_of(inputs, 3 * n, "B")
        product = tf.matmul(tf.concat([inputs, m], 1), kernel)
        product = product if self._normalizes else tf.nn.bias_add(product, bias)
        j, f, o = tf.split(product, 3, 1)
        j, f = self._norm(j, "transform"), self._norm(f, "forget")
        o = self._norm(o, "output")
        of_forget, of_output = self._peepholes(inputs.dtype)
        forget = tf.sigmoid(f + self._forget_bias + of_forget * c)
        c = self._norm(forget * c + (1 - forget) * self._activation(j), "state")
        m = tf.sigmoid(o + of_output * c) * self._activation(c)
        if self._num_proj is not None:
            m = tf.matmul(m, sharded("W_P", [n, self._num_proj], inputs.dtype, self._proj_shards))
            if self._proj_clip is not None:
                m = tf.clip_by_value(m, -self._proj_clip, self._proj_clip)
        return m, cells.LSTMStateTuple(c, m) if self._is_tuple else tf.concat([c, m], 1)


class GLSTMCell(OfLSTM):
    """An LSTM of groups of units that don't see each other, https://arxiv.org/abs/1703.10722.

    Args:
        num_units: size of the state.
        initializer: of the variables.
        num_proj: size of the projected output.
        number_of_groups: a divisor of both sizes, and of the inputs'.
        forget_bias: added to the forget gate.
        activation: of the state.
        reuse: whether the variables exist.

    Raises:
        ValueError: a size that the groups can't share; of inputs, when called.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        num_proj: int | None = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Any = tf.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, reuse)
        for name, size in (("num_units", num_units), ("num_proj", num_proj or 0)):
            if size % number_of_groups:
                raise ValueError(f"{name} must be divisible by number_of_groups")
        self._initializer, self._num_proj = initializer, num_proj
        self._groups, self._forget_bias = number_of_groups, forget_bias
        self._activation = activation

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        c, m = state
        n, depth = self._num_units, depth_of(inputs)
        if depth % self._groups:
            raise ValueError(
                f"input size ({depth}) must be divisible by number_of_groups ({self._groups})"
            )
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            parts = []
            both = (tf.split(value, self._groups, 1) for value in (inputs, m))
            pairs = zip(*both, strict=True)
            for number, pair in enumerate(pairs):
                with v1.variable_scope(f"group{number}"):
                    product = linear(pair, 4 * n // self._groups, has_bias=False)
                    parts.append(tf.split(product, 4, 1))
            i, j, f, o = (
                tf.nn.bias_add(tf.concat(gates, 1), bias_of(inputs, n, f"bias_{name}"))
                for name, gates in zip("ijfo", zip(*parts, strict=True), strict=True)
            )
        c = tf.sigmoid(f + self._forget_bias) * c + tf.sigmoid(i) * tf.tanh(j)
        m = tf.sigmoid(o) * self._activation(c)
        if self._num_proj is not None:
            with v1.variable_scope("projection"):
                m = linear([m], self._num_proj, has_bias=False)
        return m, cells.LSTMStateTuple(c, m)
