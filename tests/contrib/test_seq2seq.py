"""Decoders of tf.contrib.seq2seq: against TensorFlow 1.15's numbers, and in training."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.contrib import seq2seq_cases
from tests.contrib.recorded import check
from tfspec.compat import v1 as tf1
from tfspec.contrib import rnn, seq2seq

v1 = tf.compat.v1


@pytest.mark.parametrize("name", seq2seq_cases.CASES)
def test_as_tensorflow_1_15(name):
    check(tf1, seq2seq_cases, name)


def cell():
    return rnn.GRUCell(4)


def attention(memory=None, **settings):
    return seq2seq.LuongAttention(4, tf.zeros([3, 4, 5]) if memory is None else memory, **settings)


def attentive(*args, **settings):
    return seq2seq.AttentionWrapper(cell(), *args, **settings)


def open_memory():
    return v1.placeholder_with_default(np.zeros([3, 4, 5], np.float32), [None, 4, 5])


def beam(state=(6, 4), start=(0, 0), end=1, **settings):
    return seq2seq.BeamSearchDecoder(
        cell(), tf.zeros([7, 5]), start, end, tf.zeros(state), 3, **settings
    )


def greedy(start=(0,), end=0):
    return seq2seq.GreedyEmbeddingHelper(tf.zeros([3, 4]), start, end)


@pytest.mark.parametrize(
    "act, kind, words",
    [
        (lambda: seq2seq.BasicDecoder(3, 3, None), TypeError, "argument 'cell' (3) is not an RNNC"),
        (lambda: seq2seq.BasicDecoder(cell(), 3, None), TypeError, "helper must be a Helper, rec"),
        (lambda: seq2seq.dynamic_decode(3), TypeError, "Expected decoder to be type Decoder, but"),
        (lambda: seq2seq.Decoder(), TypeError, "abstract"),
        (
            lambda: seq2seq.TrainingHelper(tf.zeros([3, 4, 5]), 4),
            ValueError,
            "Expected sequence_length to be a vector, but received shape: ()",
        ),
        (
            lambda: seq2seq.ScheduledOutputTrainingHelper(tf.zeros([3, 4, 5]), [4] * 3, [[0.5]]),
            ValueError,
            "must be either a scalar or a vector. saw shape: (1, 1)",
        ),
        (lambda: greedy(start=0), ValueError, "start_tokens must be a vector"),
        (lambda: greedy(end=[0]), ValueError, "end_token must be a scalar"),
        (
            lambda: greedy().sample(0, (1, 2), 0),
            TypeError,
            "Expected outputs to be a single Tensor, got: <class 'tuple'>",
        ),
        (
            lambda: seq2seq.CustomHelper(None, None, None).batch_size,
            ValueError,
            "batch_size accessed before initialize was called",
        ),
        (
            lambda: attention(v1.placeholder(tf.float32, [3, None, None])),
            ValueError,
            "to have fully defined inner dims, but saw shape: (3, ",
        ),
        (
            lambda: attention()(tf.zeros([3, 5]), None),
            ValueError,
            "Perhaps you need to set num_units to the keys' dimension (4)?",
        ),
        (lambda: attentive(3), TypeError, "list of multiple AttentionMechanism instances, saw ty"),
        (lambda: attentive([3]), TypeError, "must contain only instances of AttentionMechanism, "),
        (
            lambda: attentive(attention(), attention_layer_size=[1, 2]),
            ValueError,
            "must contain exactly one integer per attention_mechanism, saw: 2 vs 1",
        ),
        (
            lambda: attentive(attention(), 3, attention_layer=[]),
            ValueError,
            "Only one of attention_layer_size and attention_layer should be set",
        ),
        (lambda: attentive(attention(), cell_input_fn=3), TypeError, "cell_input_fn must be call"),
        (
            lambda: attentive(attention()).zero_state(6, tf.float32),
            tf.errors.InvalidArgumentError,
            "make sure your encoder output has been tiled",
        ),
        (
            lambda: attentive(attention(), initial_cell_state=tf.zeros([6, 4])),
            tf.errors.InvalidArgumentError,
            "You may need to tile your initial state",
        ),
        (
            lambda: attentive(attention()).zero_state(3, tf.float32).clone(
                cell_state=tf.zeros([6, 4])
            ),
            ValueError,
            "expected [3 4], got (6, 4).",
        ),
        (
            lambda: attentive(attention())(tf.zeros([3, 4]), tf.zeros([3, 4])),
            TypeError,
            "Expected state to be instance of AttentionWrapperState.",
        ),
        (lambda: beam(start=0), ValueError, "start_tokens must be a vector"),
        (lambda: beam(end=[0]), ValueError, "end_token must be a scalar"),
        (lambda: beam(output_layer=3), TypeError, "output_layer must be a Layer, received: <clas"),
        (lambda: beam((6, 5)), ValueError, "We expected it to have shape (batch_size, beam_width"),
        (
            lambda: seq2seq.dynamic_decode(beam(coverage_penalty_weight=0.4)),
            ValueError,
            "coverage_penalty_weight must be 0.0 if no cell is attentional.",
        ),
        (
            lambda: seq2seq.dynamic_decode(beam(), maximum_iterations=[3]),
            ValueError,
            "maximum_iterations must be a scalar",
        ),
        (
            lambda: seq2seq.monotonic_attention(tf.zeros([3, 4]), tf.zeros([3, 4]), "soft"),
            ValueError,
            "mode must be 'recursive', 'parallel', or 'hard'.",
        ),
        (
            lambda: seq2seq.tile_batch(v1.placeholder(tf.float32), 3),
            ValueError,
            "t must have statically known rank",
        ),
        (
            lambda: seq2seq.sequence_loss(
                tf.zeros([2, 3, 4]), tf.zeros([2, 3]), tf.zeros([2, 3]), sum_over_batch=True
            ),
            ValueError,
            "average_across_batch and sum_over_batch cannot be set to True at same time.",
        ),
    ],
)
def test_wrong_arguments(act, kind, words):
    with tf.Graph().as_default(), pytest.raises(kind) as error:
        act()
    assert words in str(error.value)


@pytest.mark.parametrize(
    "build, words",
    [
        (
            lambda: attentive(attention(open_memory())).zero_state(
                v1.placeholder_with_default(6, []), tf.float32
            ).cell_state,
            "the batch_size= argument passed to zero_state is batch_size * beam_width",
        ),
        (
            lambda: attention(
                memory_sequence_length=v1.placeholder_with_default([0, 1, 2], [3])
            ).keys,
            "All values in memory_sequence_length must be greater than zero.",
        ),
    ],
)
def test_what_is_wrong_when_run(build, words):
    with tf.Graph().as_default(), v1.Session() as session:
        fetched = build()
        session.run(v1.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match=words.replace("*", r"\*")):
            session.run(fetched)


TOKENS, START, END, LONGEST = 9, 0, 1, 4


def copying(features, labels, mode, params):
    """Reads a few tokens, and says them again."""
    tokens, lengths = features["tokens"], features["lengths"]
    table = tf1.get_variable("embedding", [TOKENS, 12])
    memory, state = tf1.nn.dynamic_rnn(
        tf1.contrib.rnn.GRUCell(24),
        tf1.nn.embedding_lookup(table, tokens),
        lengths,
        dtype=tf1.float32,
    )
    batch = tf1.size(lengths)
    width = params["width"] if mode == tf1.estimator.ModeKeys.PREDICT else 1
    memory, lengths, state = seq2seq.tile_batch((memory, lengths, state), width)
    cell = seq2seq.AttentionWrapper(
        tf1.contrib.rnn.GRUCell(24),
        seq2seq.BahdanauAttention(16, memory, lengths, normalize=True),
        attention_layer_size=16,
    )
    first = cell.zero_state(batch * width, tf1.float32).clone(cell_state=state)
    layer = tf1.layers.Dense(TOKENS, use_bias=False)
    starts = tf1.fill([batch], START)
    if mode == tf1.estimator.ModeKeys.PREDICT:
        decoder = seq2seq.BeamSearchDecoder(cell, table, starts, END, first, width, layer)
        found, state, _ = seq2seq.dynamic_decode(decoder, maximum_iterations=LONGEST + 1)
        return tf1.estimator.EstimatorSpec(
            mode, {"ids": found.predicted_ids, "scores": state.log_probs}
        )
    if mode == tf1.estimator.ModeKeys.TRAIN:
        said = tf1.concat([starts[:, None], labels[:, :-1]], 1)
        helper = seq2seq.TrainingHelper(tf1.nn.embedding_lookup(table, said), lengths + 1)
    else:
        helper = seq2seq.GreedyEmbeddingHelper(table, starts, END)
    decoder = seq2seq.BasicDecoder(cell, helper, first, layer)
    found, _, said = seq2seq.dynamic_decode(
        decoder, impute_finished=True, maximum_iterations=LONGEST + 1
    )
    length = tf1.shape(found.rnn_output)[1]
    weights = tf1.sequence_mask(lengths + 1, length, dtype=tf1.float32)
    loss = seq2seq.sequence_loss(found.rnn_output, labels[:, :length], weights)
    train = tf1.train.AdamOptimizer(0.02).minimize(loss, tf1.train.get_global_step())
    same = tf1.metrics.accuracy(labels[:, :length], found.sample_id, weights)
    return tf1.estimator.EstimatorSpec(
        mode, loss=loss, train_op=train, eval_metric_ops={"same": same}
    )


def sentences(count, seed):
    random = np.random.RandomState(seed)
    lengths = random.randint(2, LONGEST + 1, count).astype(np.int32)
    lengths[0] = LONGEST  # so that each batch is as long
    tokens = random.randint(2, TOKENS, [count, LONGEST + 1]).astype(np.int32)
    tokens[np.arange(LONGEST + 1) >= lengths[:, None]] = END
    return {"tokens": tokens[:, :-1], "lengths": lengths}, tokens


def test_an_estimator_learns_to_copy(tmp_path):
    config = tf1.estimator.RunConfig(str(tmp_path), tf_random_seed=1)
    estimator = tf1.estimator.Estimator(copying, config=config, params={"width": 3})
    features, labels = sentences(512, 1)

    def batches():
        return tf.data.Dataset.from_tensor_slices((features, labels)).repeat().batch(64)

    estimator.train(batches, steps=200)
    assert "decoder/attention_wrapper/bahdanau_attention/attention_g" in (
        estimator.get_variable_names()
    )
    features, labels = sentences(64, 2)
    result = estimator.evaluate(batches, steps=1)
    assert result["same"] > 0.95
    rows = list(
        estimator.predict(lambda: tf.data.Dataset.from_tensor_slices(features).batch(64))
    )
    best = np.array([row["ids"][:, 0] for row in rows])
    assert (best == labels[:, : best.shape[1]]).mean() > 0.95
    assert all(np.all(np.diff(row["scores"]) <= 0) for row in rows)
