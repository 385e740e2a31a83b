"""Wide and deep estimators: a linear model and a deep network whose logits are added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec.canned._columns import as_columns, check_features, check_v2
from tfspec.canned._dnn_model import Shape, dnn_logits, dnn_logits_v1
from tfspec.canned._linear_model import linear_logits
from tfspec.canned._optimizers import KerasOptimizer, learning_rate_for, v1_optimizer
from tfspec.canned._specs import (
    COLUMN_SLICE,
    Batch,
    Part,
    partitioner_for,
    spec,
    spec_of,
)
from tfspec.config import RunConfig
from tfspec.custom import Estimator, EstimatorV1
from tfspec.heads import Head, RegressionHead, classification_head, v1_head

v1 = tf.compat.v1
ModelFn = Callable[..., Any]

# Of optimizers given by name; the linear one's at most.
_LINEAR_LEARNING_RATE = 0.005
_DNN_LEARNING_RATE = 0.001


class Wide(NamedTuple):
    """The linear part; without columns there is none."""

    columns: Any
    optimizer: Any
    sparse_combiner: str

    @property
    def learning_rate(self) -> float:
        return learning_rate_for(self.columns, _LINEAR_LEARNING_RATE)

    def summarized(self, logits: tf.Tensor) -> tf.Tensor:
        v1.summary.scalar("linear/fraction_of_zero_values", tf.math.zero_fraction(logits))
        v1.summary.histogram("linear/activation", logits)
        return logits


class Deep(NamedTuple):
    """The network; without columns there is none."""

    columns: Any
    optimizer: Any
    hidden_units: Sequence[int] | None
    activation_fn: Any
    dropout: float | None
    batch_norm: bool

    def shape(self) -> Shape:
        if not self.hidden_units:
            raise ValueError(
                "dnn_hidden_units must be defined when dnn_feature_columns is specified."
            )
        return Shape(self.hidden_units, self.activation_fn, self.dropout, self.batch_norm)


def _checked(wide: Wide, deep: Deep) -> tuple[Wide, Deep]:
    wide = wide._replace(columns=as_columns(wide.columns))
    deep = deep._replace(columns=as_columns(deep.columns))
    if not wide.columns and not deep.columns:
        raise ValueError("Either linear_feature_columns or dnn_feature_columns must be defined.")
    return wide, deep


def model_fn_for(head: Head, wide: Wide, deep: Deep) -> ModelFn:
    """The model_fn of the estimators of `tf.estimator`."""
    wide, deep = _checked(wide, deep)
    linear_optimizer = KerasOptimizer(wide.optimizer, learning_rate=wide.learning_rate)
    dnn_optimizer = KerasOptimizer(deep.optimizer, learning_rate=_DNN_LEARNING_RATE)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        del config
        check_features(features)
        check_v2(wide.columns)
        check_v2(deep.columns)
        units = head.logits_dimension
        logits, parts, update_ops = [], [], []
        if deep.columns:
            network = dnn_logits(features, mode, deep.columns, deep.shape(), units)
            logits.append(network.logits)
            parts.append(Part(network.variables, dnn_optimizer))
            update_ops = network.update_ops
        if wide.columns:
            linear, weights = linear_logits(
                features, wide.columns, units, wide.sparse_combiner, "linear/linear_model"
            )
            logits.append(wide.summarized(linear))
            parts.append(Part(weights.trainable, linear_optimizer))
        return spec(head, Batch(features, labels, mode), _sum(logits), parts, update_ops)

    return model_fn


def model_fn_for_v1(
    head: Head, wide: Wide, deep: Deep, input_layer_partitioner: Any
) -> ModelFn:
    """The model_fn of the estimators of `tf.compat.v1.estimator`."""
    wide, deep = _checked(wide, deep)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        check_features(features)
        split_input = input_layer_partitioner or partitioner_for(config, COLUMN_SLICE)
        units = head.logits_dimension
        logits = []
        if deep.columns:
            with v1.variable_scope("dnn", partitioner=partitioner_for(config)):
                shape = deep.shape()
                network = dnn_logits_v1(features, mode, deep.columns, shape, units, split_input)
                logits.append(network.logits)
        if wide.columns:
            with v1.variable_scope("linear", partitioner=split_input):
                linear, _ = linear_logits(
                    features, wide.columns, units, wide.sparse_combiner, "linear_model"
                )
                logits.append(wide.summarized(linear))
        batch = Batch(features, labels, mode)
        return spec_of(head, batch, _sum(logits), lambda loss: _train_op_v1(loss, wide, deep))

    return model_fn


def _sum(logits: Sequence[tf.Tensor]) -> tf.Tensor:
    return logits[0] if len(logits) == 1 else logits[0] + logits[1]


def _train_op_v1(loss: tf.Tensor, wide: Wide, deep: Deep) -> tf.Operation:
    """Each part's optimizer takes a step, then the global step is counted."""
    chosen = []
    if deep.columns:
        chosen.append(("dnn", v1_optimizer(deep.optimizer, _DNN_LEARNING_RATE)))
    if wide.columns:
        chosen.append(("linear", v1_optimizer(wide.optimizer, wide.learning_rate)))
    trainable = v1.GraphKeys.TRAINABLE_VARIABLES
    steps = [
        optimizer.minimize(loss, var_list=v1.get_collection(trainable, scope=part))
        for part, optimizer in chosen
    ]
    with tf.control_dependencies(steps):
        return v1.assign_add(v1.train.get_global_step(), 1).op


