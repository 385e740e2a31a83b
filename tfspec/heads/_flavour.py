"""What differs between the heads of `tf.estimator` and those of `tf.compat.v1` canned estimators.

One head per task serves both: how losses are reduced, which metrics keep count and how an
optimizer is asked for its op are values of a `Flavour`, not classes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.heads import _checks, _training


def _reduce(loss: tf.Tensor, weights: Any, reduction: str) -> tf.Tensor:
    with tf.compat.v1.name_scope("weighted_loss"):
        weighted = loss * weights
        total = tf.reduce_sum(weighted)
        if reduction == "sum":
            return total
        return tf.math.divide_no_nan(total, tf.cast(tf.size(weighted), total.dtype), name="value")


def _reduce_v1(loss: tf.Tensor, weights: Any, reduction: str) -> tf.Tensor:
    return tf.compat.v1.losses.compute_weighted_loss(loss, weights=weights, reduction=reduction)


def _mean_beside_sum(loss: tf.Tensor, weights: Any, reduction: str) -> tf.Tensor | None:
    """The weighted mean of a loss: worth a summary where the loss itself is a sum."""
    if reduction != tf.compat.v1.losses.Reduction.SUM:
        return None
    weights = tf.broadcast_to(tf.cast(weights, loss.dtype), tf.shape(loss))
    return tf.reduce_sum(loss * weights) / tf.reduce_sum(weights)


def _nothing(loss: tf.Tensor, weights: Any, reduction: str) -> None:
    """No second loss is summarized."""


@dataclasses.dataclass(frozen=True)
class Flavour:
    """A way of doing what the two namespaces do differently.

    Attributes:
        name: `v2` or `v1`.
        reductions: The values that `loss_reduction` may have.
        reductions_home: The enumeration they come from.
        reduce: `(loss, weights, loss_reduction)` to the scalar training loss.
        mean_loss: The same arguments to the weighted mean of the loss for a summary, or None.
        train_op: See `_training.keras_train_op`.
        loss_scope: The name scope of the loss inside that of the head, None for none.
        keras_metrics: Whether Keras metrics keep count, through the head's `metrics` and
            `update_metrics`; otherwise `tf.compat.v1.metrics`.
    """

    name: str
    reductions: Sequence[str]
    reductions_home: str
    reduce: Callable[[tf.Tensor, Any, str], tf.Tensor]
    mean_loss: Callable[[tf.Tensor, Any, str], tf.Tensor | None]
    train_op: Callable[..., Any]
    loss_scope: str | None
    keras_metrics: bool

    def checked_reduction(self, value: Any) -> str:
        """`value` if it is a loss reduction of this flavour, else a `ValueError`."""
        return _checks.loss_reduction(value, self.reductions, self.reductions_home)


V2 = Flavour(
    name="v2",
    reductions=("auto", "sum", "sum_over_batch_size"),
    reductions_home="tf.losses.Reduction",
    reduce=_reduce,
    mean_loss=_nothing,
    train_op=_training.keras_train_op,
    loss_scope="losses",
    keras_metrics=True,
)

V1 = Flavour(
    name="v1",
    reductions=tuple(
        value
        for value in tf.compat.v1.losses.Reduction.all()
        if value != tf.compat.v1.losses.Reduction.NONE
    ),
    reductions_home="tf.compat.v1.losses.Reduction",
    reduce=_reduce_v1,
    mean_loss=_mean_beside_sum,
    train_op=_training.v1_train_op,
    loss_scope=None,
    keras_metrics=False,
)
