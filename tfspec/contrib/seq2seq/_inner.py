"""tf.contrib.seq2seq: names that were not public, and that programs subclass and call.

Until TensorFlow 1.13 some of these had other arguments. Those are told by their types.
"""

from __future__ import annotations

import numbers
from typing import Any

import tensorflow as tf

from tfspec.contrib.seq2seq import _attention, _attention_wrapper, _beam_search, _monotonic
from tfspec.contrib.seq2seq._helpers import steps_of, swapped
from tfspec.contrib.seq2seq._seq2seq import tile_batch

v1 = tf.compat.v1

_BaseAttentionMechanism = _attention.BaseAttentionMechanism
_BaseMonotonicAttentionMechanism = _monotonic.BaseMonotonicAttentionMechanism
_compute_attention = _attention_wrapper.compute_attention
_monotonic_probability_fn = _monotonic.monotonic_probabilities
_unstack_ta = steps_of
_mask_probs = _beam_search.only_end
_tile_batch = tile_batch
get_attention_probs = _beam_search.attention_probs
attention_probs_from_attn_state = _beam_search.mean_alignments


def _inside(lengths: Any, mask: Any, size: Any) -> Any:
    """Where a memory is not beyond its length, `[batch, length]`; None for everywhere."""
    if lengths is not None and mask is not None:
        raise ValueError("memory_sequence_length and memory_mask can't be provided at same time.")
    return mask if lengths is None else _attention.inside(lengths, size)


def _maybe_mask_score(
    score: Any,
    memory_sequence_length: Any = None,
    memory_mask: Any = None,
    score_mask_value: Any = None,
) -> Any:
    """Scores `[batch, length]`, with another value beyond the memory's length.

    Args:
        score: what to mask; as it is if there is neither a length nor a mask.
        memory_sequence_length: `[batch]`.
        memory_mask: `[batch, length]`, bool. A number is the `score_mask_value`, which stood
            here until TensorFlow 1.13.
        score_mask_value: the other value.

    Raises:
        ValueError: both a length and a mask, or no value.
    """
    if isinstance(memory_mask, numbers.Real):
        memory_mask, score_mask_value = None, memory_mask
    if memory_sequence_length is None and memory_mask is None:
        return score
    score = tf.convert_to_tensor(score)
    inside = _inside(memory_sequence_length, memory_mask, tf.shape(score)[1])
    if score_mask_value is None:
        raise ValueError("None values not supported.")
    return _attention.mask_score(score, inside, score_mask_value)


def _prepare_memory(
    memory: Any,
    memory_sequence_length: Any = None,
    memory_mask: Any = None,
    check_inner_dims_defined: bool = True,
) -> Any:
    """A memory `[batch, length, ...]`, or a structure of it, with zeros beyond its length.

    Args:
        memory: which.
        memory_sequence_length: `[batch]`.
        memory_mask: `[batch, length]`, bool. A bool is `check_inner_dims_defined`, which stood
            here until TensorFlow 1.13.
        check_inner_dims_defined: whether the depth has to be known.

    Raises:
        ValueError: unknown depth, or both a length and a mask.
    """
    if isinstance(memory_mask, bool):
        memory_mask, check_inner_dims_defined = None, memory_mask
    memory = _attention.checked_memory(memory, check_inner_dims_defined)
    size = tf.shape(tf.nest.flatten(memory)[0])[1]
    return _attention.mask_memory(memory, _inside(memory_sequence_length, memory_mask, size))


def _bahdanau_score(
    processed_query: Any,
    keys: Any,
    attention_v: Any,
    attention_g: Any = None,
    attention_b: Any = None,
) -> Any:
    """A small network's scores of a query `[batch, units]` and keys `[batch, length, units]`.

    Args:
        processed_query, keys: the query, through its layer, and the keys.
        attention_v: the network's last weights, `[units]`. A bool says whether these are
            normalized, and they are variables of the current scope, as until TensorFlow 1.13.
        attention_g, attention_b: with both, the weights are normalized.
    """
    if isinstance(attention_v, bool):
        units = keys.shape.as_list()[2]
        weights = _attention.bahdanau_variables(units, attention_v, processed_query.dtype)
        return _attention.bahdanau_score(processed_query, keys, *weights)
    return _attention.bahdanau_score(processed_query, keys, attention_v, attention_g, attention_b)


def _luong_score(query: Any, keys: Any, scale: Any) -> Any:
    """Products of a query `[batch, units]` and keys `[batch, length, units]`.

    Args:
        query, keys: which.
        scale: a factor, or None. A bool says whether a variable of the current scope is one, as
            until TensorFlow 1.13.

    Raises:
        ValueError: they have not as many units.
    """
    if isinstance(scale, bool):
        scale = _attention.luong_variables(scale, query.dtype)
    return _attention.luong_score(query, keys, scale)


def _zero_state_tensors(state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """Zeros `[batch_size, ...]` for each size, a number or a shape, of a structure of them."""

    def zeros(size: Any) -> Any:
        size = tf.TensorShape(size)
        shape = tf.concat([[batch_size], tf.constant(size.as_list(), tf.int32)], 0)
        found = tf.zeros(shape, dtype)
        found.set_shape(tf.TensorShape([tf.get_static_value(batch_size)]).concatenate(size))
        return found

    return tf.nest.map_structure(zeros, state_size)


def _create_zero_outputs(size: Any, dtype: Any, batch_size: Any) -> Any:
    """Zeros for each size of a structure, of the type in the same place of `dtype`."""
    return tf.nest.map_structure(
        lambda s, d: _zero_state_tensors(s, batch_size, d), size, dtype
    )


def _transpose_batch_time(x: Any) -> Any:
    """The first two dimensions the other way round, where there are two."""
    x = tf.convert_to_tensor(x)
    return x if x.shape.rank is not None and x.shape.rank < 2 else swapped(x)


def _length_penalty(sequence_lengths: Any, penalty_factor: Any) -> Any:
    """What log probabilities are divided by; 1.0 without a penalty."""
    factor = tf.convert_to_tensor(penalty_factor, name="penalty_factor")
    if tf.get_static_value(factor) == 0:
        return 1.0
    return _beam_search.length_penalty(sequence_lengths, factor, tf.float32)


def _beam_search_step(
    time: Any,
    logits: Any,
    next_cell_state: Any,
    beam_state: Any,
    batch_size: Any,
    beam_width: int,
    end_token: Any,
    length_penalty_weight: Any,
    coverage_penalty_weight: Any,
) -> tuple[Any, Any]:
    """The best ways to go on from all beams: output and next state of a `BeamSearchDecoder`."""
    return _beam_search.choose(
        logits, next_cell_state, beam_state, end_token, length_penalty_weight,
        coverage_penalty_weight,
    )
