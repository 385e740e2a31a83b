"""Names of tf.contrib.seq2seq that never were public: TensorFlow 1.15's numbers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import tfspec
from tfspec.check import WORKS, judge
from tfspec.compat import v1 as tf1

v1 = tf.compat.v1
RANDOM = np.random.RandomState(0)
SCORES, MEMORY, LENGTHS, QUERY, V = (
    RANDOM.rand(2, 4).astype(np.float32),
    RANDOM.rand(2, 4, 3).astype(np.float32),
    [2, 4],
    RANDOM.rand(2, 3).astype(np.float32),
    RANDOM.rand(3).astype(np.float32),
)
INSIDE = np.array([[True, True, False, False], [True] * 4])
with tfspec.install():
    from tensorflow.contrib.seq2seq.python.ops import (
        attention_wrapper,
        beam_search_decoder,
        decoder,
        helper,
    )
BAHDANAU = [[1.5853, 1.5323, 0.8624, 1.6614], [1.7595, 1.5658, 1.522, 1.5293]]
LUONG = [[0.6724, 0.5815, 0.0823, 0.8385], [1.3783, 0.9493, 0.9887, 0.8957]]


@pytest.fixture
def run():
    with tf.Graph().as_default(), v1.Session() as session:

        def values(fetches):
            session.run(v1.global_variables_initializer())
            return session.run(fetches)

        yield values


@pytest.mark.parametrize(
    "arguments",
    [
        {"memory_sequence_length": LENGTHS, "score_mask_value": -5.0},
        {"memory_mask": INSIDE, "score_mask_value": -5.0},
        {"memory_sequence_length": LENGTHS, "memory_mask": -5.0},  # as until TensorFlow 1.13
    ],
)
def test_masked_scores(arguments, run):
    found = run(attention_wrapper._maybe_mask_score(SCORES, **arguments))
    np.testing.assert_allclose(found, np.where(INSIDE, SCORES, -5))


def test_scores_without_a_mask():
    assert attention_wrapper._maybe_mask_score(SCORES) is SCORES
    with pytest.raises(ValueError, match="can't be provided at same time"):
        attention_wrapper._maybe_mask_score(SCORES, LENGTHS, INSIDE, 1.0)


@pytest.mark.parametrize("arguments", [(LENGTHS,), (None, INSIDE), (LENGTHS, True)])
def test_memories(arguments, run):
    found = run(attention_wrapper._prepare_memory([MEMORY, MEMORY[..., :1]], *arguments))
    np.testing.assert_allclose(found[0], MEMORY * INSIDE[..., None])
    np.testing.assert_allclose(found[1], found[0][..., :1])


def test_memories_of_unknown_depth(run):
    with pytest.raises(ValueError, match="fully defined inner dims"):
        attention_wrapper._prepare_memory(v1.placeholder(tf.float32, [2, None, None]), LENGTHS)


def test_scores(run):
    query, keys, weights = (tf.constant(x) for x in (QUERY, MEMORY, V))
    scores = attention_wrapper._bahdanau_score(query, keys, weights)
    normalized = attention_wrapper._bahdanau_score(query, keys, weights, 0.3, weights * 2)
    products = attention_wrapper._luong_score(query, keys, None)
    scaled = attention_wrapper._luong_score(query, keys, 2.0)
    found = run([scores, normalized[:, 0], products, scaled])
    expected = [BAHDANAU, [0.4769, 0.4823], LUONG, 2 * np.array(LUONG)]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_scores_that_make_their_variables(run):
    """As until TensorFlow 1.13."""
    query, keys = tf.constant(QUERY), tf.constant(MEMORY)
    attention_wrapper._bahdanau_score(query, keys, True)
    with v1.variable_scope("luong"):
        scaled = attention_wrapper._luong_score(query, keys, True)
        attention_wrapper._luong_score(query, keys, False)
    names = [variable.op.name for variable in v1.global_variables()]
    assert names == ["attention_v", "attention_g", "attention_b", "luong/attention_g"]
    np.testing.assert_allclose(run(scaled), LUONG, atol=1e-4)


def test_a_mechanism_of_ones_own(run):
    class Own(attention_wrapper._BaseAttentionMechanism):
        def __init__(self, units, memory, lengths):
            def layer(name, weight):
                start = v1.constant_initializer(weight)
                return tf1.layers.Dense(units, name=name, use_bias=False, kernel_initializer=start)

            super().__init__(
                query_layer=layer("query_layer", 0.3),
                memory_layer=layer("memory_layer", 0.2),
                memory=memory,
                probability_fn=lambda score, _: tf.nn.softmax(score),
                memory_sequence_length=lengths,
                score_mask_value=float("-inf"),
            )
            self._units = units

        def __call__(self, query, state):
            with v1.variable_scope(None, "own", [query]):
                weights = v1.get_variable("v", [self._units], initializer=v1.ones_initializer())
                score = attention_wrapper._bahdanau_score(
                    self.query_layer(query), self._keys, weights
                )
            alignments = self._probability_fn(score, state)
            return alignments, alignments

    mechanism = Own(5, tf.constant(MEMORY), LENGTHS)
    cell = tf1.contrib.seq2seq.AttentionWrapper(
        tf1.nn.rnn_cell.BasicRNNCell(3), mechanism, attention_layer_size=2
    )
    v1.get_variable_scope().set_initializer(v1.constant_initializer(0.1))
    outputs, state = v1.nn.dynamic_rnn(cell, tf.constant(MEMORY), dtype=tf.float32)
    context, _, _ = attention_wrapper._compute_attention(
        mechanism, tf.constant(QUERY), state.alignments, None
    )
    outputs, alignments, context = run([outputs, state.alignments, context])
    np.testing.assert_allclose(outputs[:, -1, 0], [0.3094, 0.2611], atol=1e-4)
    np.testing.assert_allclose(alignments[0], [0.518, 0.482, 0, 0], atol=1e-4)
    np.testing.assert_allclose(context[0], [0.754, 0.4725, 0.8563], atol=1e-4)


def test_small_functions(run):
    sizes = (3, tf.TensorShape([]))
    zeros = attention_wrapper._zero_state_tensors(sizes, tf.constant(2), tf.float32)
    outputs = decoder._create_zero_outputs(sizes, (tf.float32, tf.int32), 2)
    assert [x.shape.as_list() for x in (*zeros, *outputs)] == [[2, 3], [2]] * 2
    assert outputs[1].dtype == tf.int32
    lengths = tf.constant(LENGTHS)
    assert helper._transpose_batch_time(lengths) is lengths
    swapped = helper._transpose_batch_time(tf.constant(MEMORY))
    second = helper._unstack_ta(tf.constant(MEMORY)).read(1)
    penalty = beam_search_decoder._length_penalty(tf.constant([1, 5]), 0.6)
    assert beam_search_decoder._length_penalty([1, 5], 0.0) == 1.0
    swapped, second, penalty = run([swapped, second, penalty])
    np.testing.assert_allclose(swapped, MEMORY.swapaxes(0, 1))
    np.testing.assert_allclose(second, MEMORY[1])
    np.testing.assert_allclose(penalty, [1.0, 1.3587], atol=1e-4)


def test_finished_beams_only_end_again(run):
    finished = np.array([[True, False, True, False], [False] * 4])
    found = run(beam_search_decoder._mask_probs(tf.constant(MEMORY), 1, tf.constant(finished)))
    least = np.finfo(np.float32).min
    np.testing.assert_array_equal(found[0, 0], [least, 0, least])
    np.testing.assert_array_equal(found[1], MEMORY[1])


@pytest.mark.parametrize("name", ["_maybe_mask_score", "_BaseAttentionMechanism"])
def test_check_knows_them(name):
    module = "tensorflow.contrib.seq2seq.python.ops.attention_wrapper"
    assert judge(f"{module}.{name}", "tf1").verdict == WORKS
