"""tf.contrib.seq2seq: the loss, and batches for beams."""

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
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
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
        sum_over_timesteps: whether losses are added up over the length instead, and divided by the
            number of weights that aren't zero.
        sum_over_batch: the same for the batch. Where one is averaged, the other isn't added up.
        softmax_loss_function: another function of `labels` and `logits`.
        name: of the ops.

    Returns:
        A scalar if both are averaged away or added up, else `[batch]`, `[length]` or
        `[batch, length]`.

    Raises:
        ValueError: tensors of another rank, or both ways for one of the two.
    """
    for what, tensor, dims in (
        ("Logits", logits, ("batch_size", "sequence_length", "logits")),
        ("Targets", targets, ("batch_size", "sequence_length")),
        ("Weights", weights, ("batch_size", "sequence_length")),
    ):
        if len(tensor.shape) != len(dims):
            raise ValueError(f"{what} must be a [{' x '.join(dims)}] tensor")
    for what, averages, sums in (
        ("timesteps", average_across_timesteps, sum_over_timesteps),
        ("batch", average_across_batch, sum_over_batch),
    ):
        if averages and sums:
            raise ValueError(
                f"average_across_{what} and sum_over_{what} cannot be set to True at same time."
            )
    loss_of = softmax_loss_function or tf.nn.sparse_softmax_cross_entropy_with_logits
    with v1.name_scope(name, "sequence_loss", [logits, targets, weights]):
        weights = tf.cast(weights, logits.dtype)
        losses = loss_of(labels=targets, logits=logits) * weights
        averaged = [0] * average_across_batch + [1] * average_across_timesteps
        summed = [0] * sum_over_batch + [1] * sum_over_timesteps
        if averaged:
            return tf.math.divide_no_nan(
                tf.reduce_sum(losses, averaged), tf.reduce_sum(weights, averaged)
            )
        if summed:
            counted = tf.math.count_nonzero(weights, summed, dtype=losses.dtype)
            return tf.math.divide_no_nan(tf.reduce_sum(losses, summed), counted)
        return losses


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Repeats each entry of a batch, for beam search: `[a, b]` becomes `[a, a, b, b]` for 2.

    Args:
        t: a tensor of shape `[batch, ...]`, or a structure of them.
        multiplier: how often each entry stands.
        name: of the scope.

    Returns:
        The same with shapes `[batch * multiplier, ...]`.

    Raises:
        ValueError: a tensor of unknown rank.
    """

    def tiled(x: Any) -> Any:
        x = tf.convert_to_tensor(x, name="t")
        if x.shape.rank is None:
            raise ValueError("t must have statically known rank")
        return tf.repeat(x, multiplier, axis=0)

    with tf.name_scope(name or "tile_batch"):
        return tf.nest.map_structure(tiled, t)
