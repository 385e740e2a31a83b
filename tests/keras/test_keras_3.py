"""Estimators from Keras 3 models: the numbers that Keras itself gets, by an Estimator's means."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.keras.models import BATCH, HIGH, X, Y
from tfspec import estimator
from tfspec.keras.estimator import model_to_estimator

layers = keras.layers
v1 = tf.compat.v1

FORMATS = ("checkpoint", "saver")


@pytest.fixture(autouse=True)
def fresh_names():
    """Layers are numbered as in a new program."""
    keras.backend.clear_session()


def sequential():
    """Every kind of state: weights, moving averages, random streams."""
    return keras.Sequential([
        keras.Input((4,), name="x"),
        layers.Dense(3, activation="relu"),
        layers.BatchNormalization(),
        layers.Dropout(0.2, seed=1),
        layers.Dense(1),
    ])


def two_by_two(structure):
    """Two inputs and two outputs, as lists or dicts."""
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(3, kernel_regularizer="l2")
    both = layers.Concatenate()([shared(a), shared(b)])
    high = layers.Dense(1, name="high", activation="sigmoid")(both)
    total = layers.Dense(1, name="sum")(both)
    if structure is dict:
        return keras.Model({"a": a, "b": b}, {"high": high, "sum": total})
    return keras.Model([a, b], [high, total])


class TwoLayers(keras.Model):
    def __init__(self, units=3):
        super().__init__()
        self.units = units
        self.first = layers.Dense(units, activation="relu")
        self.second = layers.Dense(1)

    def call(self, inputs):
        return self.second(self.first(inputs["x"]))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def compiled(model, optimizer="adam", loss="mse", metrics=("mae",), **options):
    model.compile(optimizer, loss, metrics=list(metrics) if metrics else None, **options)
    return model


def batches(features, labels=None, epochs=1):
    data = features if labels is None else (features, labels)
    return lambda: tf.data.Dataset.from_tensor_slices(data).batch(BATCH).repeat(epochs)


def keras_says(model, *args, **options):
    return model.evaluate(*args, batch_size=BATCH, verbose=0, return_dict=True, **options)


class Losses(v1.train.SessionRunHook):
    def __init__(self):
        self.seen = []

    def before_run(self, run_context):
        return v1.train.SessionRunArgs(v1.get_collection(v1.GraphKeys.LOSSES))

    def after_run(self, run_context, run_values):
        self.seen += run_values.results


@pytest.mark.parametrize("checkpoint_format", FORMATS)
def test_trains_as_keras_does(checkpoint_format):
    # In two goes, so that the second one starts from a checkpoint.
    schedule = keras.optimizers.schedules.ExponentialDecay(0.05, 2, 0.5)
    model = compiled(sequential(), keras.optimizers.AdamW(schedule))
    model.layers[2].rate = 0.0
    converted = model_to_estimator(model, checkpoint_format=checkpoint_format)
    losses = Losses()
    for _ in range(2):
        converted.train(batches(X, Y), hooks=[losses])
    expected = []
    for start in [*range(0, len(X), BATCH)] * 2:
        batch = slice(start, start + BATCH)
        expected.append(model.train_on_batch(X[batch], Y[batch], return_dict=True)["loss"])
        model.reset_metrics()
    assert losses.seen == pytest.approx(expected, rel=1e-6)
    results = converted.evaluate(batches(X, Y))
    assert results.pop("global_step") == 8
    assert results == pytest.approx(keras_says(model, X, Y), rel=1e-5)
    first = next(converted.predict(batches(X)))
    np.testing.assert_allclose(first["dense_1"], model.predict(X, verbose=0)[0], rtol=1e-5)


@pytest.mark.parametrize("checkpoint_format", FORMATS)
def test_starts_with_the_weights_of_the_model(tmp_path, checkpoint_format):
    model = compiled(sequential())
    model.fit(X, Y, verbose=0)
    weights, expected = model.get_weights(), keras_says(model, X, Y)
    converted = model_to_estimator(
        model, model_dir=tmp_path, checkpoint_format=checkpoint_format
    )
    assert tf.train.latest_checkpoint(tmp_path / "keras").endswith("keras_model.ckpt")
    # Moving averages too, which the Estimator of a Keras 2 model starts anew.
    results = converted.evaluate(batches(X, Y))
    assert results == pytest.approx({**expected, "global_step": 0}, rel=1e-5)
    converted.train(batches(X, Y))
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    model.fit(X, Y, verbose=0)


@pytest.mark.parametrize("number", [0, 1])
def test_names_in_checkpoints_do_not_depend_on_the_program(number):
    for _ in range(number):
        keras.optimizers.Adam(), layers.Dropout(0.1)
    converted = model_to_estimator(compiled(sequential()), checkpoint_format="saver")
    converted.train(batches(X, Y))
    names = converted.get_variable_names()
    weights = {
        f"{layer}/{name}"
        for layer, parts in {
            "dense": ["kernel", "bias"],
            "dense_1": ["kernel", "bias"],
            "batch_normalization": ["gamma", "beta", "moving_mean", "moving_variance"],
        }.items()
        for name in parts
    }
    optimizer = {name for name in names if name.startswith("Adam/")}
    seeds = {"seed_generator/seed_generator_state"}
    assert {"Adam/iteration", "Adam/learning_rate", "Adam/dense_kernel_momentum"} <= optimizer
    assert set(names) == weights | optimizer | seeds | {"global_step"}


@pytest.mark.parametrize("structure", [list, dict])
def test_several_inputs_and_outputs(structure):
    weights = np.linspace(0, 1, len(X)).astype(np.float32)
    metrics = {"sum": ["mae"], "high": ["accuracy", keras.metrics.AUC(name="auc")]}
    options = {"loss": {"sum": "mse", "high": "binary_crossentropy"}, "metrics": None}
    model = compiled(two_by_two(structure), **options)
    model.compile("sgd", options["loss"], metrics=metrics, weighted_metrics={"sum": ["mse"]})
    by_name = {"a": X, "b": X * 2}, {"sum": Y, "high": HIGH}
    in_order = (X, X * 2), (HIGH, Y)
    weighted = {"features": by_name[0], "sample_weights": (weights, weights)}
    converted = model_to_estimator(model)
    x, y = by_name if structure is dict else ([X, X * 2], [HIGH, Y])
    w = {"high": weights, "sum": weights} if structure is dict else [weights, weights]
    for features, labels, options in (
        (*by_name, {}), (*in_order, {}), (weighted, by_name[1], {"sample_weight": w}),
    ):
        results = converted.evaluate(batches(features, labels))
        assert results.pop("global_step") == 0
        expected = keras_says(model, x, y, **options)
        assert sorted(results) == ["high_accuracy", "high_auc", "loss", "sum_mae", "sum_mse"]
        assert results == pytest.approx({name: expected[name] for name in results}, rel=1e-5)
    converted.train(batches(*by_name))
    assert sorted(next(converted.predict(batches(by_name[0])))) == ["high", "sum"]


@pytest.mark.parametrize("checkpoint_format", FORMATS)
@pytest.mark.parametrize("built", [False, True])
def test_subclassed_model(checkpoint_format, built):
    model = compiled(TwoLayers(5), "rmsprop")
    if built:
        model.fit({"x": X}, Y, verbose=0)
    converted = model_to_estimator(model, checkpoint_format=checkpoint_format)
    if built:
        before = converted.evaluate(batches({"x": X}, Y))["loss"]
        assert before == pytest.approx(keras_says(model, {"x": X}, Y)["loss"], rel=1e-5)
    converted.train(batches({"x": X}, Y))  # a model that isn't built draws its values here
    before = converted.evaluate(batches({"x": X}, Y))["loss"]
    converted.train(batches({"x": X}, Y, epochs=20))
    assert converted.evaluate(batches({"x": X}, Y))["loss"] < before
    assert next(converted.predict(batches({"x": X})))["output_1"].shape == (1,)


def test_keras_reads_checkpoints_by_objects():
    trained = model_to_estimator(compiled(sequential())).train(batches(X, Y))
    model = compiled(sequential())
    tf.train.Checkpoint(model).restore(trained.latest_checkpoint()).expect_partial()
    results = trained.evaluate(batches(X, Y))
    assert results == pytest.approx({**keras_says(model, X, Y), "global_step": 4}, rel=1e-5)


def test_embeddings_and_mixed_precision():
    numbers = (X * 10).astype(np.int32)
    model = keras.Sequential([
        keras.Input((4,), dtype="int32"),
        layers.Embedding(10, 4),
        layers.Flatten(),
        layers.Dense(8, dtype="mixed_float16"),
        layers.Dense(1),
    ])
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05))
    converted = model_to_estimator(compiled(model, optimizer))
    before = converted.evaluate(batches(numbers, Y))["loss"]
    converted.train(batches(numbers, Y, epochs=5))
    assert converted.evaluate(batches(numbers, Y))["loss"] < before / 2


def test_losses_of_layers_and_custom_objects():
    class Shrink(layers.Layer):
        def call(self, inputs):
            self.add_loss(tf.reduce_mean(inputs**2))
            return inputs

    model = keras.Sequential([keras.Input((4,)), layers.Dense(1), Shrink()])
    model.compile("sgd")
    with pytest.raises(ValueError, match="Shrink"):
        model_to_estimator(model)
    converted = model_to_estimator(model, custom_objects={"Shrink": Shrink})
    before = converted.evaluate(batches(X))["loss"]
    assert converted.train(batches(X)).evaluate(batches(X))["loss"] < before


@pytest.mark.parametrize("checkpoint_format", FORMATS)
def test_export(tmp_path, checkpoint_format):
    model = compiled(sequential())
    export = estimator.export
    converted = model_to_estimator(
        model, checkpoint_format=checkpoint_format,
        export_outputs={"dense_1": export.RegressionOutput},
    )
    receiver = export.build_raw_serving_input_receiver_fn({"x": tf.constant(X)})
    folder = converted.export_saved_model(str(tmp_path), receiver).decode()
    serve = tf.saved_model.load(folder).signatures["serving_default"]
    np.testing.assert_allclose(serve(x=tf.constant(X))["dense_1"], model(X), rtol=1e-5)


def test_model_from_disk(tmp_path):
    model = compiled(sequential())
    model.save(tmp_path / "model.keras")
    converted = model_to_estimator(keras_model_path=tmp_path / "model.keras")
    results = converted.evaluate(batches(X, Y))
    assert results["mae"] == pytest.approx(keras_says(model, X, Y)["mae"], rel=1e-5)


def test_fetching_the_loss_takes_no_step():
    class FetchTwice(v1.train.SessionRunHook):
        def after_create_session(self, session, coord):
            loss = v1.get_collection(v1.GraphKeys.LOSSES)
            self.fetch = lambda: session.run([loss, v1.train.get_global_step()])

        def end(self, session):
            self.steps = [self.fetch()[1] for _ in range(2)]

    hook = FetchTwice()
    model_to_estimator(compiled(sequential())).train(batches(X, Y, None), steps=3, hooks=[hook])
    assert hook.steps == [3, 3]


def test_a_model_that_can_not_be_cloned():
    class AroundFunction(keras.Model):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, inputs):
            return self.function(inputs)

    with pytest.raises(ValueError, match="must implement `Model.get_config`"):
        model_to_estimator(compiled(AroundFunction(lambda x: x)))


@pytest.mark.parametrize(
    ("features", "labels", "error", "message"),
    [
        ({"y": X}, Y, KeyError, r"Missed keys: \{'x'\}"),
        (X, None, ValueError, "the input_fn has to return labels"),
    ],
)
def test_wrong_input(features, labels, error, message):
    with pytest.raises(error, match=message):
        model_to_estimator(compiled(sequential())).train(batches(features, labels))
