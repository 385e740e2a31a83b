"""Small decoders, built alike with TensorFlow 1.15 and with tfspec: see `recorded.py`.

Each case is a function of a TensorFlow 1 that returns a structure of tensors. The file runs under
Python 3.7, which TensorFlow 1.15 needs.
"""

from __future__ import annotations

import functools

import numpy as np

from tests.contrib.recorded import numbers

BATCH, LENGTH, DEPTH, UNITS, CLASSES, END = 3, 4, 5, 6, 7, 1
LENGTHS = [4, 2, 3]


def embedding(tf):
    return tf.get_variable("embedding", [CLASSES, DEPTH])


def memory():
    return numbers("memory", [BATCH, LENGTH, DEPTH])


def mechanism(tf, kind="luong", lengths=LENGTHS, values=None, units=UNITS, **settings):
    classes = {
        "luong": tf.contrib.seq2seq.LuongAttention,
        "bahdanau": tf.contrib.seq2seq.BahdanauAttention,
        "monotonic_luong": tf.contrib.seq2seq.LuongMonotonicAttention,
        "monotonic_bahdanau": tf.contrib.seq2seq.BahdanauMonotonicAttention,
    }
    values = memory() if values is None else values
    values = tf.convert_to_tensor(values)
    return classes[kind](units, values, memory_sequence_length=lengths, **settings)


def attentive(tf, mechanisms, **settings):
    cell = tf.contrib.rnn.BasicLSTMCell(UNITS)
    return tf.contrib.seq2seq.AttentionWrapper(cell, mechanisms, **settings)


def decoded(tf, cell, helper, output_layer=True, gradients=False, **settings):
    """Outputs, state and lengths of a `BasicDecoder`, and the gradients of all variables."""
    decoder = tf.contrib.seq2seq.BasicDecoder(
        cell,
        helper,
        cell.zero_state(BATCH, tf.float32),
        tf.layers.Dense(CLASSES) if output_layer else None,
    )
    outputs, state, lengths = tf.contrib.seq2seq.dynamic_decode(decoder, **settings)
    found = []
    if gradients:
        loss = tf.reduce_sum(tf.square(tf.nn.log_softmax(outputs.rnn_output)))
        found = tf.gradients(loss, tf.trainable_variables())
    history = getattr(state, "alignment_history", ())
    if hasattr(state, "alignment_history"):
        state = state._replace(alignment_history=())
    stacked = [h.stack() for h in (history if isinstance(history, tuple) else (history,))]
    return {
        "outputs": outputs._asdict(),
        "state": state,
        "lengths": lengths,
        "gradients": [tf.convert_to_tensor(gradient) for gradient in found],
        "history": stacked,
    }


def training_helper(tf, **settings):
    inputs = numbers("inputs", [BATCH, 5, DEPTH])
    return tf.contrib.seq2seq.TrainingHelper(tf.constant(inputs), [5, 2, 3], **settings)


def training(tf, **settings):
    return decoded(tf, tf.contrib.rnn.GRUCell(UNITS), training_helper(tf), **settings)


def attention(tf, wrapper=None, gradients=False, **settings):
    cell = attentive(tf, mechanism(tf, **settings), alignment_history=True, **(wrapper or {}))
    return decoded(tf, cell, training_helper(tf), gradients=gradients, impute_finished=True)


def hardmax_attention(tf):
    return attention(tf, probability_fn=tf.contrib.seq2seq.hardmax)


def own_attention(tf):
    """A function for attention, one for inputs, one for keys and values, and a first state."""

    def attend(mechanism, cell_output, attention_state, attention_layer):
        alignments, state = mechanism(cell_output, state=attention_state)
        context = tf.reduce_sum(alignments[:, :, None] * mechanism.values, 1)
        return tf.tanh(attention_layer(context)), alignments, state

    first = tf.contrib.rnn.LSTMStateTuple(
        tf.constant(numbers("c", [BATCH, UNITS])), tf.constant(numbers("h", [BATCH, UNITS]))
    )
    cell = attentive(
        tf,
        mechanism(tf, custom_key_value_fn=lambda keys, values: (2 * keys, tf.tanh(values))),
        attention_layer=tf.layers.Dense(3, name="own"),
        attention_fn=attend,
        cell_input_fn=lambda inputs, attention: tf.concat([attention, inputs, attention], -1),
        initial_cell_state=first,
    )
    return decoded(tf, cell, training_helper(tf))


def two_mechanisms(tf, **settings):
    other = mechanism(tf, "bahdanau", values=numbers("other", [BATCH, 2, 3]), lengths=None)
    mechanisms = [mechanism(tf), other, mechanism(tf)]
    cell = attentive(tf, mechanisms, alignment_history=True, **settings)
    return decoded(tf, cell, training_helper(tf))


