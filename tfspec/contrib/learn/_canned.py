"""tf.contrib.learn: canned estimators."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import canned
from tfspec.contrib.learn._estimator import Fitted, MetricSpec
from tfspec.contrib.learn._inputs import with_name
from tfspec.custom import add_metrics


class PredictionKey:
    """Names of what canned estimators predict."""

    CLASSES = "classes"
    PROBABILITIES = "probabilities"
    LOGITS = "logits"
    LOGISTIC = "logistic"
    SCORES = "scores"
    TOP_K = "top_k"
    GENERIC = "output"


class _Canned(Fitted):
    """A canned estimator of tf.estimator, with the methods of tf.contrib.learn."""

    _DEFAULT = PredictionKey.SCORES

    def __init__(self, make: Callable[..., Any], **settings: Any) -> None:
        given = {name: value for name, value in settings.items() if value is not None}
        self.core = make(**given)

    def _named(self, input_fn: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: with_name(input_fn())

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
        config: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(
            canned.LinearClassifierV1,
            feature_columns=feature_columns,
            model_dir=model_dir,
            n_classes=n_classes,
            weight_column=weight_column_name,
            optimizer=optimizer,
            config=config,
        )


class LinearRegressor(_Canned):
    """`tf.estimator.LinearRegressor`."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        label_dimension: int = 1,
        config: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(
            canned.LinearRegressorV1,
            feature_columns=feature_columns,
            model_dir=model_dir,
            weight_column=weight_column_name,
            optimizer=optimizer,
            label_dimension=label_dimension,
            config=config,
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
        config: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(
            canned.DNNClassifierV1,
            hidden_units=hidden_units,
            feature_columns=feature_columns,
            model_dir=model_dir,
            n_classes=n_classes,
            weight_column=weight_column_name,
            optimizer=optimizer,
            activation_fn=activation_fn,
            dropout=dropout,
            config=config,
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
        label_dimension: int = 1,
        config: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(
            canned.DNNRegressorV1,
            hidden_units=hidden_units,
            feature_columns=feature_columns,
            model_dir=model_dir,
            weight_column=weight_column_name,
            optimizer=optimizer,
            activation_fn=activation_fn,
            dropout=dropout,
            label_dimension=label_dimension,
            config=config,
        )


class _Combined(_Canned):
    """Linear and deep together, with the arguments that both have."""

    def __init__(
        self,
        make: Callable[..., Any],
        model_dir: str | None,
        weight_column_name: str | None,
        linear_feature_columns: Sequence[Any] | None,
        linear_optimizer: Any,
        dnn_feature_columns: Sequence[Any] | None,
        dnn_optimizer: Any,
        dnn_hidden_units: Sequence[int] | None,
        dnn_activation_fn: Callable[[Any], Any],
        dnn_dropout: float | None,
        **settings: Any,
    ) -> None:
        super().__init__(
            make,
            model_dir=model_dir,
            weight_column=weight_column_name,
            linear_feature_columns=linear_feature_columns,
            linear_optimizer=linear_optimizer,
            dnn_feature_columns=dnn_feature_columns,
            dnn_optimizer=dnn_optimizer,
            dnn_hidden_units=dnn_hidden_units,
            dnn_activation_fn=dnn_activation_fn,
            dnn_dropout=dnn_dropout,
            **settings,
        )


class DNNLinearCombinedClassifier(_Combined, _Classifier):
    """`tf.estimator.DNNLinearCombinedClassifier`."""

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = None,
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Any], Any] = tf.nn.relu,
        dnn_dropout: float | None = None,
        config: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(
            canned.DNNLinearCombinedClassifierV1, model_dir, weight_column_name,
            linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer,
            dnn_hidden_units, dnn_activation_fn, dnn_dropout, n_classes=n_classes, config=config,
        )


class DNNLinearCombinedRegressor(_Combined):
    """`tf.estimator.DNNLinearCombinedRegressor`."""

    def __init__(
        self,
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = None,
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Any], Any] = tf.nn.relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        config: Any = None,
        **others: Any,
    ) -> None:
        super().__init__(
            canned.DNNLinearCombinedRegressorV1, model_dir, weight_column_name,
            linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer,
            dnn_hidden_units, dnn_activation_fn, dnn_dropout, label_dimension=label_dimension,
            config=config,
        )
