"""Estimators from Keras 2 models: arguments, inputs, exports, and the model afterwards."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from tests.keras import models
from tests.keras.models import HIGH, X, Y
from tfspec import estimator
from tfspec.compat.v1.estimator import Estimator as EstimatorV1
from tfspec.compat.v1.keras.estimator import model_to_estimator as model_to_estimator_v1
from tfspec.keras.estimator import model_to_estimator

export = estimator.export


@pytest.fixture(autouse=True)
def fresh_names():
    """Layers are numbered as in a new program."""
    tf_keras.backend.clear_session()


def compiled(make, optimizer="sgd", loss="mse", **options):
    model = make(tf_keras)
    model.compile(optimizer, loss, **options)
    return model


def batches(features, labels=None):
    data = features if labels is None else (features, labels)
    return lambda: tf.data.Dataset.from_tensor_slices(data).batch(models.BATCH)


def evaluated(model, input_fn, **options):
    results = model_to_estimator(model, **options).evaluate(input_fn)
    assert results.pop("global_step") == 0
    return results


def keras_says(model, *args, **options):
    """What Keras says of the data, batch by batch as an Estimator takes them."""
    return model.evaluate(*args, batch_size=models.BATCH, verbose=0, return_dict=True, **options)


class NotClonable(tf_keras.Model):
    def call(self, inputs):
        return inputs

    def get_config(self):
        raise NotImplementedError


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ValueError, "Either `keras_model` or `keras_model_path` needs"),
        ({"keras_model_path": "gs://bucket/model"}, ValueError, "gs://bucket/model is not a local"),
        ({"keras_model_path": "/no/such.h5"}, OSError, "No file or directory found at /no/such.h5"),
        ({"keras_model": object()}, TypeError, "must be a model of tf_keras or keras"),
        ({"keras_model": models.sequential}, ValueError, "has not been compiled yet"),
        ({"keras_model": NotClonable}, ValueError, "must implement `Model.get_config`"),
        ({"checkpoint_format": "h5"}, ValueError, 'one of "checkpoint" or "saver". Got h5'),
        ({"config": {"model_dir": "x"}}, ValueError, "config must be an instance of `RunConfig`"),
        ({"export_outputs": {"p": export.PredictOutput}}, KeyError, r"Missed keys: \{'p'\}"),
        ({"export_outputs": ["dense"]}, TypeError, "`export_outputs` must be dict"),
        ({"export_outputs": {"out": 1}}, TypeError, "must be ExportOutput classes, received: 1"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    if arguments.get("keras_model") is models.sequential:
        arguments = {"keras_model": models.sequential(tf_keras)}
    elif arguments.get("keras_model") is NotClonable:
        arguments = {"keras_model": compiled(lambda _: NotClonable()), "checkpoint_format": "saver"}
    elif arguments and arguments.keys().isdisjoint(("keras_model", "keras_model_path")):
        arguments = {"keras_model": compiled(models.functional), **arguments}
    with pytest.raises(error, match=message):
        model_to_estimator(**arguments)


def test_model_and_path_exclude_each_other():
    with pytest.raises(ValueError, match="but not both"):
        model_to_estimator(compiled(models.sequential), "/tmp/model.h5")


def test_model_dir_and_config_must_agree(tmp_path):
    config = estimator.RunConfig(model_dir=str(tmp_path / "a"))
    with pytest.raises(ValueError, match="`model_dir` are set both in constructor and `RunConfig`"):
        model_to_estimator(compiled(models.sequential), model_dir=tmp_path / "b", config=config)
    assert not list(tmp_path.iterdir())


def test_subclassed_models_have_no_checkpoints_by_objects(tmp_path):
    with pytest.raises(ValueError, match="not supported with subclassed models"):
        model_to_estimator(compiled(models.subclassed), model_dir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_optimizer_without_legacy_counterpart():
    model = compiled(models.sequential, tf_keras.optimizers.AdamW())
    with pytest.raises(ValueError, match="optimizer AdamW .* has no legacy counterpart"):
        model_to_estimator(model)


@pytest.mark.parametrize(
    ("features", "labels"),
    [
        (X, Y),
        ((X,), (Y,)),
        ({"x": X, "unused": X}, {"out": Y}),
        (X.astype(np.float64), Y.astype(np.float64)),
    ],
    ids=["plain", "tuples", "dicts", "float64"],
)
def test_structures_of_input(features, labels):
    model = compiled(models.functional)
    expected = keras_says(model, X, Y)
    assert evaluated(model, batches(features, labels)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("features", "labels", "error", "message"),
    [
        ({"z": X}, Y, KeyError, r"into features .*\n.*'x'.*\n.*features keys: \{'z'\}"
                                r"\n\tMissed keys: \{'x'\}"),
        (X, {"z": Y}, KeyError, r"labels keys: \{'z'\}\n\tMissed keys: \{'out'\}"),
        ((X, X), Y, ValueError, "features has 2 tensors, but the keras model has 1 inputs"),
        (X, None, ValueError, "the input_fn has to return labels"),
    ],
)
def test_wrong_input(features, labels, error, message):
    with pytest.raises(error, match=message):
        evaluated(compiled(models.functional), batches(features, labels))


def test_weighted_examples():
    weights = np.linspace(0, 1, len(X)).astype(np.float32)
    model = compiled(models.two_by_two, loss=["mse", "mae"])
    weighted = {"features": {"a": X, "b": X}, "sample_weights": (weights, weights * 2)}
    results = evaluated(model, batches(weighted, (Y, HIGH)))
    expected = keras_says(model, [X, X], [Y, HIGH], sample_weight=[weights, weights * 2])
    assert results == pytest.approx({"loss": expected["loss"]}, rel=1e-5)
    predictions = model_to_estimator(model).predict(batches(weighted))
    assert sorted(next(predictions)) == ["high", "sum"]


def test_losses_of_layers_need_no_labels():
    model = models.dense(tf_keras, 1, 1, input_shape=(4,), activity_regularizer="l2")
    model = compiled(lambda keras: keras.Sequential([model]), loss=None)
    expected = keras_says(model, X)
    assert evaluated(model, batches(X)) == pytest.approx(expected, rel=1e-5)


def test_names_of_metrics():
    metrics = {"sum": ["mae"], "high": [tf_keras.metrics.AUC(name="auc")]}
    model = compiled(models.two_by_two, metrics=metrics)
    data = batches({"a": X, "b": X}, {"sum": Y, "high": HIGH})
    converted = model_to_estimator(model)
    for _ in range(2):  # the same ones every time
        assert sorted(converted.evaluate(data)) == ["global_step", "high_auc", "loss", "sum_mae"]
    names = {"sum_mae": "error", "high_auc": "area"}
    assert sorted(evaluated(model, data, metric_names_map=names)) == ["area", "error", "loss"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"mse": "error"}, "Invalid `metric_names_map`.*'mae'.*do not exist"),
        ({"mae": "error", "mse": "x"}, "Invalid `metric_names_map`.*unexpected keys.*'mse'"),
    ],
)
def test_wrong_names_of_metrics(names, message):
    model = compiled(models.sequential, metrics=["mae"])
    with pytest.raises(ValueError, match=message):
        evaluated(model, batches(X, Y), metric_names_map=names)


@pytest.mark.parametrize("ending", [".h5", ".keras", ""])
def test_model_from_disk(tmp_path, ending):
    model = compiled(models.sequential, "adam", metrics=["mae"])
    model.fit(X, Y, verbose=0)
    path = str(tmp_path / f"model{ending}")
    model.save(path)
    results = model_to_estimator(keras_model_path=path).evaluate(batches(X, Y))
    assert results["mae"] == pytest.approx(keras_says(model, X, Y)["mae"], rel=1e-5)


def test_custom_objects():
    def clipped(x):
        return tf.clip_by_value(x, 0.0, 1.0)

    model = compiled(lambda keras: keras.Sequential(
        [models.dense(keras, 1, 1, activation=clipped, input_shape=(4,))]
    ))
    with pytest.raises((TypeError, ValueError), match="clipped"):
        model_to_estimator(model)
    trained = model_to_estimator(model, custom_objects={"clipped": clipped}).train(batches(X, Y))
    assert all(0 <= p["dense"] <= 1 for p in trained.predict(batches(X)))


@pytest.mark.parametrize("checkpoint_format", ["checkpoint", "saver"])
def test_export(tmp_path, checkpoint_format):
    model = compiled(models.functional)
    exported = model_to_estimator(
        model, checkpoint_format=checkpoint_format,
        export_outputs={"out": export.RegressionOutput},
    )
    receiver = export.build_parsing_serving_input_receiver_fn(
        {"x": tf.io.FixedLenFeature([4], tf.float32)}
    )
    folder = exported.export_saved_model(str(tmp_path), receiver).decode()
    signatures = tf.saved_model.load(folder).signatures
    assert sorted(signatures) == ["out", "serving_default"]
    floats = tf.train.Feature(float_list=tf.train.FloatList(value=X[0]))
    example = tf.train.Example(features=tf.train.Features(feature={"x": floats}))
    served = signatures["serving_default"](examples=tf.constant([example.SerializeToString()]))
    np.testing.assert_allclose(served["out"], model(X[:1]), rtol=1e-5)


def test_keras_reads_the_checkpoints(tmp_path):
    model = compiled(models.sequential, metrics=["mae"])
    trained = model_to_estimator(model, model_dir=tmp_path).train(batches(X, Y))
    model.load_weights(trained.latest_checkpoint())
    expected = {**keras_says(model, X, Y), "global_step": 4}
    assert trained.evaluate(batches(X, Y)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "make", [models.sequential, models.functional, models.subclassed],
    ids=["sequential", "functional", "subclassed"],
)
def test_the_model_stays_as_it_is(make):
    model = compiled(make, "adam", metrics=["mae"])
    model.fit(X, Y, verbose=0)
    optimizer, weights, predictions = model.optimizer, model.get_weights(), model.predict(X)
    converted = model_to_estimator(model, checkpoint_format="saver")
    converted.train(batches(X, Y)).evaluate(batches(X, Y))
    assert model.optimizer is optimizer
    np.testing.assert_array_equal(model.predict(X), predictions)
    model.fit(X, Y, verbose=0)
    assert any((new != old).any() for new, old in zip(model.get_weights(), weights, strict=True))


def test_a_second_start_keeps_the_first_checkpoint(tmp_path):
    model_to_estimator(compiled(models.sequential), model_dir=tmp_path)
    tf_keras.backend.clear_session()
    other = compiled(models.sequential)
    other.set_weights([np.zeros_like(weights) for weights in other.get_weights()])
    restarted = model_to_estimator(other, model_dir=tmp_path)
    first = compiled(models.sequential)
    assert restarted.evaluate(batches(X, Y))["loss"] == pytest.approx(
        keras_says(first, X, Y)["loss"], rel=1e-5
    )


def test_a_model_of_a_tf1_graph():
    with tf.Graph().as_default():
        model = compiled(models.sequential, "adam", metrics=["mae"])
        model.fit(X, Y, batch_size=models.BATCH, verbose=0)
        expected = dict(zip(model.metrics_names, model.evaluate(X, Y, verbose=0), strict=True))
        converted = model_to_estimator_v1(model)
        assert converted.evaluate(batches(X, Y))["mae"] == pytest.approx(expected["mae"], rel=1e-5)
        converted.train(batches(X, Y))
    assert isinstance(converted, EstimatorV1)
    assert "dense/kernel" in converted.get_variable_names()


def test_a_list_of_optimizers():
    linear = tf_keras.experimental.LinearModel()
    deep = tf_keras.Sequential([models.dense(tf_keras, 1, 1)])
    model = tf_keras.experimental.WideDeepModel(linear, deep)
    legacy = tf_keras.optimizers.legacy
    model.compile([legacy.SGD(0.05), legacy.Adam(0.05)], "mse")
    converted = model_to_estimator(model, checkpoint_format="saver")
    before = converted.evaluate(batches(X, Y))["loss"]
    converted.train(lambda: batches(X, Y)().repeat(5))
    assert converted.evaluate(batches(X, Y))["loss"] < before
    names = converted.get_variable_names()
    assert any("Adam" in name for name in names) and any("SGD" in name for name in names)


def test_train_and_evaluate(tmp_path):
    converted = model_to_estimator(compiled(models.functional), model_dir=tmp_path)
    train = estimator.TrainSpec(models.input_fn(None), max_steps=10)
    results, _ = estimator.train_and_evaluate(
        converted, train, estimator.EvalSpec(batches(X, Y), steps=None)
    )
    assert results["global_step"] == 10