def greedy(tf, end=END, **settings):
    helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(embedding(tf), [0, 2, 3], end)
    cell = attentive(tf, mechanism(tf), attention_layer_size=UNITS)
    return decoded(tf, cell, helper, **settings)


def sampled(tf, temperature=None):
    tf.set_random_seed(3)
    helper = tf.contrib.seq2seq.SampleEmbeddingHelper(
        embedding(tf), [0, 2, 3], END, softmax_temperature=temperature, seed=4
    )
    return decoded(tf, tf.contrib.rnn.GRUCell(UNITS), helper, maximum_iterations=9)


def scheduled(tf, probability=0.5, gradients=False):
    tf.set_random_seed(3)
    inputs = numbers("inputs", [BATCH, 8, DEPTH])
    helper = tf.contrib.seq2seq.ScheduledEmbeddingTrainingHelper(
        tf.constant(inputs), [8, 5, 7], embedding(tf), probability, seed=4, scheduling_seed=5
    )
    cell = tf.contrib.rnn.GRUCell(UNITS)
    # Draws of steps that run at the same time would come in any order.
    return decoded(tf, cell, helper, gradients=gradients, parallel_iterations=1)


def scheduled_outputs(tf, own=False, more=None, probability=0.5):
    tf.set_random_seed(3)
    helper = tf.contrib.seq2seq.ScheduledOutputTrainingHelper(
        tf.constant(numbers("inputs", [BATCH, 8, UNITS])),
        [8, 5, 7],
        probability,
        seed=4,
        next_inputs_fn=(lambda outputs: tf.tanh(3 * outputs)) if own else None,
        auxiliary_inputs=None if more is None else tf.constant(numbers("more", [BATCH, 8, more])),
    )
    cell = tf.contrib.rnn.GRUCell(UNITS)
    return decoded(tf, cell, helper, output_layer=False, parallel_iterations=1)


def inferred(tf, own=False):
    helper = tf.contrib.seq2seq.InferenceHelper(
        sample_fn=tf.tanh,
        sample_shape=[UNITS],
        sample_dtype=tf.float32,
        start_inputs=tf.constant(numbers("start", [BATCH, UNITS])),
        end_fn=lambda samples: tf.reduce_max(samples, 1) > 0.35,
        next_inputs_fn=tf.abs if own else None,
    )
    cell = tf.contrib.rnn.GRUCell(UNITS)
    return decoded(tf, cell, helper, output_layer=False, maximum_iterations=7)


def custom(tf):
    inputs = tf.constant(numbers("inputs", [BATCH, DEPTH]))
    helper = tf.contrib.seq2seq.CustomHelper(
        lambda: (tf.constant([False, True, False]), inputs),
        lambda time, outputs, state: outputs[:, :2] + tf.cast(time, tf.float32),
        lambda time, outputs, state, sample_ids: (
            tf.equal([3, 0, 1], time), inputs * sample_ids[:, :1], 2 * state),
        sample_ids_shape=[2],
        sample_ids_dtype=tf.float32,
    )
    return decoded(tf, tf.contrib.rnn.GRUCell(UNITS), helper, impute_finished=True)


def beam(tf, width=3, history=False, layers=1, kind="luong", lengths=LENGTHS, wrapper=None,
         end=END, iterations=6, known=True, **settings):
    shape = [BATCH if known else None, LENGTH, DEPTH]
    values = tf.placeholder_with_default(memory(), shape)
    tiled, tiled_lengths = tf.contrib.seq2seq.tile_batch((values, np.array(lengths)), width)
    attention = mechanism(tf, kind, tiled_lengths, values=tiled)
    cells = [tf.contrib.rnn.GRUCell(UNITS) for _ in range(layers)]
    cell = cells[0] if layers == 1 else tf.contrib.rnn.MultiRNNCell(cells)
    cell = tf.contrib.seq2seq.AttentionWrapper(
        cell, attention, alignment_history=history, **(wrapper or {})
    )
    state = cell.zero_state(tf.shape(values)[0] * width, tf.float32)
    first = tf.contrib.seq2seq.tile_batch(numbers("state", [BATCH, UNITS]), width)
    decoder = tf.contrib.seq2seq.BeamSearchDecoder(
        cell,
        embedding(tf),
        tf.placeholder_with_default([0, 2, 3], shape[:1]),
        end,
        state.clone(cell_state=first if layers == 1 else (first,) * layers),
        width,
        tf.layers.Dense(CLASSES),
        **settings
    )
    outputs, state, lengths = tf.contrib.seq2seq.dynamic_decode(
        decoder, maximum_iterations=iterations
    )
    state = state._asdict()
    if state["accumulated_attention_probs"] is None:
        del state["accumulated_attention_probs"]
    return {
        "ids": outputs.predicted_ids,
        "steps": outputs.beam_search_decoder_output._asdict(),
        "state": state,
        "lengths": lengths,
    }


