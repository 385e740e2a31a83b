"""Draws as tf.contrib.seq2seq made them: the same numbers of the same seeds."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def draw_classes(logits: Any, seed: int | None) -> Any:
    """One class of each row, int32: `[batch, classes]` gives `[batch]`."""
    return tf.squeeze(v1.random.categorical(logits, 1, seed=seed, dtype=tf.int32), -1)


def draw_truth(probability: Any, batch_size: Any, seed: int | None) -> Any:
    """True with a probability, or with one for each example: `[batch]`."""
    return tf.random.uniform([batch_size], seed=seed, dtype=probability.dtype) < probability
