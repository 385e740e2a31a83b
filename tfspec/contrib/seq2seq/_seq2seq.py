"""tf.contrib.seq2seq: the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """Weighted cross entropy of sequences.

    Args:
        logits: `[batch, length, classes]`.
        targets: `[batch, length]`, whole numbers.
        weights: `[batch, length]`.
        average_across_timesteps: whether the length is averaged away.
        average_across_batch: whether the batch is.
        softmax_loss_function: another function of `labels` and `logits`.
        name: of the ops.

    Returns:
        A scalar if both are averaged away, else `[batch]`, `[length]` or `[batch, length]`.

    Raises:
        ValueError: tensors of another rank.
    """
    for what, tensor, rank in (("Logits", logits, 3), ("Targets", targets, 2),
                               ("Weights", weights, 2)):
        if len(tensor.shape) != rank:
            raise ValueError(f"{what} must be a {rank}-dimensional tensor")
    loss_of = softmax_loss_function or tf.nn.sparse_softmax_cross_entropy_with_logits
    with v1.name_scope(name, "sequence_loss", [logits, targets, weights]):
        weights = tf.cast(weights, logits.dtype)
        losses = loss_of(labels=targets, logits=logits) * weights
        axes = [0] * average_across_batch + [1] * average_across_timesteps
        if not axes:
            return losses
        return tf.reduce_sum(losses, axes) / (tf.reduce_sum(weights, axes) + 1e-12)


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Repeats each entry of a batch, for beam search: `[a, b]` becomes `[a, a, b, b]` for 2.

    Args:
        t: a tensor of shape `[batch, ...]`, or a structure of them.
        multiplier: how often each entry stands.
        name: of the scope.

    Returns:
        The same with shapes `[batch * multiplier, ...]`.
    """
    with tf.name_scope(name or "tile_batch"):
        return tf.nest.map_structure(lambda x: tf.repeat(x, multiplier, axis=0), t)