def own_beam(tf):
    """Without attention, and with a function that embeds."""
    cell = tf.contrib.rnn.BasicLSTMCell(UNITS)
    table = embedding(tf)
    decoder = tf.contrib.seq2seq.BeamSearchDecoder(
        cell,
        lambda ids: 2.0 * tf.nn.embedding_lookup(table, ids),
        tf.fill([BATCH], 2),
        END,
        cell.zero_state(BATCH * 4, tf.float32),
        4,
        tf.layers.Dense(CLASSES, use_bias=False, name="logits"),
    )
    outputs, state, lengths = tf.contrib.seq2seq.dynamic_decode(
        decoder, output_time_major=True, maximum_iterations=5, scope="own"
    )
    return outputs.predicted_ids, state.cell_state, state.log_probs, state.lengths, lengths


def tree(tf, lengths):
    random = np.random.RandomState(2)
    ids = random.randint(0, 6, [5, 2, 3]).astype(np.int32)
    parents = random.randint(0, 3, [5, 2, 3]).astype(np.int32)
    return tf.contrib.seq2seq.gather_tree(ids, parents, lengths, 1)


def monotonic(tf, mode):
    p = tf.constant(0.5 + numbers("p", [BATCH, LENGTH], 0.5))
    p = tf.round(p) if mode == "hard" else p
    before = tf.nn.softmax(numbers("before", [BATCH, LENGTH]))
    products = tf.contrib.seq2seq.safe_cumprod(p, axis=1, exclusive=True)
    return tf.contrib.seq2seq.monotonic_attention(p, before, mode), products


def losses(tf, **settings):
    return tf.contrib.seq2seq.sequence_loss(
        tf.constant(numbers("logits", [BATCH, LENGTH, CLASSES])),
        tf.constant(np.arange(BATCH * LENGTH).reshape(BATCH, LENGTH) % CLASSES),
        tf.constant(np.maximum(numbers("weights", [BATCH, LENGTH]), 0)),
        **settings
    )


def case(function, **settings):
    return functools.partial(function, **settings)


SIZED = {"attention_layer_size": 4}
ALL = [LENGTH] * BATCH
CASES = {
    "training": case(training, impute_finished=True, gradients=True),
    "training for two steps": case(
        training, maximum_iterations=2, scope="other", output_time_major=True, output_layer=False
    ),
    "luong": case(attention, wrapper=SIZED, scale=True, score_mask_value=-1.5),
    "luong hard": case(hardmax_attention),
    "bahdanau": case(
        attention,
        kind="bahdanau",
        normalize=True,
        units=3,
        wrapper={"output_attention": False},
        gradients=True,
    ),
    "own attention": case(own_attention),
    "two mechanisms": case(two_mechanisms, attention_layer_size=[2, 3, 4], name="attentive"),
    "greedy": case(greedy, end=0, impute_finished=True, maximum_iterations=9),
    "sampled": case(sampled, temperature=0.5),
    "scheduled": case(scheduled, gradients=True),
    "scheduled outputs": case(scheduled_outputs, more=2, own=True),
    "inferred": case(inferred, own=True),
    "custom": case(custom),
    "beam of many": case(beam, width=8, kind="bahdanau", iterations=4),
    "beam of covering": case(
        beam,
        coverage_penalty_weight=0.7,
        length_penalty_weight=0.5,
        wrapper=SIZED,
        end=3,
        lengths=ALL,
    ),
    "beam with history": case(beam, history=True, end=3, known=False),
    "beam of two layers": case(beam, layers=2, wrapper=SIZED, end=4, iterations=20),
    "own beam": case(own_beam),
    "tree": case(tree, lengths=[5, 3]),
    "tree of nothing": case(tree, lengths=[0, 2]),
    "monotonic luong": case(
        attention, kind="monotonic_luong", mode="hard", score_bias_init=0.5, scale=True
    ),
    "monotonic bahdanau": case(
        attention, kind="monotonic_bahdanau", normalize=True, lengths=None
    ),
    "monotonic recursive": case(monotonic, mode="recursive"),
    "monotonic parallel": case(monotonic, mode="parallel"),
    "monotonic hard": case(monotonic, mode="hard"),
    "losses": case(losses),
    "losses of examples": case(losses, average_across_batch=False),
    "all losses": case(losses, average_across_timesteps=False, average_across_batch=False),
    "losses in sum": case(
        losses,
        average_across_timesteps=False,
        average_across_batch=False,
        sum_over_timesteps=True,
        sum_over_batch=True,
    ),
    "losses in sums of examples": case(losses, average_across_batch=False, sum_over_batch=True),
}