class DNNLinearCombinedClassifier(Estimator):
    """A wide and deep model for two or more classes.

    A linear model that remembers combinations, and a deep network that generalizes: their logits
    are added (Cheng et al., 2016, https://arxiv.org/abs/1606.07792).

        estimator = DNNLinearCombinedClassifier(
            linear_feature_columns=[crossed_town_and_age],
            dnn_feature_columns=[age, tf.feature_column.embedding_column(town, 8)],
            dnn_hidden_units=[64, 32])
        estimator.train(input_fn, steps=1000)

    Args:
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        linear_feature_columns: what the linear part looks at, as in `LinearClassifier`.
        linear_optimizer: trains the linear part: a tf_keras optimizer, a function that makes
            one, or `Adagrad`, `Adam`, `Ftrl`, `RMSProp` or `SGD`: with the learning rate
            min(0.005, 1 / sqrt(number of columns)).
        dnn_feature_columns: what the deep part looks at, as in `DNNClassifier`.
        dnn_optimizer: trains the deep part, likewise; by name with the learning rate 0.001.
        dnn_hidden_units: the size of each hidden layer, from the input upwards.
        dnn_activation_fn: what each hidden layer ends with: a function of a tensor, or the
            name of one in Keras.
        dnn_dropout: the share of a hidden layer's output to drop in training, in [0, 1).
        n_classes: how many classes there are. Labels are integers below it; with two classes
            also floats between 0 and 1.
        weight_column: name of the feature, or a numeric column, with the weight of each
            example in loss and metrics.
        label_vocabulary: the labels, if they are strings, in the order of their classes.
        config: a `RunConfig`.
        warm_start_from: a checkpoint or SavedModel from which all weights start, or
            `WarmStartSettings`.
        loss_reduction: how the losses of a batch become one: `sum_over_batch_size` or `sum`.
        batch_norm: whether to normalize the output of each hidden layer over the batch.
        linear_sparse_combiner: how the linear weights of a column's several values combine:
            `sum`, `mean` or `sqrtn`.

    Raises:
        ValueError: neither `linear_feature_columns` nor `dnn_feature_columns`, `n_classes` below
            2, a vocabulary of another length, or no such `loss_reduction`. Other faults show
            when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        wide = Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
        network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
        model_fn = model_fn_for(head, wide, Deep(dnn_feature_columns, dnn_optimizer, *network))
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedRegressor(Estimator):
    """A wide and deep model for numbers, with the squared error as its loss.

    Args:
        label_dimension: how many numbers to predict for an example. Labels have the shape
            `[batch, label_dimension]`, or `[batch]` if it is 1.

    For the other arguments see `DNNLinearCombinedClassifier`.

    Raises:
        ValueError: neither `linear_feature_columns` nor `dnn_feature_columns`,
            `label_dimension` below 1, or no such `loss_reduction`. Other faults show when
            training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        wide = Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
        network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
        model_fn = model_fn_for(head, wide, Deep(dnn_feature_columns, dnn_optimizer, *network))
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedEstimator(Estimator):
    """A wide and deep model for the task of a head.

    Args:
        head: a `Head`: it has the loss, the metrics and the predictions.

    For the other arguments see `DNNLinearCombinedClassifier`.

    Raises:
        ValueError: neither `linear_feature_columns` nor `dnn_feature_columns`. Other faults show
            when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        model_dir: str | None = None,
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
    ) -> None:
        wide = Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
        network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
        model_fn = model_fn_for(head, wide, Deep(dnn_feature_columns, dnn_optimizer, *network))
        super().__init__(model_fn, model_dir, config)


class DNNLinearCombinedClassifierV1(EstimatorV1):
    """`DNNLinearCombinedClassifier` as `tf.compat.v1.estimator` has it.

    Args:
        linear_optimizer: an optimizer of `tf.compat.v1.train`, a function that makes one, or a
            name as there.
        dnn_optimizer: likewise.
        input_layer_partitioner: how the columns' variables are split between parameter servers;
            by default into parts of at least 64 MB.
        loss_reduction: a value of `tf.compat.v1.losses.Reduction`: losses are summed by default.

    For the other arguments see `DNNLinearCombinedClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "weighted_sum",
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary)
        head = v1_head(head, loss_reduction)
        wide = Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
        network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
        deep = Deep(dnn_feature_columns, dnn_optimizer, *network)
        model_fn = model_fn_for_v1(head, wide, deep, input_layer_partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedRegressorV1(EstimatorV1):
    """`DNNLinearCombinedRegressor` as `tf.compat.v1.estimator` has it.

    For optimizers, `input_layer_partitioner` and `loss_reduction` see
    `DNNLinearCombinedClassifierV1`, for the other arguments `DNNLinearCombinedRegressor`.
    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = "weighted_sum",
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        head = v1_head(RegressionHead(label_dimension, weight_column), loss_reduction)
        wide = Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
        network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
        deep = Deep(dnn_feature_columns, dnn_optimizer, *network)
        model_fn = model_fn_for_v1(head, wide, deep, input_layer_partitioner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedEstimatorV1(EstimatorV1):
    """`DNNLinearCombinedEstimator` as `tf.compat.v1.estimator` has it.

    For optimizers and `input_layer_partitioner` see `DNNLinearCombinedClassifierV1`, for the other
    arguments `DNNLinearCombinedEstimator`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        model_dir: str | None = None,
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
    ) -> None:
        wide = Wide(linear_feature_columns, linear_optimizer, linear_sparse_combiner)
        network = (dnn_hidden_units, dnn_activation_fn, dnn_dropout, batch_norm)
        deep = Deep(dnn_feature_columns, dnn_optimizer, *network)
        model_fn = model_fn_for_v1(head, wide, deep, input_layer_partitioner)
        super().__init__(model_fn, model_dir, config)
