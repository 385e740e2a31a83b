"""Cells of tf.contrib.rnn and cudnn_rnn: TensorFlow 1.15's numbers and names of variables."""

from __future__ import annotations

import pytest

from tests.contrib import rnn_cases
from tests.contrib.recorded import check
from tfspec.compat import v1 as tf1
from tfspec.contrib import cudnn_rnn, rnn


@pytest.mark.parametrize("name", rnn_cases.CASES)
def test_as_tensorflow_1_15(name):
    check(tf1, rnn_cases, name)


def called(cell, depth=6):
    return cell(tf1.zeros([3, depth]), cell.zero_state(3, tf1.float32))


@pytest.mark.parametrize(
    "act, words",
    [
        (lambda: called(rnn.IntersectionRNNCell(4)), "Must have input size == output size"),
        (lambda: rnn.GLSTMCell(5, number_of_groups=2), "num_units must be divisible"),
        (lambda: rnn.GLSTMCell(4, num_proj=3, number_of_groups=2), "num_proj must be divisible"),
        (lambda: called(rnn.GLSTMCell(4, number_of_groups=2), 5), "input size (5) must be div"),
        (lambda: rnn.GRUBlockCell(), "Exactly one of num_units or cell_size"),
        (lambda: rnn.Conv2DLSTMCell(input_shape=[5, 3], output_channels=2, kernel_shape=[3]),
         "Invalid input_shape [5, 3] for conv_ndims=2."),
        (lambda: rnn.AttentionCellWrapper(rnn.GRUCell(3), 0), "should be greater than zero"),
        (
            lambda: rnn.AttentionCellWrapper(rnn.BasicLSTMCell(3), 1, state_is_tuple=False),
            "state_is_tuple is not set",
        ),
        (
            lambda: called(rnn.CoupledInputForgetGateLSTMCell(2, num_unit_shards=9)),
            "Too many shards: shape=[8, 6], num_shards=9",
        ),
        (lambda: rnn.stack_bidirectional_rnn([], [], []), "at least one fw cell"),
        (lambda: rnn.transpose_batch_time([1.0]), "to have rank at least 2"),
    ],
)
def test_wrong_arguments(act, words):
    with tf1.Graph().as_default(), pytest.raises(ValueError) as error:
        act()
    assert words in str(error.value)


def test_cudnn_layers_say_what_to_use():
    with pytest.raises(AttributeError, match="CudnnCompatibleLSTMCell"):
        cudnn_rnn.CudnnLSTM  # noqa: B018
