"""Whole model_fns of the canned estimators, for a `model_fn` that wraps one.

Each takes what a `model_fn` is called with, the head, and the estimator's own arguments, and
returns what the estimator's own `model_fn` would. Those in `_v1` are of `tf.compat.v1.estimator`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec.canned import _combined, _dnn, _linear
from tfspec.canned._dnn_model import Shape
from tfspec.config import RunConfig
from tfspec.heads import Head
from tfspec.spec import EstimatorSpec


def dnn_model_fn(
    features: Any,
    labels: Any,
    mode: str,
    head: Head,
    hidden_units: Sequence[int],
    feature_columns: Any,
    optimizer: Any = "Adagrad",
    activation_fn: Any = tf.nn.relu,
    dropout: float | None = None,
    config: RunConfig | None = None,
    use_tpu: bool = False,
    batch_norm: bool = False,
) -> EstimatorSpec:
    """The spec of a deep model; see `DNNEstimator`. `use_tpu` has no effect."""
    del use_tpu
    shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
    return _dnn.model_fn_for(head, shape, feature_columns, optimizer)(
        features, labels, mode, config
    )


def dnn_model_fn_v1(
    features: Any,
    labels: Any,
    mode: str,
    head: Any,
    hidden_units: Sequence[int],
    feature_columns: Any,
    optimizer: Any = "Adagrad",
    activation_fn: Any = tf.nn.relu,
    dropout: float | None = None,
    input_layer_partitioner: Any = None,
    config: RunConfig | None = None,
    use_tpu: bool = False,
    batch_norm: bool = False,
) -> EstimatorSpec:
    """The spec of a deep model; see `DNNEstimatorV1`. `use_tpu` has no effect."""
    del use_tpu
    shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
    make = _dnn.model_fn_for_v1
    return make(head, shape, feature_columns, optimizer, input_layer_partitioner)(
        features, labels, mode, config
    )


def linear_model_fn(
    features: Any,
    labels: Any,
    mode: str,
    head: Head,
    feature_columns: Any,
    optimizer: Any,
    config: RunConfig | None,
    sparse_combiner: str = "sum",
) -> EstimatorSpec:
    """The spec of a linear model; see `LinearEstimator`."""
    return _linear.model_fn_for(head, feature_columns, optimizer, sparse_combiner)(
        features, labels, mode, config
    )


def linear_model_fn_v1(
    features: Any,
    labels: Any,
    mode: str,
    head: Any,
    feature_columns: Any,
    optimizer: Any,
    partitioner: Any,
    config: RunConfig | None,
    sparse_combiner: str = "sum",
) -> EstimatorSpec:
    """The spec of a linear model; see `LinearEstimatorV1`."""
    make = _linear.model_fn_for_v1
    return make(head, feature_columns, optimizer, sparse_combiner, partitioner)(
        features, labels, mode, config
    )


def combined_model_fn(
    features: Any,
    labels: Any,
    mode: str,
    head: Head,
    linear_feature_columns: Any = None,
    linear_optimizer: Any = "Ftrl",
    dnn_feature_columns: Any = None,
    dnn_optimizer: Any = "Adagrad",
    dnn_hidden_units: Sequence[int] | None = None,
    dnn_activation_fn: Any = tf.nn.relu,
    dnn_dropout: float | None = None,
    config: RunConfig | None = None,
    batch_norm: bool = False,
    linear_sparse_combiner: str = "sum",
    loss_reduction: str | None = None,
) -> EstimatorSpec:
    """The spec of a wide and deep model; see `DNNLinearCombinedEstimator`.

    `loss_reduction` has no effect: the head has its own.
    """
    del loss_reduction
    wide = _combined.Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
    network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
    deep = _combined.Deep(dnn_feature_columns, dnn_optimizer, *network)
    return _combined.model_fn_for(head, wide, deep)(features, labels, mode, config)


def combined_model_fn_v1(
    features: Any,
    labels: Any,
    mode: str,
    head: Any,
    linear_feature_columns: Any = None,
    linear_optimizer: Any = "Ftrl",
    dnn_feature_columns: Any = None,
    dnn_optimizer: Any = "Adagrad",
    dnn_hidden_units: Sequence[int] | None = None,
    dnn_activation_fn: Any = tf.nn.relu,
    dnn_dropout: float | None = None,
    input_layer_partitioner: Any = None,
    config: RunConfig | None = None,
    batch_norm: bool = False,
    linear_sparse_combiner: str = "sum",
) -> EstimatorSpec:
    """The spec of a wide and deep model; see `DNNLinearCombinedEstimatorV1`."""
    wide = _combined.Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
    network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
    deep = _combined.Deep(dnn_feature_columns, dnn_optimizer, *network)
    make = _combined.model_fn_for_v1
    return make(head, wide, deep, input_layer_partitioner)(features, labels, mode, config)
