"""Baseline estimators: they learn the mean label and look at no feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.canned._columns import check_features
from tfspec.canned._optimizers import KerasOptimizer
from tfspec.canned._specs import Batch, Part, minimize_v1, spec, spec_of
from tfspec.config import RunConfig
from tfspec.custom import Estimator, EstimatorV1
from tfspec.heads import Head, RegressionHead, classification_head, v1_head

v1 = tf.compat.v1
ModelFn = Callable[..., Any]

_LEARNING_RATE = 0.3  # of an optimizer given by name


def _logits(features: Any, units: int) -> tuple[tf.Tensor, tf.Variable]:
    """The same logits `[batch, units]` for every example, and the variable that holds them."""
    check_features(features)
    with v1.variable_scope("baseline"):
        bias = v1.get_variable("bias", [units], initializer=v1.zeros_initializer())
        return tf.ones([_batch_size(features), units]) * bias, bias


def _batch_size(features: Mapping[Any, Any]) -> tf.Tensor:
    """The first dimension of the features, checked to be that of all."""
    tensors = [
        value if isinstance(value, tf.SparseTensor) else tf.convert_to_tensor(value)
        for _, value in sorted(features.items())
    ]
    if not tensors:
        raise ValueError("features must not be empty: they tell how big a batch is.")
    size, *others = (tf.shape(tensor)[0] for tensor in tensors)
    same = [v1.assert_equal(size, other) for other in others]
    with tf.control_dependencies(same):
        return tf.identity(size)


def _model_fn(head: Head, optimizer: Any) -> ModelFn:
    keras_optimizer = KerasOptimizer(optimizer, learning_rate=_LEARNING_RATE)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        del config
        logits, bias = _logits(features, head.logits_dimension)
        return spec(head, Batch(features, labels, mode), logits, [Part([bias], keras_optimizer)])

    return model_fn


def _model_fn_v1(head: Head, optimizer: Any) -> ModelFn:
    minimize = minimize_v1(optimizer, _LEARNING_RATE)

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        del config
        logits, _ = _logits(features, head.logits_dimension)
        return spec_of(head, Batch(features, labels, mode), logits, minimize)

    return model_fn


class BaselineClassifier(Estimator):
    """Predicts for every example how often each class came: what a real model has to beat.

        baseline = BaselineClassifier(n_classes=3)
        baseline.train(input_fn, steps=100)
        print(baseline.evaluate(input_fn)["accuracy"])

    Of the features, a dict of tensors `[batch, ...]`, only the number of examples counts (and the
    weights, with `weight_column`). Labels have the shape `[batch, 1]` or `[batch]`. The one
    variable is named `baseline/bias`.

    Args:
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        n_classes: how many classes there are. Labels are integers below it; with two classes
            also floats between 0 and 1.
        weight_column: name of the feature, or a numeric column, with the weight of each
            example in loss and metrics.
        label_vocabulary: the labels, if they are strings, in the order of their classes.
        optimizer: a tf_keras optimizer, a function that makes one, or `Adagrad`, `Adam`,
            `Ftrl`, `RMSProp` or `SGD`: with the learning rate 0.3.
        config: a `RunConfig`.
        loss_reduction: how the losses of a batch become one: `sum_over_batch_size` or `sum`.

    Raises:
        ValueError: `n_classes` below 2, a vocabulary of another length, or no such
            `loss_reduction`. A faulty optimizer shows when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = "sum_over_batch_size",
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(_model_fn(head, optimizer), model_dir, config)


class BaselineRegressor(Estimator):
    """Predicts the mean label for every example: what a real model has to beat.

    Args:
        label_dimension: how many numbers to predict for an example. Labels have the shape
            `[batch, label_dimension]`, or `[batch]` if it is 1.

    For the other arguments see `BaselineClassifier`.

    Raises:
        ValueError: `label_dimension` below 1, or no such `loss_reduction`. A faulty optimizer
            shows when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = "sum_over_batch_size",
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(_model_fn(head, optimizer), model_dir, config)


class BaselineEstimator(Estimator):
    """The best guess without features, for the task of a head.

        BaselineEstimator(MultiLabelHead(n_classes=5))

    Args:
        head: a `Head`: it has the loss, the metrics and the predictions.

    For the other arguments see `BaselineClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        model_dir: str | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
    ) -> None:
        super().__init__(_model_fn(head, optimizer), model_dir, config)


class BaselineClassifierV1(EstimatorV1):
    """`BaselineClassifier` as `tf.compat.v1.estimator` has it.

    Args:
        optimizer: an optimizer of `tf.compat.v1.train`, a function that makes one, or a name as
            there.
        loss_reduction: a value of `tf.compat.v1.losses.Reduction`: losses are summed by default.

    For the other arguments see `BaselineClassifier`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = "weighted_sum",
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary)
        model_fn = _model_fn_v1(v1_head(head, loss_reduction), optimizer)
        super().__init__(model_fn, model_dir, config)


class BaselineRegressorV1(EstimatorV1):
    """`BaselineRegressor` as `tf.compat.v1.estimator` has it.

    For `optimizer` and `loss_reduction` see `BaselineClassifierV1`, for the other arguments
    `BaselineRegressor`. Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = "weighted_sum",
    ) -> None:
        head = v1_head(RegressionHead(label_dimension, weight_column), loss_reduction)
        super().__init__(_model_fn_v1(head, optimizer), model_dir, config)


class BaselineEstimatorV1(EstimatorV1):
    """`BaselineEstimator` as `tf.compat.v1.estimator` has it.

    For `optimizer` see `BaselineClassifierV1`, for the other arguments `BaselineEstimator`.
    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        model_dir: str | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
    ) -> None:
        super().__init__(_model_fn_v1(head, optimizer), model_dir, config)
