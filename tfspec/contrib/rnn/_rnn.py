"""tf.contrib.rnn: what tf.nn.rnn_cell doesn't have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf

v1 = tf.compat.v1
_cells = _tf.keras_v1("rnn_cell")


class LayerNormBasicLSTMCell(_cells.RNNCell):
    """An LSTM cell whose gates and state are normalized, with recurrent dropout.

    Args:
        num_units: size of state and output.
        forget_bias: added to the forget gate.
        input_size: not used.
        activation: of candidates and state.
        layer_norm: whether anything is normalized.
        norm_gain, norm_shift: where gain and shift start.
        dropout_keep_prob: of the candidates; 1.0 for no dropout.
        dropout_prob_seed: seeds it.
        reuse: whether the variables exist.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Any = tf.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._activation = activation
        self._normalizes = layer_norm
        self._gain, self._shift = norm_gain, norm_shift
        self._keep_prob, self._seed = dropout_keep_prob, dropout_prob_seed

    @property
    def state_size(self) -> Any:
        return _cells.LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        return self._num_units

    def _norm(self, value: Any, scope: str) -> Any:
        if not self._normalizes:
            return value
        with v1.variable_scope(scope):
            shape = value.shape[-1:]
            gamma = v1.get_variable(
                "gamma", shape, initializer=v1.constant_initializer(self._gain)
            )
            beta = v1.get_variable("beta", shape, initializer=v1.constant_initializer(self._shift))
        mean, variance = tf.nn.moments(value, [-1], keepdims=True)
        return tf.nn.batch_normalization(value, mean, variance, beta, gamma, 1e-12)

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        c, h = state
        args = tf.concat([inputs, h], 1)
        kernel = v1.get_variable("kernel", [args.shape[-1], 4 * self._num_units])
        gates = tf.matmul(args, kernel)
        if not self._normalizes:
            gates += v1.get_variable(
                "bias", [4 * self._num_units], initializer=v1.zeros_initializer()
            )
        i, j, f, o = tf.split(gates, 4, 1)
        i, j = self._norm(i, "input"), self._norm(j, "transform")
        f, o = self._norm(f, "forget"), self._norm(o, "output")
        g = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            g = tf.nn.dropout(g, rate=1 - self._keep_prob, seed=self._seed)
        new_c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * g
        new_c = self._norm(new_c, "state")
        new_h = self._activation(new_c) * tf.sigmoid(o)
        return new_h, _cells.LSTMStateTuple(new_c, new_h)


class LSTMBlockFusedCell:
    """An LSTM over a whole sequence in one op.

    Inputs are `[length, batch, depth]`; the result is the outputs, `[length, batch, num_units]`,
    and the last state. Variables: `kernel` and `bias`, with gates in the order i, c, f, o.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        dtype: Any = None,
        name: str = "lstm_fused_cell",
    ) -> None:
        self.num_units = num_units
        self._forget_bias = forget_bias
        self._clip = -1.0 if cell_clip is None else cell_clip
        self._peephole = use_peephole
        self._reuse = reuse
        self._name = name
        self._scope: Any = None  # of its variables, once it has some

    def _open_scope(self, scope: Any) -> Any:
        """The scope of its variables: a new one in the first call, the same in later ones."""
        if self._scope is not None:
            return v1.variable_scope(self._scope, reuse=True)
        name = scope or (self._name if self._reuse else None)
        return v1.variable_scope(name, self._name, reuse=self._reuse)

    def _variables(self, depth: int, dtype: Any) -> tuple[Any, ...]:
        n = self.num_units
        kernel = v1.get_variable("kernel", [depth + n, 4 * n], dtype)
        bias = v1.get_variable("bias", [4 * n], dtype, v1.zeros_initializer())
        if not self._peephole:
            return kernel, bias, *[tf.zeros([n], dtype)] * 3
        return kernel, bias, *(v1.get_variable(f"w_{gate}_diag", [n], dtype) for gate in "ifo")

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        with self._open_scope(scope) as self._scope:
            inputs = tf.convert_to_tensor(inputs)
            length, batch = tf.shape(inputs)[0], tf.shape(inputs)[1]
            zero = tf.zeros([batch, self.num_units], inputs.dtype)
            c, h = initial_state if initial_state is not None else (zero, zero)
            depth = int(tf.compat.dimension_value(inputs.shape[2]))
            kernel, bias, wci, wcf, wco = self._variables(depth, inputs.dtype)
            lengths = tf.fill([batch], length) if sequence_length is None else sequence_length
            lengths = tf.cast(lengths, tf.int32)
            block = tf.raw_ops.BlockLSTM(
                seq_len_max=tf.cast(tf.reduce_max(lengths), tf.int64),
                x=inputs, cs_prev=c, h_prev=h, w=kernel, wci=wci, wcf=wcf, wco=wco, b=bias,
                forget_bias=self._forget_bias, cell_clip=self._clip, use_peephole=self._peephole,
            )
            outputs, states = block.h, block.cs
            mask = tf.transpose(tf.sequence_mask(lengths, length, outputs.dtype))[:, :, None]
            last = tf.stack([lengths, tf.range(batch)], 1)  # 0 is the initial state
            final = [
                tf.gather_nd(tf.concat([first[None], all_], 0), last)
                for first, all_ in ((c, states), (h, outputs))
            ]
            return outputs * mask, _cells.LSTMStateTuple(*final)


class TimeReversedFusedRNN:
    """Runs a fused cell from the end of each sequence to its start."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        def reverse(values: Any) -> Any:
            if sequence_length is None:
                return tf.reverse(values, [0])
            return tf.reverse_sequence(values, sequence_length, seq_axis=0, batch_axis=1)

        outputs, state = self._cell(
            reverse(inputs), initial_state, dtype, sequence_length=sequence_length, scope=scope
        )
        return tf.nest.map_structure(reverse, outputs), state


