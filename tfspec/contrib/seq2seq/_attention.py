"""tf.contrib.seq2seq: attention over a memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import _tf
from tfspec.contrib.seq2seq._checks import check_layer

v1 = tf.compat.v1


class AttentionMechanism:
    """What an `AttentionWrapper` asks for the weights of a memory's steps."""

    @property
    def alignments_size(self) -> Any:
        """How many steps the memory has."""
        raise NotImplementedError

    @property
    def state_size(self) -> Any:
        """Shape of one example's state."""
        raise NotImplementedError


class BaseAttentionMechanism(AttentionMechanism):
    """A mechanism with a memory `[batch, length, depth]`, from which it makes keys.

    Args:
        query_layer: a layer for queries, or None.
        memory: what is attended to, or a structure of it.
        probability_fn: of scores and the state before; returns weights, `[batch, length]`.
        memory_sequence_length: `[batch]`; steps beyond count as zeros and get no weight.
        memory_layer: a layer for the memory, or None: the keys are the memory.
        check_inner_dims_defined: whether the depth has to be known.
        score_mask_value: score of steps beyond the length; minus infinity by default.
        custom_key_value_fn: of keys and values; returns others.
        name: of the scope.

    Raises:
        TypeError: a layer isn't one, or `probability_fn` no function.
        ValueError: unknown depth.
        InvalidArgumentError: when run, a length that isn't positive.
    """

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        probability_fn: Callable[[Any, Any], Any],
        memory_sequence_length: Any = None,
        memory_layer: Any = None,
        check_inner_dims_defined: bool = True,
        score_mask_value: Any = None,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        name: str | None = None,
    ) -> None:
        check_layer("query_layer is not a Layer", query_layer)
        check_layer("memory_layer is not a Layer", memory_layer)
        if not callable(probability_fn):
            raise TypeError(
                f"probability_fn must be callable, saw type: {type(probability_fn).__name__}"
            )
        self._query_layer, self._memory_layer = query_layer, memory_layer
        self.dtype = memory_layer.dtype if memory_layer is not None else None
        with v1.name_scope(name, "BaseAttentionMechanismInit", tf.nest.flatten(memory)):
            values, inside = prepare_memory(
                memory, memory_sequence_length, check_inner_dims_defined
            )
            keys = memory_layer(values) if memory_layer is not None else values
            if custom_key_value_fn is not None:
                keys, values = custom_key_value_fn(keys, values)
            self._values, self._keys = values, keys
            self._batch_size = _size(keys, 0)
            self._alignments_size = _size(keys, 1)

        def probabilities(score: Any, state: Any) -> Any:
            if inside is not None:
                score = mask_score(score, inside, score_mask_value)
            return probability_fn(score, state)

        self._probability_fn = probabilities

    @property
    def memory_layer(self) -> Any:
        return self._memory_layer

    @property
    def query_layer(self) -> Any:
        return self._query_layer

    @property
    def values(self) -> Any:
        return self._values

    @property
    def keys(self) -> Any:
        return self._keys

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def alignments_size(self) -> Any:
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """Weights before the first step, `[batch, length]`: zeros."""
        return tf.zeros(tf.stack([batch_size, self._alignments_size]), dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> Any:
        """State before the first step: the alignments."""
        return self.initial_alignments(batch_size, dtype)


def _size(tensor: Any, axis: int) -> Any:
    """As a number where that is known, so that shapes stay known."""
    known = tensor.shape.as_list()[axis]
    return tf.shape(tensor)[axis] if known is None else known


def checked_memory(memory: Any, check_inner_dims_defined: bool = True) -> Any:
    """A memory as tensors.

    Raises:
        ValueError: unknown depth, if that is looked at.
    """
    memory = tf.nest.map_structure(lambda m: tf.convert_to_tensor(m, name="memory"), memory)
    if check_inner_dims_defined:
        for part in tf.nest.flatten(memory):
            if not part.shape[2:].is_fully_defined():
                raise ValueError(
                    f"Expected memory {part.name} to have fully defined inner dims, "
                    f"but saw shape: {part.shape}"
                )
    return memory


def inside(sequence_length: Any, size: Any) -> Any:
    """Where steps are not beyond the length, `[batch, size]`; fails for lengths below 1."""
    lengths = tf.convert_to_tensor(sequence_length, name="memory_sequence_length")
    positive = v1.assert_positive(
        lengths, message="All values in memory_sequence_length must be greater than zero."
    )
    with tf.control_dependencies([positive]):
        lengths = tf.identity(lengths)
    return tf.sequence_mask(lengths, size)


def mask_memory(memory: Any, inside: Any) -> Any:
    """The memory with zeros where it isn't inside; None for everywhere."""
    if inside is None:
        return memory

    def masked(part: Any) -> Any:
        mask = tf.cast(inside, part.dtype)
        return part * mask[(..., *([None] * (part.shape.rank - 2)))]

    return tf.nest.map_structure(masked, memory)


def prepare_memory(
    memory: Any, sequence_length: Any = None, check_inner_dims_defined: bool = True
) -> tuple[Any, Any]:
    """The memory with zeros beyond its length, and where it isn't beyond: `[batch, length]`."""
    memory = checked_memory(memory, check_inner_dims_defined)
    if sequence_length is None:
        return memory, None
    within = inside(sequence_length, tf.shape(tf.nest.flatten(memory)[0])[1])
    return mask_memory(memory, within), within


def mask_score(score: Any, inside: Any, mask_value: Any) -> Any:
    """Scores, with another value beyond the memory's length."""
    if mask_value is None:
        mask_value = -np.inf
    return tf.where(inside, score, tf.cast(mask_value, score.dtype))


def dense(units: int, name: str, dtype: Any) -> Any:
    return _tf.keras_v1("layers").Dense(units, name=name, use_bias=False, dtype=dtype)


def luong_score(query: Any, keys: Any, scale: Any) -> Any:
    """Products of a query `[batch, units]` and keys `[batch, length, units]`.

    Raises:
        ValueError: they have not as many units.
    """
    depth, units = query.shape.as_list()[-1], keys.shape.as_list()[-1]
    if depth != units:
        raise ValueError(
            "Incompatible or unknown inner dimensions between query and keys.  "
            f"Query ({query}) has units: {depth}.  Keys ({keys}) have units: {units}.  "
            f"Perhaps you need to set num_units to the keys' dimension ({units})?"
        )
    score = tf.squeeze(tf.matmul(query[:, None], keys, transpose_b=True), 1)
    return score if scale is None else scale * score


def bahdanau_score(
    processed_query: Any,
    keys: Any,
    attention_v: Any,
    attention_g: Any = None,
    attention_b: Any = None,
) -> Any:
    """A small network's scores of a query `[batch, units]` and keys `[batch, length, units]`.

    With `attention_g` and `attention_b` its last weights are normalized.
    """
    hidden = keys + processed_query[:, None]
    if attention_g is None:
        return tf.reduce_sum(attention_v * tf.tanh(hidden), 2)
    norm = tf.math.rsqrt(tf.reduce_sum(tf.square(attention_v)))
    return tf.reduce_sum(attention_g * attention_v * norm * tf.tanh(hidden + attention_b), 2)


def luong_variables(scale: bool, dtype: Any) -> Any:
    """The factor of scores, or None; in the current variable scope."""
    if not scale:
        return None
    return v1.get_variable(
        "attention_g", shape=(), dtype=dtype, initializer=v1.ones_initializer()
    )


def bahdanau_variables(units: int, normalize: bool, dtype: Any) -> tuple[Any, ...]:
    """What `bahdanau_score` takes after the keys; in the current variable scope."""
    v = v1.get_variable("attention_v", [units], dtype=dtype)
    if not normalize:
        return (v,)
    g = v1.get_variable(
        "attention_g",
        shape=(),
        dtype=dtype,
        initializer=v1.constant_initializer(np.sqrt(1.0 / units)),
    )
    b = v1.get_variable("attention_b", [units], dtype=dtype, initializer=v1.zeros_initializer())
    return v, g, b


def ignoring_state(probability_fn: Callable[[Any], Any] | None) -> Callable[[Any, Any], Any]:
    """A function of scores and state, from one of scores; softmax for None."""
    function = tf.nn.softmax if probability_fn is None else probability_fn
    return lambda score, _: function(score)


class LuongAttention(BaseAttentionMechanism):
    """Attention by products with keys; the query is as deep as they are.

    Args:
        num_units: depth of queries and keys.
        memory: `[batch, length, ...]`.
        memory_sequence_length: `[batch]`; steps beyond get no weight.
        scale: whether a variable scales the scores.
        probability_fn: makes weights of scores, `[batch, length]`; softmax by default.
        score_mask_value: score of steps beyond the length; minus infinity by default.
        dtype: of the layer; float32 by default.
        custom_key_value_fn: of keys and values; returns others.
        name: of the scope.

    Raises:
        ValueError: unknown depth of the memory, or, when called, a query of another depth.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Callable[[Any], Any] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        name: str = "LuongAttention",
    ) -> None:
        super().__init__(
            query_layer=None,
            memory_layer=dense(num_units, "memory_layer", dtype or tf.float32),
            memory=memory,
            probability_fn=ignoring_state(probability_fn),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units, self._scale, self._name = num_units, scale, name

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """Weights of the memory's steps, `[batch, length]`, and the next state.

        Args:
            query: `[batch, num_units]`.
            state: the weights of the step before.
        """
        with v1.variable_scope(None, "luong_attention", [query]):
            score = luong_score(query, self._keys, luong_variables(self._scale, query.dtype))
            alignments = self._probability_fn(score, state)
        return alignments, alignments


class BahdanauAttention(BaseAttentionMechanism):
    """Attention by a small network over query and keys.

    Args:
        num_units: its size.
        normalize: whether its last weights are normalized.
        memory, memory_sequence_length, probability_fn, score_mask_value, dtype,
            custom_key_value_fn, name: see `LuongAttention`.

    Raises:
        ValueError: unknown depth of the memory.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Callable[[Any], Any] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        name: str = "BahdanauAttention",
    ) -> None:
        super().__init__(
            query_layer=dense(num_units, "query_layer", dtype or tf.float32),
            memory_layer=dense(num_units, "memory_layer", dtype or tf.float32),
            memory=memory,
            probability_fn=ignoring_state(probability_fn),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units, self._normalize, self._name = num_units, normalize, name

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """Weights of the memory's steps, `[batch, length]`, and the next state.

        Args:
            query: `[batch, ...]`.
            state: the weights of the step before.
        """
        with v1.variable_scope(None, "bahdanau_attention", [query]):
            processed = self.query_layer(query) if self.query_layer else query
            weights = bahdanau_variables(self._num_units, self._normalize, query.dtype)
            score = bahdanau_score(processed, self._keys, *weights)
            alignments = self._probability_fn(score, state)
        return alignments, alignments
