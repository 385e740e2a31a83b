"""tf.contrib.estimator: heads, which were functions and behaved as TensorFlow 1's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import heads

_MEAN = tf.compat.v1.losses.Reduction.SUM_OVER_BATCH_SIZE


def binary_classification_head(
    weight_column: Any = None,
    thresholds: Sequence[float] | None = None,
    label_vocabulary: Sequence[str] | None = None,
    loss_reduction: str = _MEAN,
    loss_fn: Callable[..., Any] | None = None,
    name: str | None = None,
) -> heads.Head:
    """A head for two classes: see `tfspec.estimator.BinaryClassHead`."""
    head = heads.BinaryClassHead(
        weight_column, thresholds, label_vocabulary, loss_fn=loss_fn, name=name
    )
    return heads.v1_head(head, loss_reduction)


def multi_class_head(
    n_classes: int,
    weight_column: Any = None,
    label_vocabulary: Sequence[str] | None = None,
    loss_reduction: str = _MEAN,
    loss_fn: Callable[..., Any] | None = None,
    name: str | None = None,
) -> heads.Head:
    """A head for one of several classes: see `tfspec.estimator.MultiClassHead`."""
    head = heads.MultiClassHead(
        n_classes, weight_column, label_vocabulary, loss_fn=loss_fn, name=name
    )
    return heads.v1_head(head, loss_reduction)


def multi_label_head(
    n_classes: int,
    weight_column: Any = None,
    thresholds: Sequence[float] | None = None,
    label_vocabulary: Sequence[str] | None = None,
    loss_reduction: str = _MEAN,
    loss_fn: Callable[..., Any] | None = None,
    classes_for_class_based_metrics: Sequence[Any] | None = None,
    name: str | None = None,
) -> heads.Head:
    """A head for any of several classes: see `tfspec.estimator.MultiLabelHead`."""
    head = heads.MultiLabelHead(
        n_classes,
        weight_column,
        thresholds,
        label_vocabulary,
        loss_fn=loss_fn,
        classes_for_class_based_metrics=classes_for_class_based_metrics,
        name=name,
    )
    return heads.v1_head(head, loss_reduction)


def regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = _MEAN,
    loss_fn: Callable[..., Any] | None = None,
    inverse_link_fn: Callable[..., Any] | None = None,
    name: str | None = None,
) -> heads.Head:
    """A head for numbers: see `tfspec.estimator.RegressionHead`."""
    head = heads.RegressionHead(
        label_dimension,
        weight_column,
        loss_fn=loss_fn,
        inverse_link_fn=inverse_link_fn,
        name=name,
    )
    return heads.v1_head(head, loss_reduction)


def logistic_regression_head(
    weight_column: Any = None, loss_reduction: str = _MEAN, name: str | None = None
) -> heads.Head:
    """A head for a probability: see `tfspec.estimator.LogisticRegressionHead`."""
    return heads.v1_head(heads.LogisticRegressionHead(weight_column, name=name), loss_reduction)


def poisson_regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = _MEAN,
    compute_full_loss: bool = True,
    name: str | None = None,
) -> heads.Head:
    """A head for counts: see `tfspec.estimator.PoissonRegressionHead`."""
    head = heads.PoissonRegressionHead(
        label_dimension, weight_column, compute_full_loss=compute_full_loss, name=name
    )
    return heads.v1_head(head, loss_reduction)


def multi_head(
    heads_: Sequence[heads.Head], head_weights: Sequence[float] | None = None
) -> heads.Head:
    """A head over several: see `tfspec.estimator.MultiHead`."""
    return heads.v1_head(heads.MultiHead(heads_, head_weights), _MEAN)
