"""tf.contrib.learn: canned estimators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import canned
from tfspec.contrib.learn._estimator import Fitted


class _Canned(Fitted):
    """A canned estimator of tf.estimator, with the methods of tf.contrib.learn."""

    def __init__(self, make: Callable[..., Any], **settings: Any) -> None:
        given = {name: value for name, value in settings.items() if value is not None}
        self.core = make(**given)

    def predict_classes(self, *args: Any, **kwargs: Any) -> Any:
        """The class of each example."""
        return (found["class_ids"][0] for found in self.predict(*args, **kwargs))

    def predict_proba(self, *args: Any, **kwargs: Any) -> Any:
        """The probabilities of each example's classes."""
        return (found["probabilities"] for found in self.predict(*args, **kwargs))

    def predict_scores(self, *args: Any, **kwargs: Any) -> Any:
        """The value of each example."""
        return (found["predictions"][0] for found in self.predict(*args, **kwargs))


class LinearClassifier(_Canned):
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


class DNNClassifier(_Canned):
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


class DNNLinearCombinedClassifier(_Combined):
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
