"""Linear logits: a weighted sum of feature columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.canned._columns import Weights, as_columns, weighted_sum

v1 = tf.compat.v1


def linear_logit_fn_builder(
    units: int, feature_columns: Any, sparse_combiner: str = "sum"
) -> Callable[[Any], tf.Tensor]:
    """Returns a function from features to the logits of a linear model.

    For a `model_fn` of your own, or as a part of a bigger model. Its variables are named
    `linear_model/<column>/weights` and `linear_model/bias_weights` below the variable scope in
    which it is called; it writes the summaries `bias` and `fraction_of_zero_weights`.

        logit_fn = linear_logit_fn_builder(units=3, feature_columns=columns)
        logits = logit_fn(features)

    Args:
        units: how many logits an example gets, an int.
        feature_columns: categorical or dense columns; see `LinearClassifier`.
        sparse_combiner: how the weights of a column's several values combine: `sum`, `mean`
            or `sqrtn`.

    Returns:
        A function of `features`, a dict of tensors, that returns logits `[batch, units]`.

    Raises:
        ValueError: when the function is called, if `feature_columns` is empty, holds two columns
            of one name, or something else than such columns.

    Behaviour: tf.estimator 2.15.
    """
    columns = as_columns(feature_columns)

    def logit_fn(features: Any) -> tf.Tensor:
        return linear_logits(features, columns, units, sparse_combiner, "linear_model")[0]

    return logit_fn


def linear_logits(
    features: Any, columns: Sequence[Any], units: int, sparse_combiner: str, scope: str
) -> tuple[tf.Tensor, Weights]:
    """Logits `[batch, units]` and their variables; writes summaries of the latter."""
    logits, weights = weighted_sum(features, columns, units, sparse_combiner, scope)
    _summarize(weights, units)
    return logits, weights


def _summarize(weights: Weights, units: int) -> None:
    bias = tf.convert_to_tensor(weights.bias)
    if units > 1:
        v1.summary.histogram("bias", bias)
    else:
        v1.summary.scalar("bias", bias[0])
    v1.summary.scalar("fraction_of_zero_weights", _fraction_of_zeros(weights.columns))


def _fraction_of_zeros(variables: Sequence[Any]) -> tf.Tensor:
    with v1.name_scope("zero_fraction"):
        sizes = [tf.size(variable, out_type=tf.int64) for variable in variables]
        nonzero = [tf.math.count_nonzero(variable) for variable in variables]
        size = tf.cast(tf.add_n(sizes), tf.float32)
        return 1.0 - tf.cast(tf.add_n(nonzero), tf.float32) / size
