"""Linear estimators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.canned._columns import as_columns, check_features, check_v2
from tfspec.canned._linear_model import linear_logits
from tfspec.canned._optimizers import KerasOptimizer, learning_rate_for
from tfspec.canned._sdca import LinearSDCA, sdca_step
from tfspec.canned._specs import (
    COLUMN_SLICE,
    Batch,
    Part,
    minimize_v1,
    partitioner_for,
    spec,
    spec_of,
)
from tfspec.config import RunConfig
from tfspec.custom import Estimator, EstimatorV1
from tfspec.heads import Head, RegressionHead, classification_head, v1_head
from tfspec.spec import ModeKeys

v1 = tf.compat.v1
ModelFn = Callable[..., Any]

_LEARNING_RATE = 0.2  # at most, of an optimizer given by name


def model_fn_for(head: Head, feature_columns: Any, optimizer: Any, sparse_combiner: str) -> ModelFn:
    """The model_fn of the estimators of `tf.estimator`."""
    columns = as_columns(feature_columns)
    sdca = optimizer if isinstance(optimizer, LinearSDCA) else None
    optimizer = "Ftrl" if optimizer is None else optimizer
    rate = learning_rate_for(columns, _LEARNING_RATE)
    keras_optimizer = KerasOptimizer(optimizer, learning_rate=rate)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        del config
        check_features(features)
        check_v2(columns)
        logits, weights = linear_logits(
            features, columns, head.logits_dimension, sparse_combiner, "linear/linear_model"
        )
        batch = Batch(features, labels, mode)
        if sdca is not None and mode == ModeKeys.TRAIN:
            return spec_of(head, batch, logits, sdca_step(sdca, head, columns, batch, weights))
        return spec(head, batch, logits, [Part(weights.trainable, keras_optimizer)])

    return model_fn


def model_fn_for_v1(
    head: Head, feature_columns: Any, optimizer: Any, sparse_combiner: str, partitioner: Any
) -> ModelFn:
    """The model_fn of the estimators of `tf.compat.v1.estimator`."""
    columns = as_columns(feature_columns)
    sdca = optimizer if isinstance(optimizer, LinearSDCA) else None
    optimizer = "Ftrl" if optimizer is None else optimizer
    minimize = minimize_v1(optimizer, learning_rate_for(columns, _LEARNING_RATE))

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        check_features(features)
        split = partitioner or partitioner_for(config, COLUMN_SLICE)
        # The optimizer's variables belong in the scope too: that names and splits them.
        with v1.variable_scope("linear", partitioner=split):
            logits, weights = linear_logits(
                features, columns, head.logits_dimension, sparse_combiner, "linear_model"
            )
            batch = Batch(features, labels, mode)
            train_op_fn = minimize
            if sdca is not None and mode == ModeKeys.TRAIN:
                train_op_fn = sdca_step(sdca, head, columns, batch, weights)
            return spec_of(head, batch, logits, train_op_fn)

    return model_fn


class LinearClassifier(Estimator):
    """A linear model for two or more classes.

        town = tf.feature_column.categorical_column_with_vocabulary_list("town", ["Ulm", "Bern"])
        estimator = LinearClassifier([tf.feature_column.numeric_column("age"), town])
        estimator.train(input_fn, steps=1000)

    Input functions give features as a dict: dense columns take tensors `[batch, ...]`, categorical
    ones also sparse tensors. Labels have the shape `[batch, 1]` or `[batch]`. Weights start at
    zero; they are named `linear/linear_model/<column>/weights`.

    Args:
        feature_columns: what the model looks at: `tf.feature_column`s, categorical or dense.
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        n_classes: how many classes there are. Labels are integers below it; with two classes
            also floats between 0 and 1.
        weight_column: name of the feature, or a numeric column, with the weight of each
            example in loss and metrics.
        label_vocabulary: the labels, if they are strings, in the order of their classes.
        optimizer: a tf_keras optimizer, a function that makes one, or `Adagrad`, `Adam`,
            `Ftrl`, `RMSProp` or `SGD`: with the learning rate min(0.2, 1 / sqrt(number of
            columns)). Or a `LinearSDCA`.
        config: a `RunConfig`.
        warm_start_from: a checkpoint or SavedModel from which all weights start, or
            `WarmStartSettings`.
        loss_reduction: how the losses of a batch become one: `sum_over_batch_size` or `sum`.
        sparse_combiner: how the weights of a column's several values combine: `sum`, `mean`
            or `sqrtn`.

    Raises:
        ValueError: `n_classes` below 2, a vocabulary of another length, or no such
            `loss_reduction`. Faults in columns and optimizer show when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        sparse_combiner: str = "sum",
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        model_fn = model_fn_for(head, feature_columns, optimizer, sparse_combiner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class LinearRegressor(Estimator):
    """A linear model for numbers, with the squared error as its loss.

    Args:
        label_dimension: how many numbers to predict for an example. Labels have the shape
            `[batch, label_dimension]`, or `[batch]` if it is 1.

    For the other arguments see `LinearClassifier`.

    Raises:
        ValueError: `label_dimension` below 1, or no such `loss_reduction`. Faults in columns
            and optimizer show when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        sparse_combiner: str = "sum",
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        model_fn = model_fn_for(head, feature_columns, optimizer, sparse_combiner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class LinearEstimator(Estimator):
    """A linear model for the task of a head.

        LinearEstimator(MultiLabelHead(n_classes=5), feature_columns=columns)

    Args:
        head: a `Head`: it has the loss, the metrics and the predictions.

    For the other arguments see `LinearClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        feature_columns: Any,
        model_dir: str | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        sparse_combiner: str = "sum",
        warm_start_from: Any = None,
    ) -> None:
        model_fn = model_fn_for(head, feature_columns, optimizer, sparse_combiner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class LinearClassifierV1(EstimatorV1):
    """`LinearClassifier` as `tf.compat.v1.estimator` has it.

    Args:
        optimizer: an optimizer of `tf.compat.v1.train`, a function that makes one, or a name as
            there. Or a `LinearSDCA`.
        partitioner: how weights are split between parameter servers; by default into parts
            of at least 64 MB.
        loss_reduction: a value of `tf.compat.v1.losses.Reduction`: losses are summed by default.

    For the other arguments see `LinearClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "weighted_sum",
        sparse_combiner: str = "sum",
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary)
        head = v1_head(head, loss_reduction)
        model_fn = model_fn_for_v1(head, feature_columns, optimizer, sparse_combiner, partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class LinearRegressorV1(EstimatorV1):
    """`LinearRegressor` as `tf.compat.v1.estimator` has it.

    For `optimizer`, `partitioner` and `loss_reduction` see `LinearClassifierV1`, for the other
    arguments `LinearRegressor`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "weighted_sum",
        sparse_combiner: str = "sum",
    ) -> None:
        head = v1_head(RegressionHead(label_dimension, weight_column), loss_reduction)
        model_fn = model_fn_for_v1(head, feature_columns, optimizer, sparse_combiner, partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class LinearEstimatorV1(EstimatorV1):
    """`LinearEstimator` as `tf.compat.v1.estimator` has it.

    For `optimizer` and `partitioner` see `LinearClassifierV1`, for the other arguments
    `LinearEstimator`. Behaviour: tf.estimator 2.15, where no optimizer went with the public heads.
    """

    def __init__(
        self,
        head: Head,
        feature_columns: Any,
        model_dir: str | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        sparse_combiner: str = "sum",
        warm_start_from: Any = None,
    ) -> None:
        model_fn = model_fn_for_v1(head, feature_columns, optimizer, sparse_combiner, partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)
