"""tf.contrib.losses.metric_learning: the triplet loss with semi-hard negatives."""

from __future__ import annotations

import tensorflow as tf


def _squared_distances(points: tf.Tensor) -> tf.Tensor:
    """`[n, n]`: between all pairs of the rows of `[n, depth]`, exactly 0 on the diagonal."""
    squares = tf.reduce_sum(tf.square(points), 1)
    products = tf.matmul(points, points, transpose_b=True)
    distances = tf.maximum(squares[:, None] - 2.0 * products + squares[None, :], 0.0)
    return tf.linalg.set_diag(distances, tf.zeros_like(squares))


def triplet_semihard_loss(
    labels: tf.Tensor, embeddings: tf.Tensor, margin: float = 1.0
) -> tf.Tensor:
    """Draws points of one label together, and keeps those of others further away.

    For each pair of points with the same label the negative is the nearest point of another label
    that is further away than the pair's second; where there is none, the furthest of other labels.
    The loss is the mean over all pairs of how much the negative comes short of `margin`.

    Args:
        labels: int, `[batch]`.
        embeddings: float, `[batch, depth]`; each of length 1.
        margin: how much further away negatives shall be, in squared distance.

    Returns:
        A float scalar.
    """
    labels = tf.reshape(labels, [-1])
    distances = _squared_distances(embeddings)
    same = tf.equal(labels[:, None], labels[None, :])
    # [anchor, positive, negative]
    further = ~same[:, None, :] & (distances[:, None, :] > distances[:, :, None])
    nearest = tf.reduce_min(tf.where(further, distances[:, None, :], distances.dtype.max), 2)
    furthest = tf.reduce_max(tf.where(same, 0.0, distances), 1)
    chosen = tf.where(tf.reduce_any(further, 2), nearest, furthest[:, None])
    pairs = tf.linalg.set_diag(tf.cast(same, distances.dtype), tf.zeros_like(distances[0]))
    short = tf.maximum(margin + distances - chosen, 0.0)
    return tf.reduce_sum(short * pairs) / tf.reduce_sum(pairs)
