"""Canned estimators of tf.contrib.learn, trained as TensorFlow 1.15 trained them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import layers, learn, linear_optimizer

v1 = tf.compat.v1
RANDOM = np.random.RandomState(0)
X = RANDOM.rand(20, 2).astype(np.float32)
Y = (X.sum(axis=1) > 1).astype(np.int64)
IDS = np.array([str(i) for i in range(20)])
KEYS = np.array(list("abcd"))[RANDOM.randint(0, 4, 20)]
WEIGHTS = RANDOM.rand(20).astype(np.float32)
OPTIMIZER = v1.train.GradientDescentOptimizer
# The names of a binary classifier's results.
BINARY = {
    "accuracy", "accuracy/baseline_label_mean", "accuracy/threshold_0.500000_mean", "auc",
    "auc_precision_recall", "global_step", "labels/actual_label_mean", "labels/prediction_mean",
    "loss", "precision/positive_threshold_0.500000_mean",
    "recall/positive_threshold_0.500000_mean",
}


def columns():
    return [layers.real_valued_column("x", 2)]


def reading(labels=Y):
    return lambda: ({"x": tf.constant(X)}, tf.constant(labels))


def doubled(features, labels):
    return {**features, "x": features["x"] * 2}, labels


CASES = {
    "more classes": (learn.LinearClassifier, {"n_classes": 3}, 0.45182),
    "two classes": (learn.LinearClassifier, {}, 0.46564),
    "an optimizer": (learn.LinearClassifier, {"optimizer": OPTIMIZER(0.5)}, 0.45331),
    "clipped": (
        learn.LinearClassifier, {"optimizer": OPTIMIZER(5.0), "gradient_clip_norm": 0.05}, 0.27935),
    "engineered": (learn.LinearClassifier, {"feature_engineering_fn": doubled}, 0.402),
    "regression": (learn.LinearRegressor, {}, 0.09716),
}


@pytest.mark.parametrize("name", CASES)
def test_training(name):
    make, settings, loss = CASES[name]
    labels = Y.astype(np.float32) if make is learn.LinearRegressor else Y
    estimator = make(columns(), **settings)
    estimator.fit(input_fn=reading(labels), steps=30)
    found = estimator.evaluate(input_fn=reading(labels), steps=1)
    np.testing.assert_allclose(found["loss"], loss, atol=1e-5)
    if make is learn.LinearRegressor:
        assert set(found) == {"global_step", "loss"}
    elif "n_classes" in settings:
        assert set(found) == {"accuracy", "global_step", "loss"}
    else:
        assert set(found) == BINARY


def test_the_linear_part_of_a_combined_model_learns_as_fast():
    estimator = learn.DNNLinearCombinedClassifier(linear_feature_columns=columns())
    estimator.fit(input_fn=reading(), steps=30)
    found = estimator.evaluate(input_fn=reading(), steps=1)
    np.testing.assert_allclose(found["loss"], 0.46564, atol=1e-5)


def test_what_has_no_effect_is_named(caplog):
    learn.LinearClassifier(columns(), enable_centered_bias=True)
    assert "enable_centered_bias has no effect" in caplog.text


def sdca_input():
    keys = tf.SparseTensor([[i, 0] for i in range(20)], tf.constant(KEYS), [20, 1])
    features = {"x": X[:, :1], "id": IDS, "w": WEIGHTS}
    return {name: tf.constant(x) for name, x in features.items()} | {"k": keys}, tf.constant(Y)


@pytest.mark.parametrize(
    "weighted, settings, loss",
    [
        (False, {"symmetric_l2_regularization": 0.5}, 0.4233),
        (False, {"symmetric_l1_regularization": 0.1, "adaptive": False}, 0.4303),
        (True, {"num_table_shards": 3}, 0.4516),
    ],
)
def test_sdca(weighted, settings, loss):
    column = layers.sparse_column_with_keys("k", ["a", "b", "c", "d"])
    column = layers.weighted_sparse_column(column, "w") if weighted else column
    optimizer = linear_optimizer.SDCAOptimizer("id", **settings)
    both = [layers.real_valued_column("x"), column]
    estimator = learn.LinearClassifier(both, optimizer=optimizer)
    v1.disable_v2_tensorshape()  # as in programs of TensorFlow 1
    try:
        estimator.fit(input_fn=sdca_input, steps=10)
    finally:
        v1.enable_v2_tensorshape()
    found = estimator.evaluate(input_fn=sdca_input, steps=1)
    np.testing.assert_allclose(found["loss"], loss, atol=3e-4)
