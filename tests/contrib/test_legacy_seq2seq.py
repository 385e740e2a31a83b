"""tf.contrib.legacy_seq2seq: TensorFlow 1.15's numbers and names of variables."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat import v1 as tf1

v1 = tf.compat.v1
S = tf1.contrib.legacy_seq2seq


class Given:
    """What models are given, drawn one after the other."""

    def __init__(self):
        self.random = np.random.RandomState(0)

    def floats(self, steps, *shape):
        return [tf.constant(x) for x in self.random.rand(steps, *shape).astype(np.float32)]

    def ids(self, steps):
        return [tf.constant(x) for x in self.random.randint(0, 5, (steps, 2)).astype(np.int32)]

    def states(self):
        return tf.constant(self.random.rand(2, 4, 3).astype(np.float32))


def cell():
    return tf1.nn.rnn_cell.GRUCell(3)


def zeros():
    return tf.zeros([2, 3])


def layers():
    return tf1.nn.rnn_cell.MultiRNNCell([tf1.nn.rnn_cell.BasicLSTMCell(3) for _ in range(2)])


def projection(size):
    return tf.ones([3, size]) * 0.1, tf.zeros([size])


def buckets(g):
    symbols = [g.ids(4) for _ in range(3)]

    def model(x, y):
        return S.embedding_rnn_seq2seq(x, y, cell(), 5, 6, 4)

    return S.model_with_buckets(*symbols, g.floats(4, 2), [(2, 2), (4, 4)], model)[1]


CASES = {
    "rnn": lambda g: S.rnn_decoder(g.floats(3, 2, 4), zeros(), cell()),
    "rnn loop": lambda g: S.rnn_decoder(
        g.floats(3, 2, 3), zeros(), cell(), lambda before, i: before * i, "q"
    ),
    "basic": lambda g: S.basic_rnn_seq2seq(g.floats(3, 2, 4), g.floats(2, 2, 4), cell()),
    "tied": lambda g: S.tied_rnn_seq2seq(g.floats(3, 2, 4), g.floats(2, 2, 4), cell()),
    "symbols": lambda g: S.embedding_rnn_decoder(g.ids(3), zeros(), cell(), 5, 4),
    "symbols fed": lambda g: S.embedding_rnn_decoder(
        g.ids(3), zeros(), cell(), 5, 4, projection(5), True
    ),
    "both": lambda g: S.embedding_rnn_seq2seq(g.ids(3), g.ids(2), cell(), 5, 6, 4),
    "both fed": lambda g: S.embedding_rnn_seq2seq(
        g.ids(3), g.ids(2), cell(), 5, 6, 4, feed_previous=tf.constant(True)
    ),
    "both tied": lambda g: S.embedding_tied_rnn_seq2seq(g.ids(3), g.ids(2), cell(), 6, 4),
    "attention": lambda g: S.attention_decoder(
        g.floats(3, 2, 4), zeros(), g.states(), cell()
    ),
    "heads": lambda g: S.attention_decoder(
        g.floats(3, 2, 4), zeros() + 1, g.states(), cell(), 2, 2,
        lambda before, i: tf.concat([before, before], 1), initial_state_attention=True,
    ),
    "attention fed": lambda g: S.embedding_attention_decoder(
        g.ids(3), zeros(), g.states(), cell(), 5, 4, feed_previous=True, output_size=5
    ),
    "attention both": lambda g: S.embedding_attention_seq2seq(
        g.ids(3), g.ids(2), cell(), 5, 6, 4, output_projection=projection(6), feed_previous=True
    ),
    "attention layers": lambda g: S.embedding_attention_seq2seq(
        g.ids(3), g.ids(2), layers(), 5, 6, 4, feed_previous=tf.constant(False)
    ),
    "buckets": buckets,
    "loss": lambda g: S.sequence_loss(g.floats(3, 2, 5), g.ids(3), g.floats(3, 2)),
    "loss by example": lambda g: S.sequence_loss_by_example(
        g.floats(3, 2, 5), g.ids(3), g.floats(3, 2), False
    ),
    "own loss": lambda g: S.sequence_loss(
        g.floats(3, 2, 5), g.ids(3), g.floats(3, 2), average_across_batch=False,
        softmax_loss_function=lambda labels, logits: tf.reduce_sum(logits, 1),
    ),
}
# A sum over the values of a case, how many variables it has, and the last one's name.
EXPECTED = {
    "rnn": (-46.0705, 4, "rnn_decoder/gru_cell/candidate/bias"),
    "rnn loop": (133.415, 4, "q/gru_cell/candidate/bias"),
    "basic": (42.919, 8, "basic_rnn_seq2seq/rnn_decoder/gru_cell/candidate/bias"),
    "tied": (-24.3747, 4, "combined_tied_rnn_seq2seq/tied_rnn_seq2seq/gru_cell/candidate/bias"),
    "symbols": (12.4991, 5, "embedding_rnn_decoder/rnn_decoder/gru_cell/candidate/bias"),
    "symbols fed": (18.0127, 5, "embedding_rnn_decoder/rnn_decoder/gru_cell/candidate/bias"),
    "both": (
        -95.3404, 12,
        "embedding_rnn_seq2seq/embedding_rnn_decoder/rnn_decoder/output_projection_wrapper/bias",
    ),
    "both fed": (
        -72.6856, 12,
        "embedding_rnn_seq2seq/embedding_rnn_decoder/rnn_decoder/output_projection_wrapper/bias",
    ),
    "both tied": (
        1.40687, 7,
        "embedding_tied_rnn_seq2seq/combined_tied_rnn_seq2seq/tied_rnn_seq2seq/"
        "output_projection_wrapper/bias",
    ),
    "attention": (27.7246, 12, "attention_decoder/AttnOutputProjection/bias"),
    "heads": (115.438, 16, "attention_decoder/AttnOutputProjection/bias"),
    "attention fed": (
        203.048, 13, "embedding_attention_decoder/attention_decoder/AttnOutputProjection/bias",
    ),
    "attention both": (
        21.3737, 18,
        "embedding_attention_seq2seq/embedding_attention_decoder/attention_decoder/"
        "AttnOutputProjection/bias",
    ),
    "attention layers": (
        330.141, 20,
        "embedding_attention_seq2seq/embedding_attention_decoder/attention_decoder/"
        "AttnOutputProjection/bias",
    ),
    "buckets": (
        6.47903, 12,
        "embedding_rnn_seq2seq/embedding_rnn_decoder/rnn_decoder/output_projection_wrapper/bias",
    ),
    "loss": (1.57928, 0, ""),
    "loss by example": (8.14476, 0, ""),
    "own loss": (5.88811, 0, ""),
}


def outcome(case):
    with tf.Graph().as_default(), v1.Session() as session:
        fetches = case(Given())
        random = np.random.RandomState(1)
        variables = v1.global_variables()
        for variable in variables:
            value = random.normal(0, 0.5, variable.shape.as_list())
            session.run(v1.assign(variable, value.astype(np.float32)))
        values = np.concatenate([v.ravel() for v in session.run(tf.nest.flatten(fetches))])
    names = [variable.op.name for variable in variables]
    return float(np.dot(values, 1 + np.arange(values.size))), len(names), (names or [""])[-1]


@pytest.mark.parametrize("name", CASES)
def test_values_and_variables(name):
    total, count, last = EXPECTED[name]
    found = outcome(CASES[name])
    np.testing.assert_allclose(found[0], total, rtol=1e-5)
    assert found[1:] == (count, last)


def test_lists_must_be_equally_long():
    given = Given()
    with pytest.raises(ValueError, match="must be the same 3, 3, 2."):
        S.sequence_loss(given.floats(3, 2, 5), given.ids(2), given.floats(3, 2))
    with pytest.raises(ValueError, match=r"Length of weights \(1\) must be at least"):
        S.model_with_buckets(*[given.ids(2)] * 3, given.ids(1), [(2, 2)], None)
