"""Keras 3 models that define steps or losses of their own: Estimators take them as Keras does."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.keras.models import BATCH, X, Y
from tests.keras.test_keras_3 import Losses, batches, compiled
from tfspec.keras.estimator import model_to_estimator

layers = keras.layers
FORMATS = ("checkpoint", "saver")


@pytest.fixture(autouse=True)
def fresh_names():
    keras.backend.clear_session()


class _Line(keras.Model):
    """A layer that starts with zeros."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = layers.Dense(1, kernel_initializer="zeros")

    def call(self, inputs):
        return self.dense(inputs)


class OwnLoss(_Line):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return tf.reduce_mean(tf.abs(y - y_pred)) * (2.0 if training else 1.0)


class OwnSteps(_Line):
    """As Keras' guide writes them: trackers of the model's own, and a metric of Keras."""

    def __init__(self, **options):
        super().__init__(**options)
        self.total = keras.metrics.Mean(name="total")
        self.error = keras.metrics.MeanAbsoluteError(name="mae")

    def _observed(self, data, training):
        x, y = data
        y_pred = self(x, training=training)
        loss = tf.reduce_mean((y - y_pred) ** 2)
        self.total.update_state(loss)
        self.error.update_state(y, y_pred)
        return loss

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = self._observed(data, True)
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return {"loss": self.total.result(), "mae": self.error.result()}

    def test_step(self, data):
        self._observed(data, False)
        highest = tf.reduce_max(data[1])
        return {"loss": self.total.result(), "mae": self.error.result(), "highest": highest}


class DoubledSteps(_Line):
    """Calls the steps of Keras."""

    def train_step(self, data):
        return super().train_step(data)

    def test_step(self, data):
        logs = super().test_step(data)
        return {**logs, "twice": logs["loss"] * 2}


class OnlyFeatures(_Line):
    """No labels and no compiled loss: all is in the training step."""

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(data, training=True) - 1.0) ** 2)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        return {"loss": loss}

    def test_step(self, data):
        return {"loss": tf.reduce_mean((self(data) - 1.0) ** 2)}


def _by_keras(step, model, labels):
    """The loss of each batch, as a step of the model gives it."""
    losses = []
    for start in range(0, len(X), BATCH):
        x, y = (tf.constant(array[start : start + BATCH]) for array in (X, Y))
        model.reset_metrics()
        losses.append(float(step((x, y) if labels else x)["loss"]))
    model.reset_metrics()
    return losses


@pytest.mark.parametrize("checkpoint_format", FORMATS)
@pytest.mark.parametrize("kind", [OwnLoss, OwnSteps, DoubledSteps, OnlyFeatures])
def test_trains_and_evaluates_as_keras_does(kind, checkpoint_format):
    labels = kind is not OnlyFeatures
    data = batches(X, Y) if labels else batches(X)
    model = kind()
    loss = "mse" if kind in (OwnLoss, DoubledSteps) else None
    compiled(model, keras.optimizers.Adam(0.05), loss, ["mae"] if loss else None)
    model(X[:1])
    converted = model_to_estimator(model, checkpoint_format=checkpoint_format)
    losses = Losses()
    converted.train(data, hooks=[losses])
    assert losses.seen == pytest.approx(_by_keras(model.train_step, model, labels), rel=1e-5)
    results = converted.evaluate(data)
    assert results.pop("global_step") == 4
    expected = model.evaluate(X, Y if labels else None, BATCH, verbose=0, return_dict=True)
    # By its own tracker, which only Keras' steps fill.
    expected["loss"] = np.mean(_by_keras(model.test_step, model, labels))
    if kind is OwnSteps:
        # Keras gives what the last batch returned, an Estimator the mean.
        highest = [Y[start : start + BATCH].max() for start in range(0, len(Y), BATCH)]
        assert results.pop("highest") == pytest.approx(np.mean(highest))
        expected.pop("highest")
    assert results == pytest.approx(expected, rel=1e-5)
    first = next(converted.predict(batches(X)))
    np.testing.assert_allclose(first["output_1"], model.predict(X, verbose=0)[0], rtol=1e-5)


def test_training_goes_on_from_a_checkpoint(tmp_path):
    def converted():
        keras.backend.clear_session()
        model = compiled(OwnSteps(), keras.optimizers.Adam(0.05), None, None)
        return model_to_estimator(model, model_dir=tmp_path)

    losses = Losses()
    for _ in range(2):
        converted().train(batches(X, Y, epochs=5), hooks=[losses])
    model = compiled(OwnSteps(), keras.optimizers.Adam(0.05), None, None)
    expected = [loss for _ in range(10) for loss in _by_keras(model.train_step, model, True)]
    assert losses.seen == pytest.approx(expected, rel=1e-5)


def test_a_step_that_tells_no_loss():
    class Silent(_Line):
        def train_step(self, data):
            return {"accuracy": 1.0}

    converted = model_to_estimator(compiled(Silent()))
    with pytest.raises(ValueError, match=r"Silent.train_step has to return a dict with .*'loss'"):
        converted.train(batches(X, Y))
