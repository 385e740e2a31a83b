"""Cells of tf.contrib.rnn and cudnn_rnn, alike with TensorFlow 1.15 and with tfspec."""

from __future__ import annotations

import functools

from tests.contrib.recorded import numbers

BATCH, LENGTH, DEPTH, UNITS = 3, 4, 6, 4


def unrolled(tf, name, *args, depth=DEPTH, package="rnn", shape=(), given=None, **settings):
    """Outputs, last state and gradients of a cell over a sequence."""
    cell = getattr(getattr(tf.contrib, package), name)(*args, **settings)
    return outputs(tf, cell, inputs(tf, depth, shape) if given is None else given(tf))


def outputs(tf, cell, inputs):
    found, state = tf.nn.dynamic_rnn(cell, inputs, [4, 2, 3], dtype=tf.float32)
    loss = tf.reduce_sum(tf.square(found)) + sum(
        tf.reduce_sum(part) for part in tf.contrib.framework.nest.flatten(state)
    )
    gradients = tf.gradients(loss, tf.trainable_variables())
    gradients = [tf.convert_to_tensor(g) for g in gradients if g is not None]
    sizes = tf.contrib.framework.nest.flatten([cell.state_size, cell.output_size])
    sizes = [tf.constant(s if isinstance(s, int) else s.as_list()) for s in sizes]
    return found, state, gradients, sizes


def inputs(tf, depth, shape):
    return tf.constant(numbers("inputs", [BATCH, LENGTH, *shape, depth]))


def timed(tf):
    time = 10 * tf.abs(tf.constant(numbers("time", [BATCH, LENGTH, 1])))
    return time, inputs(tf, DEPTH, ())


def wrapped(tf, wrapper, *args, cell="GRUCell", units=UNITS, depth=DEPTH, **settings):
    inner = getattr(tf.contrib.rnn, cell)(units)
    made = getattr(tf.contrib.rnn, wrapper)(inner, *args, **settings)
    return outputs(tf, made, inputs(tf, depth, ()))


def fused(tf, dynamic, is_list):
    adaptor = tf.contrib.rnn.FusedRNNCellAdaptor(tf.contrib.rnn.NASCell(UNITS), dynamic)
    steps = tf.constant(numbers("steps", [LENGTH, BATCH, DEPTH]))
    steps = tf.unstack(steps) if is_list else steps
    reversed_ = tf.contrib.rnn.TimeReversedFusedRNN(adaptor) if not is_list else adaptor
    return reversed_(steps, dtype=tf.float32, sequence_length=[4, 2, 3], scope="own")


def stacked(tf, given):
    cell = tf.contrib.rnn.GRUBlockCell
    steps = tf.unstack(tf.constant(numbers("steps", [LENGTH, BATCH, DEPTH])))
    first = [tf.constant(numbers("a", [BATCH, UNITS])), tf.constant(numbers("b", [BATCH, 3]))]
    return tf.contrib.rnn.stack_bidirectional_rnn(
        [cell(UNITS), cell(3)], [cell(UNITS), cell(3)], steps,
        initial_states_fw=first if given else None, dtype=tf.float32, sequence_length=[4, 2, 3],
    )


def twice(tf):
    """The same cell, called by hand."""
    cell = tf.contrib.rnn.UGRNNCell(UNITS)
    x = tf.constant(numbers("x", [BATCH, DEPTH]))
    state = cell.zero_state(BATCH, tf.float32)
    _, state = cell(x, state)
    return cell(x, state)


def exchanged(tf):
    x = tf.placeholder_with_default(numbers("x", [2, 3, 4]), [None, 3, None])
    return tf.contrib.rnn.transpose_batch_time(x)


def case(function, *args, **settings):
    return functools.partial(function, *args, **settings)


