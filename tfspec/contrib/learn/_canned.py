"""tf.contrib.learn: canned estimators."""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import canned
from tfspec.contrib.estimator import clip_gradients_by_norm
from tfspec.contrib.estimator.inner import get_optimizer_instance
from tfspec.contrib.learn._estimator import Fitted, MetricSpec
from tfspec.contrib.learn._inputs import engineered, with_name
from tfspec.custom import add_metrics

_logger = logging.getLogger("tensorflow")
_train = tf.compat.v1.train
_Reduction = tf.compat.v1.losses.Reduction
_OPTIMIZERS = {"optimizer", "linear_optimizer", "dnn_optimizer"}
_LINEAR_RATE, _DNN_RATE = 0.2, 0.05
_METRICS = {
    "accuracy_baseline": "accuracy/baseline_label_mean",
    "label/mean": "labels/actual_label_mean",
    "prediction/mean": "labels/prediction_mean",
    "precision": "precision/positive_threshold_0.500000_mean",
    "recall": "recall/positive_threshold_0.500000_mean",
}


class PredictionKey:
    """Names of what canned estimators predict."""

    CLASSES = "classes"
    PROBABILITIES = "probabilities"
    LOGITS = "logits"
    LOGISTIC = "logistic"
    SCORES = "scores"
    TOP_K = "top_k"
    GENERIC = "output"


_KEYS = {value for name, value in vars(PredictionKey).items() if name.isupper()}


