"""tf.contrib.seq2seq: attention that only goes forward."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec.contrib.seq2seq._attention import (
    BaseAttentionMechanism,
    bahdanau_score,
    bahdanau_variables,
    dense,
    luong_score,
    luong_variables,
)

v1 = tf.compat.v1


def safe_cumprod(x: Any, *args: Any, **kwargs: Any) -> Any:
    """Products of all elements up to each, by sums of logarithms: no gradient becomes NaN.

    Args:
        x: numbers from 0 to 1.
        *args, **kwargs: of `tf.cumsum`.
    """
    with v1.name_scope(None, "SafeCumprod", [x]):
        x = tf.convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return tf.exp(tf.cumsum(tf.math.log(tf.clip_by_value(x, tiny, 1)), *args, **kwargs))


def monotonic_attention(p_choose_i: Any, previous_attention: Any, mode: str) -> Any:
    """Weights of attention that only goes forward, https://arxiv.org/abs/1704.00784.

    Args:
        p_choose_i: `[batch, length]`, with which probability a step is stopped at.
        previous_attention: the weights before, `[batch, length]`.
        mode: `recursive`, exact; `parallel`, faster and a little less so; or `hard`, where
            `p_choose_i` are zeros and ones.

    Returns:
        Weights, `[batch, length]`.

    Raises:
        ValueError: another mode.
    """
    p = tf.convert_to_tensor(p_choose_i, name="p_choose_i")
    before = tf.convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        passed = tf.concat([tf.ones_like(p[:, :1]), 1 - p[:, :-1]], 1)
        arrived = tf.scan(
            lambda coming, step: step[0] * coming + step[1],
            (tf.transpose(passed), tf.transpose(before)),
            tf.zeros_like(p[:, 0]),
        )
        return p * tf.transpose(arrived)
    if mode == "parallel":
        passed = safe_cumprod(1 - p, axis=1, exclusive=True)
        # Small products would be divided by: the sum is off there, and counts for little.
        return p * passed * tf.cumsum(before / tf.clip_by_value(passed, 1e-10, 1.0), axis=1)
    if mode == "hard":
        p *= tf.cumsum(before, axis=1)
        return p * tf.math.cumprod(1 - p, axis=1, exclusive=True)
    raise ValueError("mode must be 'recursive', 'parallel', or 'hard'.")


def monotonic_probabilities(
    score: Any, previous_alignments: Any, sigmoid_noise: float, mode: str, seed: Any = None
) -> Any:
    """Weights from scores; noise drives them to be near 0 or 1 in training."""
    if sigmoid_noise > 0:
        score += sigmoid_noise * tf.random.normal(tf.shape(score), dtype=score.dtype, seed=seed)
    choice = tf.cast(score > 0, score.dtype) if mode == "hard" else tf.sigmoid(score)
    return monotonic_attention(choice, previous_alignments, mode)


class BaseMonotonicAttentionMechanism(BaseAttentionMechanism):
    """One that starts at the memory's first step."""

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """Weights before the first step, `[batch, length]`: all at the memory's beginning."""
        first = tf.zeros(tf.reshape(batch_size, [1]), tf.int32)
        return tf.one_hot(first, self._alignments_size, dtype=dtype)


def score_bias(start: float, dtype: Any) -> Any:
    return v1.get_variable(
        "attention_score_bias",
        shape=(),
        dtype=dtype,
        initializer=v1.constant_initializer(start),
    )


class BahdanauMonotonicAttention(BaseMonotonicAttentionMechanism):
    """Monotonic attention with scores as of `BahdanauAttention`.

    Args:
        sigmoid_noise: standard deviation of noise on scores.
        sigmoid_noise_seed: of the noise.
        score_bias_init: where the bias of scores starts.
        mode: see `monotonic_attention`.
        num_units, memory, memory_sequence_length, normalize, score_mask_value, dtype, name: see
            `BahdanauAttention`.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        super().__init__(
            query_layer=dense(num_units, "query_layer", dtype or tf.float32),
            memory_layer=dense(num_units, "memory_layer", dtype or tf.float32),
            memory=memory,
            probability_fn=functools.partial(
                monotonic_probabilities,
                sigmoid_noise=sigmoid_noise,
                mode=mode,
                seed=sigmoid_noise_seed,
            ),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units, self._normalize, self._name = num_units, normalize, name
        self._score_bias_init = score_bias_init

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """As of `BahdanauAttention`."""
        with v1.variable_scope(None, "bahdanau_monotonic_attention", [query]):
            processed = self.query_layer(query) if self.query_layer else query
            weights = bahdanau_variables(self._num_units, self._normalize, query.dtype)
            score = bahdanau_score(processed, self._keys, *weights)
            score += score_bias(self._score_bias_init, query.dtype)
            alignments = self._probability_fn(score, state)
        return alignments, alignments


class LuongMonotonicAttention(BaseMonotonicAttentionMechanism):
    """Monotonic attention with scores as of `LuongAttention`.

    Args:
        num_units, memory, memory_sequence_length, scale, score_mask_value, dtype, name: see
            `LuongAttention`.
        sigmoid_noise, sigmoid_noise_seed, score_bias_init, mode: see
            `BahdanauMonotonicAttention`.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        super().__init__(
            query_layer=None,
            memory_layer=dense(num_units, "memory_layer", dtype or tf.float32),
            memory=memory,
            probability_fn=functools.partial(
                monotonic_probabilities,
                sigmoid_noise=sigmoid_noise,
                mode=mode,
                seed=sigmoid_noise_seed,
            ),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units, self._scale, self._name = num_units, scale, name
        self._score_bias_init = score_bias_init

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """As of `LuongAttention`."""
        with v1.variable_scope(None, "luong_monotonic_attention", [query]):
            score = luong_score(query, self._keys, luong_variables(self._scale, query.dtype))
            score += score_bias(self._score_bias_init, query.dtype)
            alignments = self._probability_fn(score, state)
        return alignments, alignments
