"""tf.contrib.rnn: convolutional, phased and wrapped cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec.contrib.rnn._linear import OfLSTM, bias_of, cells, depth_of, linear

v1 = tf.compat.v1


class ConvLSTMCell(cells.RNNCell):
    """An LSTM whose products are convolutions, https://arxiv.org/abs/1506.04214.

    Args:
        conv_ndims: 1, 2 or 3.
        input_shape: without the batch: sizes of the dimensions, and channels.
        output_channels: channels of state and output.
        kernel_shape: sizes of the kernel.
        use_bias: whether there are `biases`.
        skip_connection: whether the inputs follow the output's channels.
        forget_bias: added to the forget gate.
        initializers: not used, as in TensorFlow 1.15.
        name: of the cell.

    Raises:
        ValueError: `input_shape` is not of `conv_ndims` dimensions and channels.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}.")
        self._sizes, self._input_channels = list(input_shape[:-1]), input_shape[-1]
        self._channels, self._kernel_shape = output_channels, list(kernel_shape)
        self._use_bias, self._skips = use_bias, skip_connection
        self._forget_bias = forget_bias

    @property
    def state_size(self) -> Any:
        shape = tf.TensorShape([*self._sizes, self._channels])
        return cells.LSTMStateTuple(shape, shape)

    @property
    def output_size(self) -> Any:
        more = self._input_channels if self._skips else 0
        return tf.TensorShape([*self._sizes, self._channels + more])

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: inputs with their batch, and a state, to the output and the next state."""
        cell, hidden = state
        values = tf.concat([inputs, hidden], -1)
        size = 4 * self._channels
        shape = [*self._kernel_shape, values.shape[-1], size]
        kernel = v1.get_variable("kernel", shape, values.dtype)
        product = tf.nn.convolution(values, kernel, padding="SAME")
        if self._use_bias:
            product += bias_of(values, size, "biases")
        i, j, f, o = tf.split(product, 4, -1)
        cell = tf.sigmoid(f + self._forget_bias) * cell + tf.sigmoid(i) * tf.tanh(j)
        output = tf.tanh(cell) * tf.sigmoid(o)
        if self._skips:
            output = tf.concat([output, inputs], -1)
        return output, cells.LSTMStateTuple(cell, output)


class Conv1DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` of one dimension."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` of two dimensions."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` of three dimensions."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)


class PhasedLSTMCell(OfLSTM):
    """An LSTM that is open in a phase of a period, https://arxiv.org/abs/1610.09513.

    Its inputs are a pair: times `[batch, 1]`, float32 or float64, and features `[batch, depth]`.

    Args:
        num_units: size of state and output.
        use_peepholes: whether gates see the state.
        leak: how much passes while it is closed.
        ratio_on: the share of the period in which it is open.
        trainable_ratio_on: whether that is learned.
        period_init_min, period_init_max: between which periods start, evenly by logarithm.
        reuse: whether the variables exist.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, reuse, autocast=False)  # times may be of another dtype
        self._use_peepholes, self._leak = use_peepholes, leak
        self._ratio_on, self._learns_ratio = ratio_on, trainable_ratio_on
        self._range = period_init_min, period_init_max

    def call(self, inputs: Any, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: times and features, and a state, to the output and the next state."""
        time, x = inputs
        c, h = state
        n = self._num_units
        with v1.variable_scope("mask_gates"):
            seen = [x, h, c] if self._use_peepholes else [x, h]
            enter, forget = tf.split(tf.sigmoid(linear(seen, 2 * n)), 2, 1)
        with v1.variable_scope("new_input"):
            candidate = tf.tanh(linear([x, h], n))
        new_c = c * forget + enter * candidate
        with v1.variable_scope("output_gate"):
            seen = [x, h, new_c] if self._use_peepholes else [x, h]
            new_h = tf.tanh(new_c) * tf.sigmoid(linear(seen, n))
        share = self._openness(time)
        new_c, new_h = share * new_c + (1 - share) * c, share * new_h + (1 - share) * h
        return new_h, cells.LSTMStateTuple(new_c, new_h)

    def _openness(self, time: tf.Tensor) -> tf.Tensor:
        """How far each unit is open at each time, `[batch, num_units]`."""
        shape = [self._num_units]

        def periods(shape: Any, dtype: Any = tf.float32, partition_info: Any = None) -> tf.Tensor:
            low, high = (tf.math.log(float(end)) for end in self._range)
            return tf.exp(tf.random.uniform(shape, low, high, dtype))

        period = v1.get_variable("period", shape, initializer=periods)
        start = v1.random_uniform_initializer(0.0, period.initial_value)
        phase = v1.get_variable("phase", shape, initializer=start)
        ratio = v1.get_variable(
            "ratio_on",
            shape,
            initializer=v1.constant_initializer(self._ratio_on),
            trainable=self._learns_ratio,
        )
        shifted = time - tf.cast(phase, time.dtype)
        length = tf.cast(period, time.dtype)
        # The remainder, with the gradient of what it is the remainder of.
        rest = tf.stop_gradient(tf.math.floormod(shifted, length) - shifted) + shifted
        cycle = tf.cast(rest / length, tf.float32)
        rising = 2 * cycle / ratio
        share = v1.where(cycle < ratio, 2 - rising, self._leak * cycle)
        return v1.where(cycle < 0.5 * ratio, rising, share)


class HighwayWrapper(cells.RNNCell):
    """Lets a share of a cell's inputs past it, https://arxiv.org/abs/1505.00387.

    Args:
        cell: a cell whose output is of its inputs' size.
        couple_carry_transform_gates: whether one gate decides for both.
        carry_bias_init: where the carry gate's bias starts.
    """

    def __init__(
        self,
        cell: Any,
        couple_carry_transform_gates: bool = True,
        carry_bias_init: float = 1.0,
    ) -> None:
        super().__init__()
        self._cell, self._coupled = cell, couple_carry_transform_gates
        self._carry_bias = carry_bias_init

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The cell's."""
        with v1.name_scope(f"{type(self).__name__}ZeroState"):
            return self._cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        """One step of the cell.

        Raises:
            TypeError, ValueError: its output is of another structure or shape than its inputs.
        """
        outputs, state = self._cell(inputs, state, scope=scope)
        tf.nest.assert_same_structure(inputs, outputs)
        return tf.nest.map_structure(self._highway, inputs, outputs), state

    def _highway(self, value: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        value.shape.assert_is_compatible_with(output.shape)
        carry = self._gate("carry", value, self._carry_bias)
        transform = 1 - carry
        if not self._coupled:
            transform = self._gate("transform", value, -self._carry_bias)
        return value * carry + output * transform

    def _gate(self, name: str, value: tf.Tensor, bias: float) -> tf.Tensor:
        size = depth_of(value)
        kernel = v1.get_variable(f"{name}_w", [size, size])
        start = v1.constant_initializer(bias)
        return tf.sigmoid(
            v1.nn.xw_plus_b(value, kernel, v1.get_variable(f"{name}_b", [size], initializer=start))
        )


class AttentionCellWrapper(cells.RNNCell):
    """A cell that looks back at its own last outputs, https://arxiv.org/abs/1601.06733.

    Args:
        cell: the cell.
        attn_length: at how many outputs.
        attn_size: their size, by default that of the cell's output.
        attn_vec_size: of the layer that scores them, by default `attn_size`.
        input_size: of what the cell gets, by default that of the inputs.
        state_is_tuple: whether the state is a tuple, not one tensor.
        reuse: whether the variables exist.

    Raises:
        ValueError: a cell with a state of parts without `state_is_tuple`; no `attn_length`.
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if tf.nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "Cell returns tuple of states, but the flag state_is_tuple is not set. State size "
                f"is: {cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        self._cell, self._length, self._input_size = cell, attn_length, input_size
        self._size = cell.output_size if attn_size is None else attn_size
        self._vec_size = self._size if attn_vec_size is None else attn_vec_size
        self._is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        sizes = (self._cell.state_size, self._size, self._size * self._length)
        return sizes if self._is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        return self._size

    def call(self, inputs: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """One step: `[batch, depth]` and a state to the output and the next state."""
        if not self._is_tuple:
            sizes = (self._cell.state_size, self._size, self._size * self._length)
            state = tf.split(state, sizes, 1)
        state, attended, seen = state
        seen = tf.reshape(seen, [-1, self._length, self._size])
        inputs = linear([inputs, attended], self._input_size or depth_of(inputs))
        output, state = self._cell(inputs, state)
        query = tf.concat(tf.nest.flatten(state), 1) if self._is_tuple else state
        attended = self._attention(query, seen)
        with v1.variable_scope("attn_output_projection"):
            output = linear([output, attended], self._size)
        seen = tf.concat([seen[:, 1:], output[:, None]], 1)
        state = (state, attended, tf.reshape(seen, [-1, self._length * self._size]))
        return output, state if self._is_tuple else tf.concat(state, 1)

    def _attention(self, query: tf.Tensor, seen: tf.Tensor) -> tf.Tensor:
        """What is seen `[batch, length, size]`, weighted by its scores."""
        with v1.variable_scope("attention"):
            kernel = v1.get_variable("attn_w", [1, 1, self._size, self._vec_size])
            score = v1.get_variable("attn_v", [self._vec_size])
            hidden = seen[:, :, None]
            features = tf.nn.conv2d(hidden, kernel, 1, "SAME")
            of_query = linear([query], self._vec_size)[:, None, None]
            scores = tf.reduce_sum(score * tf.tanh(features + of_query), [2, 3])
            return tf.reduce_sum(tf.nn.softmax(scores)[:, :, None] * seen, 1)