class _Canned(Fitted):
    """A canned estimator of tf.estimator, with the methods of tf.contrib.learn."""

    _DEFAULT = PredictionKey.SCORES

    def __init__(
        self,
        make: Callable[..., Any],
        *,
        gradient_clip_norm: float | None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None,
        without_effect: Mapping[str, Any],
        **settings: Any,
    ) -> None:
        for name, value in without_effect.items():
            if value:
                _logger.warning("tf.contrib.learn: %s has no effect with tfspec.", name)
        given = {name: value for name, value in settings.items() if value is not None}
        for name in _OPTIMIZERS & set(given) if gradient_clip_norm is not None else ():
            given[name] = _clipping(given[name], gradient_clip_norm)
        self._engineer = feature_engineering_fn
        # The loss was the mean over a batch; tf.estimator's sums are steps as many times longer.
        self.core = make(loss_reduction=_Reduction.SUM_OVER_BATCH_SIZE, **given)

    def named(self, input_fn: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: with_name(engineered(input_fn(), self._engineer))

    def renamed(self, results: dict[str, Any]) -> dict[str, Any]:
        found = {_METRICS.get(name, name): value for name, value in results.items()}
        found["loss"] = found.pop("average_loss", results["loss"])  # over all examples
        if "precision" in results:
            found["accuracy/threshold_0.500000_mean"] = results["accuracy"]
        else:  # more than two classes, or a regression
            found = {name: value for name, value in found.items() if not name.startswith("labels/")}
        return found

    @contextlib.contextmanager
    def _measuring(self, metrics: Mapping[str, MetricSpec] | None) -> Iterator[None]:
        def measure(features: Any, labels: Any, predictions: Any) -> dict[str, Any]:
            values = _by_their_names(predictions)
            return {
                name: metric.create_metric_ops(features, labels, values)
                for name, metric in metrics.items()
            }

        core = self.core
        if metrics:
            self.core = add_metrics(core, measure)
        try:
            yield
        finally:
            self.core = core

    def predict(
        self,
        x: Any = None,
        input_fn: Callable[[], Any] | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
    ) -> Any:
        """Predicts for arrays, or for what `input_fn` gives, one example after the other.

        Args:
            x, input_fn, batch_size: what to predict for.
            outputs: keys of `PredictionKey`; None for the class or value alone.
            as_iterable: whether to give a generator rather than an array.

        Returns:
            A dict per example, or without `outputs` its class (an int) or value (a float).
        """
        found = super().predict(x, input_fn, batch_size)
        named = (_by_their_names(each) for each in found)
        if outputs is None:
            named = (each[self._DEFAULT][()] for each in named)  # a number, if it is one
        else:
            named = ({key: each[key] for key in outputs} for each in named)
        return named if as_iterable else np.array(list(named))

    def predict_all(
        self, x: Any, batch_size: int | None = None, outputs: Sequence[str] | None = None
    ) -> Iterator[Any]:
        found = Fitted.predict(self, x, None, batch_size)
        for named in (_by_their_names(each) for each in found):
            keys = [key for key in named if key in _KEYS] if outputs is None else outputs
            yield {key: named[key] for key in keys}

    def predict_classes(self, *args: Any, as_iterable: bool = True, **kwargs: Any) -> Any:
        """The class of each example."""
        return self._only(PredictionKey.CLASSES, args, kwargs, as_iterable)

    def predict_proba(self, *args: Any, as_iterable: bool = True, **kwargs: Any) -> Any:
        """The probabilities of each example's classes."""
        return self._only(PredictionKey.PROBABILITIES, args, kwargs, as_iterable)

    def predict_scores(self, *args: Any, as_iterable: bool = True, **kwargs: Any) -> Any:
        """The value of each example."""
        return self._only(PredictionKey.SCORES, args, kwargs, as_iterable)

    def _only(self, key: str, args: Any, kwargs: Any, as_iterable: bool) -> Any:
        found = (each[key][()] for each in self.predict(*args, outputs=[key], **kwargs))
        return found if as_iterable else np.array(list(found))


def _by_their_names(predictions: Mapping[str, Any]) -> dict[str, Any]:
    """What tf.estimator predicts, under the names and in the shapes of tf.contrib.learn."""
    found = dict(predictions)
    for name, old in (("class_ids", PredictionKey.CLASSES), ("predictions", PredictionKey.SCORES)):
        if name in found:
            value = found[name]
            found[old] = value[..., 0] if value.shape[-1] == 1 else value
    return found


def _clipping(given: Any, norm: float) -> Any:
    """An optimizer, or a function that makes one, with gradients clipped to a norm."""
    if isinstance(given, canned.LinearSDCA):
        return given
    return lambda: clip_gradients_by_norm(get_optimizer_instance(given, _DNN_RATE), norm)


def _ftrl(columns: Sequence[Any] | None) -> Callable[[], Any]:
    """What makes the optimizer of a linear model over these columns."""
    rate = min(_LINEAR_RATE, 1.0 / math.sqrt(len(columns or ()) or 1))
    return lambda: _train.FtrlOptimizer(rate)


def _adagrad() -> Callable[[], Any]:
    """What makes the optimizer of a network."""
    return lambda: _train.AdagradOptimizer(_DNN_RATE)


class _Classifier(_Canned):
    _DEFAULT = PredictionKey.CLASSES


class LinearClassifier(_Classifier):
    """`tf.estimator.LinearClassifier`."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        _joint_weight: bool = False,
        config: Any = None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        label_keys: Sequence[str] | None = None,
    ) -> None:
        super().__init__(
            canned.LinearClassifierV1,
            feature_columns=feature_columns,
            model_dir=model_dir,
            n_classes=n_classes,
            weight_column=weight_column_name,
            optimizer=optimizer or _ftrl(feature_columns),
            label_vocabulary=label_keys,
            config=config,
            gradient_clip_norm=gradient_clip_norm,
            feature_engineering_fn=feature_engineering_fn,
            without_effect={
                "enable_centered_bias": enable_centered_bias,
            },
        )


class LinearRegressor(_Canned):
    """`tf.estimator.LinearRegressor`."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        _joint_weights: bool = False,
        config: Any = None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
    ) -> None:
        super().__init__(
            canned.LinearRegressorV1,
            feature_columns=feature_columns,
            model_dir=model_dir,
            weight_column=weight_column_name,
            optimizer=optimizer or _ftrl(feature_columns),
            label_dimension=label_dimension,
            config=config,
            gradient_clip_norm=gradient_clip_norm,
            feature_engineering_fn=feature_engineering_fn,
            without_effect={
                "enable_centered_bias": enable_centered_bias,
            },
        )


