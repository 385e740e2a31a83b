"""tf.contrib.legacy_seq2seq: losses of lists of steps, and models of several lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """The weighted cross entropy of each example.

    Args:
        logits: of each step, `[batch, symbols]`.
        targets: of each step, int32 `[batch]`.
        weights: of each step, `[batch]`.
        average_across_timesteps: whether it is divided by an example's sum of weights.
        softmax_loss_function: of `labels` and `logits`, instead of the cross entropy.
        name: of the ops.

    Returns:
        `[batch]`.

    Raises:
        ValueError: the lists aren't equally long.
    """
    if not len(targets) == len(logits) == len(weights):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same "
            f"{len(logits)}, {len(weights)}, {len(targets)}."
        )
    with v1.name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(target, [-1]), logits=logit
                )
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total = tf.add_n(losses)
        return total / (tf.add_n(list(weights)) + 1e-12) if average_across_timesteps else total


def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """The sum of `sequence_loss_by_example`, divided by the batch size unless told not to."""
    with v1.name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        loss = tf.reduce_sum(
            sequence_loss_by_example(
                logits, targets, weights, average_across_timesteps, softmax_loss_function
            )
        )
        if not average_across_batch:
            return loss
        return loss / tf.cast(tf.shape(targets[0])[0], loss.dtype)


def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[[Any, Any], tuple[Any, Any]],
    softmax_loss_function: Callable[..., Any] | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[Any], list[Any]]:
    """A model for each of several lengths, which share their variables.

    Args:
        encoder_inputs, decoder_inputs, targets, weights: a tensor for each step.
        buckets: how many steps of input and output.
        seq2seq: from those inputs to outputs and state.
        softmax_loss_function: see `sequence_loss`.
        per_example_loss: whether losses are `[batch]`.
        name: of the ops.

    Returns:
        For each bucket, outputs, and the loss.

    Raises:
        ValueError: fewer steps than the last bucket has.
    """
    lasts = (buckets[-1][0], *[buckets[-1][1]] * 2)
    for what, steps, last in zip(
        ("encoder_inputs", "targets", "weights"), (encoder_inputs, targets, weights), lasts,
        strict=True,
    ):
        if len(steps) < last:
            raise ValueError(
                f"Length of {what} ({len(steps)}) must be at least that of last bucket ({last})."
            )
    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    outputs, losses = [], []
    everything = [*encoder_inputs, *decoder_inputs, *targets, *weights]
    with v1.name_scope(name, "model_with_buckets", everything):
        for number, (inputs, steps) in enumerate(buckets):
            with v1.variable_scope(v1.get_variable_scope(), reuse=True if number else None):
                found, _ = seq2seq(encoder_inputs[:inputs], decoder_inputs[:steps])
            outputs.append(found)
            losses.append(
                loss_of(
                    found, targets[:steps], weights[:steps],
                    softmax_loss_function=softmax_loss_function,
                )
            )
    return outputs, losses
