"""tf.contrib.layers: regularizers, functions of weights."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
Regularizer = Callable[..., Any]


def _checked(scale: Any) -> float:
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real) and scale < 0.0:
        raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale}")
    return scale


def _scaled(scale: Any, scope: str | None, name: str, penalty: Callable[[Any], Any]) -> Regularizer:
    if _checked(scale) == 0.0:
        return lambda _, name=None: None

    def regularizer(weights: Any, name: str | None = None) -> Any:
        with v1.name_scope(scope, label, [weights]):
            factor = tf.convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return tf.multiply(factor, penalty(weights), name=name)

    label = name
    return regularizer


def l1_regularizer(scale: float, scope: str | None = None) -> Regularizer:
    """`scale` times the sum of absolute values.

    Raises:
        ValueError: `scale` is negative, or an int.
    """
    return _scaled(scale, scope, "l1_regularizer", lambda w: tf.reduce_sum(tf.abs(w)))


def l2_regularizer(scale: float, scope: str | None = None) -> Regularizer:
    """`scale` times half the sum of squares.

    Raises:
        ValueError: `scale` is negative, or an int.
    """
    return _scaled(scale, scope, "l2_regularizer", tf.nn.l2_loss)


def l1_l2_regularizer(
    scale_l1: float = 1.0, scale_l2: float = 1.0, scope: str | None = None
) -> Regularizer:
    """The sum of both."""
    scope = scope or "l1_l2_regularizer"
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope)


def sum_regularizer(
    regularizer_list: Sequence[Regularizer | None], scope: str | None = None
) -> Regularizer | None:
    """The sum of several; None if there are none."""
    parts = [part for part in regularizer_list if part is not None]
    if not parts:
        return None

    def regularizer(weights: Any) -> Any:
        with v1.name_scope(scope, "sum_regularizer", [weights]):
            terms = [part(weights) for part in parts]
            terms = [term for term in terms if term is not None]
            return tf.add_n(terms) if terms else None

    return regularizer


def apply_regularization(regularizer: Regularizer, weights_list: Sequence[Any] | None = None):
    """The sum of a regularizer over weights (those of the collection WEIGHTS by default).

    It joins the regularization losses.
    """
    weights_list = weights_list or v1.get_collection(v1.GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError("No weights to regularize.")
    with v1.name_scope("get_regularization_penalty", values=weights_list):
        terms = [regularizer(weights) for weights in weights_list]
        terms = [tf.constant(0.0) if term is None else term for term in terms]
        total = tf.add_n(terms)
        v1.add_to_collection(v1.GraphKeys.REGULARIZATION_LOSSES, total)
        return total
