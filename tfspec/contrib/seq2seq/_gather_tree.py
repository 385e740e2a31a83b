"""tf.contrib.seq2seq: whole sequences from the steps of a beam search."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def gather_tree(
    step_ids: Any,
    parent_ids: Any,
    max_sequence_lengths: Any,
    end_token: Any,
    name: str | None = None,
) -> Any:
    """The sequence of ids that each beam ends up with.

    Args:
        step_ids: `[length, batch, beams]`, int32, ids that were chosen in each step.
        parent_ids: in the same shape, which beam of the step before each goes on with.
        max_sequence_lengths: `[batch]`; what comes later counts as ends.
        end_token: the id that ends a sequence, and that what follows is filled with.
        name: of the op.

    Returns:
        Ids, `[length, batch, beams]`.
    """
    with v1.name_scope(name, "GatherTree", [step_ids, parent_ids]):
        step_ids = tf.convert_to_tensor(step_ids, tf.int32, name="step_ids")
        parent_ids = tf.convert_to_tensor(parent_ids, tf.int32, name="parent_ids")
        end_token = tf.cast(tf.convert_to_tensor(end_token), tf.int32)
        lengths = tf.cast(max_sequence_lengths, tf.int32)
        inside = tf.transpose(tf.sequence_mask(lengths, tf.shape(step_ids)[0]))[:, :, None]
        beams = tf.range(tf.shape(step_ids)[2]) + tf.zeros_like(parent_ids)
        ids = tf.where(inside, step_ids, end_token)
        found = tf.gather(ids, _lineage(tf.where(inside, parent_ids, beams)), batch_dims=2)
        ended = tf.cumsum(tf.cast(tf.equal(found, end_token), tf.int32), exclusive=True)
        found = tf.where(ended > 0, end_token, found)
        found.set_shape(step_ids.shape)
        return found


def _lineage(parents: Any) -> Any:
    """Which beam of each step each beam of the last step comes from: `[length, batch, beams]`."""
    _, batch, width = tf.unstack(tf.shape(parents))
    beams = tf.broadcast_to(tf.range(width), [1, batch, width])
    before = tf.scan(
        lambda later, parent: tf.gather(parent, later, batch_dims=1),
        parents[1:],
        initializer=beams[0],
        reverse=True,
    )
    # There is a step to begin with unless there is none at all.
    return tf.concat([before, beams], 0)[: tf.shape(parents)[0]]


def gather_tree_from_array(t: Any, parent_ids: Any, sequence_length: Any) -> Any:
    """What each beam ends up with of a tensor that was made in each step.

    Args:
        t: a `TensorArray` or tensor, `[length, batch * beams, ...]` or
            `[length, batch, beams, ...]`.
        parent_ids: `[length, batch, beams]`, which beam of the step before each goes on with.
        sequence_length: `[batch, beams]`; steps beyond stay as they are.

    Returns:
        A tensor in the shape of `t`.
    """
    t = t.stack() if isinstance(t, tf.TensorArray) else t
    shape = tf.shape(parent_ids)
    beams = tf.range(shape[2]) + tf.zeros_like(parent_ids)
    longest = tf.reduce_max(tf.cast(sequence_length, tf.int32), 1)
    lineage = gather_tree(beams, parent_ids, longest, shape[2] + 1)
    inside = tf.transpose(tf.sequence_mask(sequence_length, shape[0]), [2, 0, 1])
    split = tf.reshape(t, tf.concat([shape, [-1]], 0))
    gathered = tf.gather(split, tf.where(inside, lineage, beams), batch_dims=2)
    return tf.ensure_shape(tf.reshape(gathered, tf.shape(t)), t.shape)