def LSTMBlockCell(  # noqa: N802 - the name that programs call
    num_units: int,
    forget_bias: float = 1.0,
    cell_clip: float | None = None,
    use_peephole: bool = False,
    dtype: Any = None,
    reuse: bool | None = None,
    name: str = "lstm_cell",
) -> Any:
    """An `LSTMCell` with the same variables: `kernel` and `bias`."""
    return _cells.LSTMCell(
        num_units,
        use_peephole,
        cell_clip,
        forget_bias=forget_bias,
        reuse=reuse,
        name=name,
        dtype=dtype,
    )


class OutputProjectionWrapper(_cells.RNNCell):
    """Adds a linear layer to the outputs of a cell."""

    def __init__(
        self, cell: Any, output_size: int, activation: Any = None, reuse: bool | None = None
    ) -> None:
        super().__init__(_reuse=reuse)
        self._cell, self._size, self._activation = cell, output_size, activation

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> int:
        return self._size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        output, new_state = self._cell(inputs, state)
        return _projected(output, self._size, self._activation), new_state


class InputProjectionWrapper(_cells.RNNCell):
    """Adds a linear layer before a cell."""

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Any = None,
        input_size: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._cell, self._size, self._activation = cell, num_proj, activation

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> int:
        return self._cell.output_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        return self._cell(_projected(inputs, self._size, self._activation), state)


class EmbeddingWrapper(_cells.RNNCell):
    """Looks up the embedding of ids, `[batch]`, before a cell: the variable `embedding`."""

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                "Both embedding_classes and embedding_size must be > 0: "
                f"{embedding_classes}, {embedding_size}."
            )
        self._cell, self._shape = cell, [embedding_classes, embedding_size]
        self._initializer = initializer

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> int:
        return self._cell.output_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        initializer = self._initializer or v1.get_variable_scope().initializer
        if initializer is None:  # of a variance of 1
            initializer = v1.random_uniform_initializer(-math.sqrt(3), math.sqrt(3))
        embedding = v1.get_variable(
            "embedding", self._shape, tf.nest.flatten(state)[0].dtype, initializer
        )
        embedded = v1.nn.embedding_lookup(embedding, tf.reshape(inputs, [-1]))
        return self._cell(embedded, state)


def _projected(values: Any, size: int, activation: Any) -> Any:
    kernel = v1.get_variable("kernel", [values.shape[-1], size])
    bias = v1.get_variable("bias", [size], initializer=v1.zeros_initializer())
    result = tf.nn.bias_add(tf.matmul(values, kernel), bias)
    return activation(result) if activation else result


def stack_bidirectional_dynamic_rnn(
    cells_fw: Sequence[Any],
    cells_bw: Sequence[Any],
    inputs: Any,
    initial_states_fw: Sequence[Any] | None = None,
    initial_states_bw: Sequence[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Bidirectional layers, each over both outputs of the one before.

    Returns:
        The last layer's outputs, and the last states of all layers, forward and backward.

    Raises:
        ValueError: not one cell for each direction of each layer.
    """
    if not cells_fw or len(cells_fw) != len(cells_bw):
        raise ValueError("Forward and Backward cells must have the same depth, at least one.")
    none = [None] * len(cells_fw)
    layers = zip(cells_fw, cells_bw, initial_states_fw or none, initial_states_bw or none,
                 strict=True)
    states: tuple[list[Any], list[Any]] = ([], [])
    with v1.variable_scope(scope or "stack_bidirectional_rnn"):
        for number, (forward, backward, state_fw, state_bw) in enumerate(layers):
            with v1.variable_scope(f"cell_{number}"):
                outputs, last = v1.nn.bidirectional_dynamic_rnn(
                    forward,
                    backward,
                    inputs,
                    sequence_length,
                    state_fw,
                    state_bw,
                    dtype,
                    parallel_iterations,
                    time_major=time_major,
                )
                inputs = tf.concat(outputs, 2)
                states[0].append(last[0])
                states[1].append(last[1])
    return inputs, tuple(states[0]), tuple(states[1])
