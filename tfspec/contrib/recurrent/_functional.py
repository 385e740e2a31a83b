"""tf.contrib.recurrent: `tf.nn.dynamic_rnn` in a form that a TPU could take; any can, today."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def functional_rnn(
    cell: Any,
    inputs: tf.Tensor,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    time_major: bool = False,
    scope: Any = None,
    use_tpu: bool = False,
    reverse: bool = False,
) -> tuple[tf.Tensor, Any]:
    """`tf.nn.dynamic_rnn`.

    Args:
        cell: an RNN cell.
        inputs: of shape `[batch, time, depth]`, or `[time, batch, depth]`.
        sequence_length: integers `[batch]`; None where all of `time` counts.
        initial_state: the state to begin with; by default zeros of `dtype`.
        dtype: of the state, where there is no `initial_state`.
        time_major: whether time is the first dimension of `inputs` and outputs.
        scope: of the variables, `rnn` by default.
        use_tpu: not used.
        reverse: whether to go from the end to the beginning. Outputs stand at the places of the
            inputs they belong to.

    Returns:
        Outputs, shaped as `inputs`, and the last state.
    """
    axes = {"seq_axis": 0, "batch_axis": 1} if time_major else {"seq_axis": 1, "batch_axis": 0}

    def turned(sequence: Any) -> tf.Tensor:
        if not reverse:
            return tf.convert_to_tensor(sequence)
        if sequence_length is None:
            return tf.reverse(sequence, [axes["seq_axis"]])
        return tf.reverse_sequence(sequence, sequence_length, **axes)

    outputs, state = v1.nn.dynamic_rnn(
        cell,
        tf.nest.map_structure(turned, inputs),
        sequence_length,
        initial_state,
        dtype,
        time_major=time_major,
        scope=scope,
    )
    return tf.nest.map_structure(turned, outputs), state


def bidirectional_functional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: tf.Tensor,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    time_major: bool = False,
    use_tpu: bool = False,
    fast_reverse: bool = False,
    scope: Any = None,
) -> tuple[tuple[tf.Tensor, tf.Tensor], tuple[Any, Any]]:
    """`tf.nn.bidirectional_dynamic_rnn`; arguments as for `functional_rnn`.

    Returns:
        The pair of outputs, forward and backward, and the pair of last states.
    """
    return v1.nn.bidirectional_dynamic_rnn(
        cell_fw,
        cell_bw,
        tf.nest.map_structure(tf.convert_to_tensor, inputs),
        sequence_length,
        initial_state_fw,
        initial_state_bw,
        dtype,
        time_major=time_major,
        scope=scope,
    )
