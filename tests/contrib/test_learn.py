"""tf.contrib.learn as its first tutorials used it: arrays in, classes out."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import layers, learn, metrics

X = np.linspace(-1, 1, 40, dtype=np.float32).reshape(20, 2)
Y = (X.sum(axis=1) > 0).astype(np.int64)
ACCURACY = learn.MetricSpec(metrics.streaming_accuracy, learn.PredictionKey.CLASSES)


def tensors():
    return tf.constant(X), tf.constant(Y)


def dataset():
    return tf.data.Dataset.from_tensors((X, Y)).repeat(200)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    columns = [layers.real_valued_column("", dimension=2)]
    made = learn.DNNClassifier(
        [8], columns, n_classes=3, model_dir=str(tmp_path_factory.mktemp("m")),
        optimizer=tf.compat.v1.train.AdamOptimizer(0.05),
    )
    return made.fit(X, Y, steps=150)


@pytest.mark.parametrize(
    "given",
    [{"x": X, "y": Y}, {"input_fn": tensors, "steps": 1}, {"input_fn": dataset, "steps": 2}],
    ids=["arrays", "tensors", "dataset"],
)
def test_features_without_a_name(classifier, given):
    found = classifier.evaluate(**given, metrics={"mine": ACCURACY})
    assert found["accuracy"] == found["mine"] > 0.9
    assert "mine" not in classifier.evaluate(**given)


def test_predictions_are_classes(classifier):
    classes = list(classifier.predict(X))
    assert [type(each) for each in classes[:1]] == [np.int64] and len(classes) == 20
    assert np.mean(classes == Y) > 0.9
    # Tensors that nothing changes are one batch.
    np.testing.assert_array_equal(list(classifier.predict_classes(input_fn=tensors)), classes)
    np.testing.assert_array_equal(classifier.predict(X, as_iterable=False), classes)
    shares = classifier.predict_proba(X, as_iterable=False)
    assert shares.shape == (20, 3) and (shares.argmax(axis=1) == classes).all()
    both = next(classifier.predict(X, outputs=["classes", "logits"]))
    assert set(both) == {"classes", "logits"}


def test_regression_over_inferred_columns():
    columns = learn.infer_real_valued_columns_from_input(X)
    assert [(column.key, column.shape) for column in columns] == [("", (2,))]
    named = {"b": X, "a": X[:, 0]}
    found = learn.infer_real_valued_columns_from_input_fn(lambda: (named, Y))
    assert [(column.key, column.shape) for column in found] == [("a", (1,)), ("b", (2,))]
    regressor = learn.LinearRegressor(columns)
    regressor.fit(X, Y.astype(np.float32), steps=5, batch_size=10)
    values = regressor.predict(X, as_iterable=False)
    assert values.shape == (20,) and values.dtype == np.float32


def test_input_functions_shuffle_by_default():
    def first(**settings):
        read = learn.io.numpy_input_fn({"x": np.arange(1000)}, batch_size=1000, **settings)
        with tf.Graph().as_default():
            batch = read()["x"]
            with tf.compat.v1.train.MonitoredSession() as session:
                return session.run(batch).tolist()

    assert first(shuffle=False) == list(range(1000)) == sorted(first()) != first()