CASES = {
    "NASCell": lambda tf: unrolled(tf, "NASCell", UNITS),
    "NASCell projected": lambda tf: unrolled(tf, "NASCell", UNITS, 3, True),
    "UGRNNCell": lambda tf: unrolled(tf, "UGRNNCell", UNITS, forget_bias=0.5),
    "UGRNNCell twice": twice,
    "IntersectionRNNCell": lambda tf: unrolled(tf, "IntersectionRNNCell", DEPTH),
    "IntersectionRNNCell projected": lambda tf: unrolled(
        tf, "IntersectionRNNCell", UNITS, UNITS, y_activation=tf.tanh
    ),
    "SRUCell": lambda tf: unrolled(tf, "SRUCell", DEPTH),
    "Coupled": lambda tf: unrolled(tf, "CoupledInputForgetGateLSTMCell", UNITS),
    "Coupled in full": lambda tf: unrolled(
        tf, "CoupledInputForgetGateLSTMCell", UNITS, True, num_proj=3, proj_clip=0.2,
        num_unit_shards=4, num_proj_shards=2, layer_norm=True, norm_shift=0.5,
        state_is_tuple=False,
    ),
    "GLSTMCell": lambda tf: unrolled(tf, "GLSTMCell", UNITS, number_of_groups=2),
    "GLSTMCell projected": lambda tf: unrolled(
        tf, "GLSTMCell", UNITS, num_proj=6, number_of_groups=2, activation=tf.nn.relu
    ),
    "GRUBlockCell": lambda tf: unrolled(tf, "GRUBlockCell", UNITS),
    "GRUBlockCellV2": lambda tf: unrolled(tf, "GRUBlockCellV2", cell_size=UNITS),
    "IndRNNCell": lambda tf: unrolled(tf, "IndRNNCell", UNITS),
    "IndyGRUCell": lambda tf: unrolled(tf, "IndyGRUCell", UNITS),
    "IndyLSTMCell": lambda tf: unrolled(tf, "IndyLSTMCell", UNITS),
    "CudnnCompatibleLSTMCell": lambda tf: unrolled(
        tf, "CudnnCompatibleLSTMCell", UNITS, package="cudnn_rnn"
    ),
    "CudnnCompatibleGRUCell": lambda tf: unrolled(
        tf, "CudnnCompatibleGRUCell", UNITS, package="cudnn_rnn"
    ),
    "Conv1DLSTMCell": lambda tf: unrolled(
        tf, "Conv1DLSTMCell", shape=(5,), input_shape=[5, DEPTH], output_channels=2,
        kernel_shape=[3],
    ),
    "Conv2DLSTMCell": lambda tf: unrolled(
        tf, "Conv2DLSTMCell", shape=(5, 3), input_shape=[5, 3, DEPTH], output_channels=2,
        kernel_shape=[3, 2], use_bias=False,
    ),
    "Conv3DLSTMCell": lambda tf: unrolled(
        tf, "Conv3DLSTMCell", shape=(3, 2, 2), input_shape=[3, 2, 2, DEPTH], output_channels=2,
        kernel_shape=[3, 1, 2], forget_bias=0.0,
    ),
    "PhasedLSTMCell": lambda tf: unrolled(tf, "PhasedLSTMCell", UNITS, given=timed),
    "PhasedLSTMCell with peepholes": lambda tf: unrolled(
        tf, "PhasedLSTMCell", UNITS, True, 0.1, trainable_ratio_on=False, given=timed
    ),
    "HighwayWrapper": case(wrapped, wrapper="HighwayWrapper", units=DEPTH),
    "HighwayWrapper of two gates": case(
        wrapped, wrapper="HighwayWrapper", units=DEPTH, couple_carry_transform_gates=False
    ),
    "AttentionCellWrapper": lambda tf: wrapped(tf, "AttentionCellWrapper", 3),
    "AttentionCellWrapper, sizes": lambda tf: wrapped(
        tf, "AttentionCellWrapper", 2, 3, 5, 7, cell="BasicLSTMCell"
    ),
    "AttentionCellWrapper, one state": lambda tf: wrapped(
        tf, "AttentionCellWrapper", 2, state_is_tuple=False
    ),
    "fused": case(fused, dynamic=False, is_list=False),
    "fused, list": case(fused, dynamic=False, is_list=True),
    "fused, dynamic": case(fused, dynamic=True, is_list=False),
    "fused, dynamic list": case(fused, dynamic=True, is_list=True),
    "stacked": case(stacked, given=True),
    "stacked from zero": case(stacked, given=False),
    "exchanged": exchanged,
}
