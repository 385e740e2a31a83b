"""Deep estimators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.canned._columns import as_columns, check_features, check_v2
from tfspec.canned._dnn_model import Shape, dnn_logits, dnn_logits_v1
from tfspec.canned._optimizers import KerasOptimizer
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

v1 = tf.compat.v1
ModelFn = Callable[..., Any]

_V1_LEARNING_RATE = 0.05  # of an optimizer given by name


def model_fn_for(head: Head, shape: Shape, feature_columns: Any, optimizer: Any) -> ModelFn:
    """The model_fn of the estimators of `tf.estimator`."""
    columns = as_columns(feature_columns)
    keras_optimizer = KerasOptimizer(optimizer)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        del config
        check_features(features)
        check_v2(columns)
        network = dnn_logits(features, mode, columns, shape, head.logits_dimension)
        part = Part(network.variables, keras_optimizer)
        batch = Batch(features, labels, mode)
        return spec(head, batch, network.logits, [part], network.update_ops)

    return model_fn


def model_fn_for_v1(
    head: Head, shape: Shape, feature_columns: Any, optimizer: Any, input_layer_partitioner: Any
) -> ModelFn:
    """The model_fn of the estimators of `tf.compat.v1.estimator`."""
    columns = as_columns(feature_columns)
    minimize = minimize_v1(optimizer, _V1_LEARNING_RATE)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        check_features(features)
        split_input = input_layer_partitioner or partitioner_for(config, COLUMN_SLICE)
        # The optimizer's variables belong in the scope too: that names and splits them.
        with v1.variable_scope("dnn", partitioner=partitioner_for(config)):
            network = dnn_logits_v1(
                features, mode, columns, shape, head.logits_dimension, split_input
            )
            return spec_of(head, Batch(features, labels, mode), network.logits, minimize)

    return model_fn


class DNNClassifier(Estimator):
    """A deep network for two or more classes.

        town = tf.feature_column.categorical_column_with_vocabulary_list("town", ["Ulm", "Bern"])
        estimator = DNNClassifier(
            hidden_units=[64, 32],
            feature_columns=[
                tf.feature_column.numeric_column("age"),
                tf.feature_column.embedding_column(town, dimension=8),
            ])
        estimator.train(input_fn, steps=1000)

    Input functions give features as a dict of tensors `[batch, ...]`, dense or sparse as the
    columns want them. Labels have the shape `[batch, 1]` or `[batch]`. Variables are named
    `dnn/hiddenlayer_0/kernel`, `dnn/hiddenlayer_0/bias`, ..., `dnn/logits/kernel`,
    `dnn/input_from_feature_columns/input_layer/<column>/embedding_weights`.

    Args:
        hidden_units: the size of each hidden layer, from the input upwards.
        feature_columns: what the model looks at: dense `tf.feature_column`s. Wrap categorical
            ones in `embedding_column` or `indicator_column`.
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        n_classes: how many classes there are. Labels are integers below it; with two classes
            also floats between 0 and 1.
        weight_column: name of the feature, or a numeric column, with the weight of each
            example in loss and metrics.
        label_vocabulary: the labels, if they are strings, in the order of their classes.
        optimizer: a tf_keras optimizer, a function that makes one, or `Adagrad`, `Adam`,
            `Ftrl`, `RMSProp` or `SGD`: with that optimizer's default learning rate.
        activation_fn: what each hidden layer ends with: a function of a tensor, or the name of
            one in Keras.
        dropout: the share of a hidden layer's output to drop in training, in [0, 1).
        config: a `RunConfig`.
        warm_start_from: a checkpoint or SavedModel from which all weights start, or
            `WarmStartSettings`.
        loss_reduction: how the losses of a batch become one: `sum_over_batch_size` or `sum`.
        batch_norm: whether to normalize the output of each hidden layer over the batch.

    Raises:
        ValueError: `n_classes` below 2, a vocabulary of another length, or no such
            `loss_reduction`. Faults in columns and optimizer show when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Any,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
        model_fn = model_fn_for(head, shape, feature_columns, optimizer)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNRegressor(Estimator):
    """A deep network for numbers, with the squared error as its loss.

    Args:
        label_dimension: how many numbers to predict for an example. Labels have the shape
            `[batch, label_dimension]`, or `[batch]` if it is 1.

    For the other arguments see `DNNClassifier`.

    Raises:
        ValueError: `label_dimension` below 1, or no such `loss_reduction`. Faults in columns
            and optimizer show when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Any,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
        model_fn = model_fn_for(head, shape, feature_columns, optimizer)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNEstimator(Estimator):
    """A deep network for the task of a head.

        DNNEstimator(MultiLabelHead(n_classes=5), hidden_units=[64, 32], feature_columns=columns)

    Args:
        head: a `Head`: it has the loss, the metrics and the predictions.

    For the other arguments see `DNNClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        hidden_units: Sequence[int],
        feature_columns: Any,
        model_dir: str | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        batch_norm: bool = False,
    ) -> None:
        shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
        model_fn = model_fn_for(head, shape, feature_columns, optimizer)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNClassifierV1(EstimatorV1):
    """`DNNClassifier` as `tf.compat.v1.estimator` has it.

    Args:
        optimizer: an optimizer of `tf.compat.v1.train`, a function that makes one, or a name as
            there: with the learning rate 0.05.
        input_layer_partitioner: how the columns' variables are split between parameter servers;
            by default into parts of at least 64 MB.
        loss_reduction: a value of `tf.compat.v1.losses.Reduction`: losses are summed by default.

    For the other arguments see `DNNClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Any,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "weighted_sum",
        batch_norm: bool = False,
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary)
        head = v1_head(head, loss_reduction)
        shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
        model_fn = model_fn_for_v1(head, shape, feature_columns, optimizer, input_layer_partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNRegressorV1(EstimatorV1):
    """`DNNRegressor` as `tf.compat.v1.estimator` has it.

    For `optimizer`, `input_layer_partitioner` and `loss_reduction` see `DNNClassifierV1`, for the
    other arguments `DNNRegressor`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Any,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "weighted_sum",
        batch_norm: bool = False,
    ) -> None:
        head = v1_head(RegressionHead(label_dimension, weight_column), loss_reduction)
        shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
        model_fn = model_fn_for_v1(head, shape, feature_columns, optimizer, input_layer_partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNEstimatorV1(EstimatorV1):
    """`DNNEstimator` as `tf.compat.v1.estimator` has it.

    For `optimizer` and `input_layer_partitioner` see `DNNClassifierV1`, for the other arguments
    `DNNEstimator`. Behaviour: tf.estimator 2.15, where no optimizer went with the public heads.
    """

    def __init__(
        self,
        head: Head,
        hidden_units: Sequence[int],
        feature_columns: Any,
        model_dir: str | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        batch_norm: bool = False,
    ) -> None:
        shape = Shape(hidden_units, activation_fn, dropout, batch_norm)
        model_fn = model_fn_for_v1(head, shape, feature_columns, optimizer, input_layer_partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)
