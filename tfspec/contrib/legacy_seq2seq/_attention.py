"""tf.contrib.legacy_seq2seq: a decoder with attention, unrolled step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def _linear(parts: Sequence[Any], size: int) -> Any:
    """A linear layer over tensors side by side; `kernel` and `bias` of the current scope."""
    values = parts[0] if len(parts) == 1 else tf.concat(parts, 1)
    depth = tf.compat.dimension_value(values.shape[1])
    kernel = v1.get_variable("kernel", [depth, size], values.dtype)
    bias = v1.get_variable("bias", [size], values.dtype, v1.zeros_initializer())
    return tf.nn.bias_add(tf.matmul(values, kernel), bias)


class _Attention:
    """Heads that attend to states, `[batch, length, size]`."""

    def __init__(self, states: Any, heads: int) -> None:
        _, length, self.size = states.shape.as_list()
        self._length = tf.shape(states)[1] if length is None else length
        self._hidden = tf.reshape(states, [-1, self._length, 1, self.size])
        self._heads = [self._head(number) for number in range(heads)]

    def _head(self, number: int) -> tuple[Any, Any]:
        kernel = v1.get_variable(f"AttnW_{number}", [1, 1, self.size, self.size])
        features = tf.nn.conv2d(self._hidden, kernel, [1, 1, 1, 1], "SAME")
        return features, v1.get_variable(f"AttnV_{number}", [self.size])

    def __call__(self, query: Any) -> list[Any]:
        """What each head attends to, `[batch, size]`."""
        found = []
        parts = tf.nest.flatten(query)
        for number, (features, weights) in enumerate(self._heads):
            with v1.variable_scope(f"Attention_{number}"):
                asked = tf.reshape(_linear(parts, self.size), [-1, 1, 1, self.size])
                scores = tf.reduce_sum(weights * tf.tanh(features + asked), [2, 3])
                shares = tf.reshape(tf.nn.softmax(scores), [-1, self._length, 1, 1])
                seen = tf.reduce_sum(shares * self._hidden, [1, 2])
                found.append(tf.reshape(seen, [-1, self.size]))
        return found


def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """A cell that sees what it attended to, step by step.

    Args:
        decoder_inputs: of each step, `[batch, size]`.
        initial_state: before the first.
        attention_states: what it attends to, `[batch, length, size]`.
        cell: an RNN cell.
        output_size: of the outputs; `cell.output_size` by default.
        num_heads: how many times it attends.
        loop_function: makes the inputs of all steps but the first, of the output of the step
            before and its number.
        dtype: of the variables.
        scope: the variable scope, `attention_decoder` by default.
        initial_state_attention: whether it attends before the first step.

    Returns:
        Outputs, `[batch, output_size]`, and the last state.

    Raises:
        ValueError: no inputs, no heads, or an attention of unknown size.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    if tf.compat.dimension_value(attention_states.shape[2]) is None:
        raise ValueError(
            f"Shape[2] of attention_states must be known: {attention_states.shape}"
        )
    output_size = cell.output_size if output_size is None else output_size
    state, outputs = initial_state, []
    with v1.variable_scope(scope or "attention_decoder", dtype=dtype) as within:
        attend = _Attention(attention_states, num_heads)
        nothing = tf.zeros([tf.shape(decoder_inputs[0])[0], attend.size], within.dtype)
        nothing.set_shape([None, attend.size])
        seen = attend(initial_state) if initial_state_attention else [nothing] * num_heads
        for number, given in enumerate(decoder_inputs):
            if number:
                v1.get_variable_scope().reuse_variables()
            if loop_function is not None and outputs:
                with v1.variable_scope("loop_function", reuse=True):
                    given = loop_function(outputs[-1], number)
            size = tf.compat.dimension_value(given.shape[1])
            if size is None:
                raise ValueError(f"Could not infer input size from input: {given.name}")
            output, state = cell(_linear([given, *seen], size), state)
            with v1.variable_scope(
                v1.get_variable_scope(), reuse=True if initial_state_attention else None
            ):
                seen = attend(state)
            with v1.variable_scope("AttnOutputProjection"):
                outputs.append(_linear([output, *seen], output_size))
    return outputs, state
