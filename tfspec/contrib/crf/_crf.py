"""tf.contrib.crf: linear-chain conditional random fields.

Shapes: `inputs` are unary scores, `[batch, length, tags]`; `tag_indices` `[batch, length]`;
`sequence_lengths` `[batch]`; `transition_params` `[tags, tags]`, from row to column.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1


def _mask(lengths: Any, maximum: Any, dtype: Any) -> Any:
    return tf.sequence_mask(lengths, maximum, dtype=dtype)


def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> Any:
    """The sum of the scores of given tags, `[batch]`."""
    inputs = tf.convert_to_tensor(inputs)
    scores = tf.gather(inputs, tf.cast(tag_indices, tf.int32), batch_dims=2)
    return tf.reduce_sum(scores * _mask(sequence_lengths, tf.shape(inputs)[1], inputs.dtype), 1)


def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The sum of the scores of transitions between given tags, `[batch]`."""
    tags = tf.cast(tag_indices, tf.int32)
    params = tf.convert_to_tensor(transition_params)
    scores = tf.gather_nd(params, tf.stack([tags[:, :-1], tags[:, 1:]], -1))
    lengths = tf.maximum(tf.cast(sequence_lengths, tf.int32) - 1, 0)
    return tf.reduce_sum(scores * _mask(lengths, tf.shape(scores)[1], params.dtype), 1)


def crf_sequence_score(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any
) -> Any:
    """The score of given tags, not normalized, `[batch]`."""
    unary = crf_unary_score(tag_indices, sequence_lengths, inputs)
    return unary + crf_binary_score(tag_indices, sequence_lengths, transition_params)


def _forward(inputs: Any, lengths: Any, step: Any) -> Any:
    """Runs `step(state, scores)` along the sequences, as far as each goes."""
    rest = tf.transpose(inputs[:, 1:], [1, 0, 2])
    places = tf.range(1, tf.shape(inputs)[1])
    lengths = tf.cast(lengths, tf.int32)

    def one(state: Any, element: tuple[Any, Any]) -> Any:
        scores, place = element
        return tf.where((place < lengths)[:, None], step(state, scores), state)

    return tf.foldl(one, (rest, places), initializer=inputs[:, 0])


def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The log of the sum over all sequences of tags of their exponential scores, `[batch]`."""
    inputs = tf.convert_to_tensor(inputs)

    def step(state: Any, scores: Any) -> Any:
        return scores + tf.reduce_logsumexp(state[:, :, None] + transition_params[None], axis=1)

    total = tf.reduce_logsumexp(_forward(inputs, sequence_lengths, step), axis=1)
    return tf.where(tf.cast(sequence_lengths, tf.int32) > 0, total, tf.zeros_like(total))


def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[Any, Any]:
    """The log-likelihood of given tags.

    Args:
        inputs, tag_indices, sequence_lengths: see above.
        transition_params: the variable `transitions` if None.

    Returns:
        `[batch]`, and the transition scores.
    """
    inputs = tf.convert_to_tensor(inputs)
    if transition_params is None:
        tags = int(inputs.shape[2])
        transition_params = v1.get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[int], float]:
    """The best tags of one sequence, with numpy.

    Args:
        score: `[length, tags]`.
        transition_params: `[tags, tags]`.

    Returns:
        The tags, and their score.
    """
    score, transition_params = np.asarray(score), np.asarray(transition_params)
    best, pointers = score[0], []
    for scores in score[1:]:
        ways = best[:, None] + transition_params
        pointers.append(np.argmax(ways, 0))
        best = scores + np.max(ways, 0)
    tags = [int(np.argmax(best))]
    for pointer in reversed(pointers):
        tags.append(int(pointer[tags[-1]]))
    return tags[::-1], np.max(best)


def crf_decode(
    potentials: Any, transition_params: Any, sequence_length: Any
) -> tuple[Any, Any]:
    """The best tags of each sequence.

    Returns:
        `[batch, length]` tags, 0 behind a sequence's end, and their scores, `[batch]`.
    """
    potentials = tf.convert_to_tensor(potentials)
    lengths = tf.cast(sequence_length, tf.int32)
    length = tf.shape(potentials)[1]
    places = tf.range(1, length)

    def step(state: tuple[Any, Any], element: tuple[Any, Any]) -> tuple[Any, Any]:
        best, _ = state
        scores, place = element
        ways = best[:, :, None] + transition_params[None]
        goes_on = (place < lengths)[:, None]
        stay = tf.broadcast_to(tf.range(tf.shape(best)[1])[None], tf.shape(best))
        pointers = tf.where(goes_on, tf.argmax(ways, 1, tf.int32), stay)
        return tf.where(goes_on, scores + tf.reduce_max(ways, 1), best), pointers

    first = potentials[:, 0]
    nowhere = tf.zeros_like(first, tf.int32)
    rest = tf.transpose(potentials[:, 1:], [1, 0, 2])
    bests, pointers = tf.scan(step, (rest, places), initializer=(first, nowhere))
    best = tf.concat([first[None], bests], 0)[-1]
    last = tf.argmax(best, 1, tf.int32)

    def back(tags: Any, pointer: Any) -> Any:
        return tf.gather(pointer, tags, batch_dims=1)

    before = tf.scan(back, pointers, initializer=last, reverse=True)
    tags = tf.transpose(tf.concat([before, last[None]], 0))
    return tags * _mask(lengths, length, tf.int32), tf.reduce_max(best, 1)