class DNNClassifier(_Classifier):
    """`tf.estimator.DNNClassifier`."""

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Callable[[Any], Any] = tf.nn.relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        embedding_lr_multipliers: Mapping[Any, float] | None = None,
        input_layer_min_slice_size: int | None = None,
        label_keys: Sequence[str] | None = None,
    ) -> None:
        super().__init__(
            canned.DNNClassifierV1,
            hidden_units=hidden_units,
            feature_columns=feature_columns,
            model_dir=model_dir,
            n_classes=n_classes,
            weight_column=weight_column_name,
            optimizer=optimizer or _adagrad(),
            activation_fn=activation_fn,
            dropout=dropout,
            label_vocabulary=label_keys,
            config=config,
            gradient_clip_norm=gradient_clip_norm,
            feature_engineering_fn=feature_engineering_fn,
            without_effect={
                "enable_centered_bias": enable_centered_bias,
                "embedding_lr_multipliers": embedding_lr_multipliers,
            },
        )


class DNNRegressor(_Canned):
    """`tf.estimator.DNNRegressor`."""

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Callable[[Any], Any] = tf.nn.relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        label_dimension: int = 1,
        embedding_lr_multipliers: Mapping[Any, float] | None = None,
        input_layer_min_slice_size: int | None = None,
    ) -> None:
        super().__init__(
            canned.DNNRegressorV1,
            hidden_units=hidden_units,
            feature_columns=feature_columns,
            model_dir=model_dir,
            weight_column=weight_column_name,
            optimizer=optimizer or _adagrad(),
            activation_fn=activation_fn,
            dropout=dropout,
            label_dimension=label_dimension,
            config=config,
            gradient_clip_norm=gradient_clip_norm,
            feature_engineering_fn=feature_engineering_fn,
            without_effect={
                "enable_centered_bias": enable_centered_bias,
                "embedding_lr_multipliers": embedding_lr_multipliers,
            },
        )


class DNNLinearCombinedClassifier(_Classifier):
    """`tf.estimator.DNNLinearCombinedClassifier`."""

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = None,
        _joint_linear_weights: bool = False,
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Any], Any] = tf.nn.relu,
        dnn_dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        embedding_lr_multipliers: Mapping[Any, float] | None = None,
        input_layer_min_slice_size: int | None = None,
        label_keys: Sequence[str] | None = None,
        fix_global_step_increment_bug: bool = False,
    ) -> None:
        super().__init__(
            canned.DNNLinearCombinedClassifierV1,
            model_dir=model_dir,
            n_classes=n_classes,
            weight_column=weight_column_name,
            linear_feature_columns=linear_feature_columns,
            linear_optimizer=linear_optimizer or _ftrl(linear_feature_columns),
            dnn_feature_columns=dnn_feature_columns,
            dnn_optimizer=dnn_optimizer or _adagrad(),
            dnn_hidden_units=dnn_hidden_units,
            dnn_activation_fn=dnn_activation_fn,
            dnn_dropout=dnn_dropout,
            label_vocabulary=label_keys,
            config=config,
            gradient_clip_norm=gradient_clip_norm,
            feature_engineering_fn=feature_engineering_fn,
            without_effect={
                "enable_centered_bias": enable_centered_bias,
                "embedding_lr_multipliers": embedding_lr_multipliers,
            },
        )


class DNNLinearCombinedRegressor(_Canned):
    """`tf.estimator.DNNLinearCombinedRegressor`."""

    def __init__(
        self,
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = None,
        _joint_linear_weights: bool = False,
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Any], Any] = tf.nn.relu,
        dnn_dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        config: Any = None,
        feature_engineering_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        embedding_lr_multipliers: Mapping[Any, float] | None = None,
        input_layer_min_slice_size: int | None = None,
        fix_global_step_increment_bug: bool = False,
    ) -> None:
        super().__init__(
            canned.DNNLinearCombinedRegressorV1,
            model_dir=model_dir,
            weight_column=weight_column_name,
            linear_feature_columns=linear_feature_columns,
            linear_optimizer=linear_optimizer or _ftrl(linear_feature_columns),
            dnn_feature_columns=dnn_feature_columns,
            dnn_optimizer=dnn_optimizer or _adagrad(),
            dnn_hidden_units=dnn_hidden_units,
            dnn_activation_fn=dnn_activation_fn,
            dnn_dropout=dnn_dropout,
            label_dimension=label_dimension,
            config=config,
            gradient_clip_norm=gradient_clip_norm,
            feature_engineering_fn=feature_engineering_fn,
            without_effect={
                "enable_centered_bias": enable_centered_bias,
                "embedding_lr_multipliers": embedding_lr_multipliers,
            },
        )
