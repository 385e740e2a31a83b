"""tf.contrib.eager.metrics: metrics that are called with each batch."""

from __future__ import annotations

import re
from typing import Any

import tensorflow as tf


class Metric:
    """A metric: `build` makes its variables, `call` takes a batch, `result` gives the value.

    Args:
        name: of the metric; by default that of its class.
        use_global_variables: has no effect: variables are objects of their own.
    """

    def __init__(self, name: str | None = None, use_global_variables: bool = False) -> None:
        self._name = name or type(self).__name__
        self._scope = re.sub("[^A-Za-z0-9_.-]", "_", self._name)
        self._variables: list[tf.Variable] = []
        self._starts: list[Any] = []
        self._built = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def variables(self) -> list[tf.Variable]:
        return self._variables

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Takes a batch; returns what `call` does."""
        if not self._built:
            self.build(*args, **kwargs)
            self._built = True
        return self.call(*args, **kwargs)

    def add_variable(self, name: str, shape: Any, dtype: Any, initializer: Any) -> tf.Variable:
        """A variable of the metric; `initializer` is of a shape and a type."""
        make = initializer() if isinstance(initializer, type) else initializer
        start = make(tf.TensorShape(shape), dtype=dtype)
        variable = tf.Variable(start, trainable=False, name=f"{self._scope}/{name}")
        self._variables.append(variable)
        self._starts.append(start)
        return variable

    def init_variables(self) -> None:
        """Begins anew."""
        for variable, start in zip(self._variables, self._starts, strict=True):
            variable.assign(start)

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Makes the variables, with `add_variable`; is called with the first batch."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Takes a batch."""
        raise NotImplementedError("Metrics must define a call() member function")

    def result(self) -> Any:
        """The value of all batches so far."""
        raise NotImplementedError("Metrics must define a result() member function")


class Mean(Metric):
    """The weighted mean of all values."""

    def __init__(
        self, name: str | None = None, dtype: Any = tf.float64, use_global_variables: bool = False
    ) -> None:
        super().__init__(name, use_global_variables)
        self.dtype = dtype

    def build(self, *args: Any, **kwargs: Any) -> None:
        zero = tf.zeros_initializer()
        self.numer = self.add_variable("numer", (), self.dtype, zero)
        self.denom = self.add_variable("denom", (), self.dtype, zero)

    def call(self, values: Any, weights: Any = None) -> Any:
        """Takes values of any shape, and weights that go with them."""
        values = tf.convert_to_tensor(values)
        if weights is None:
            total = tf.reduce_sum(values)
            self.denom.assign_add(tf.cast(tf.size(values), self.dtype))
            self.numer.assign_add(tf.cast(total, self.dtype))
            return total
        values = tf.cast(values, self.dtype)
        weights = tf.cast(tf.convert_to_tensor(weights), self.dtype)
        self.denom.assign_add(tf.reduce_sum(weights))
        self.numer.assign_add(tf.reduce_sum(values * weights))
        return values, weights

    def result(self) -> Any:
        return self.numer / self.denom


class Accuracy(Mean):
    """How often predictions equal labels."""

    def __init__(self, name: str | None = None, dtype: Any = tf.float64) -> None:
        super().__init__(name, dtype)

    def call(self, labels: Any, predictions: Any, weights: Any = None) -> Any:
        """Takes labels and predictions of one shape."""
        super().call(tf.cast(self._is_right(labels, predictions), self.dtype), weights)
        return (labels, predictions) if weights is None else (labels, predictions, weights)

    def _is_right(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(labels, predictions)


class CategoricalAccuracy(Accuracy):
    """How often the largest prediction is that of the one-hot label."""

    def _is_right(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(tf.argmax(labels, -1), tf.argmax(predictions, -1))


class SparseAccuracy(Accuracy):
    """How often the largest prediction is that of the label."""

    def _is_right(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(tf.cast(labels, tf.int64), tf.argmax(predictions, -1))


class BinaryAccuracy(Accuracy):
    """How often predictions above a threshold are labelled 1, and others 0."""

    def __init__(
        self, threshold: float, name: str | None = None, dtype: Any = tf.float64
    ) -> None:
        super().__init__(name, dtype)
        self.threshold = threshold

    def _is_right(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(tf.cast(predictions > self.threshold, tf.bool), tf.cast(labels, tf.bool))
