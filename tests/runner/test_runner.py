"""`tfspec.Runner`: a compiled step without an Estimator."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import tfspec
from tfspec.estimator import Estimator, EstimatorSpec, ModeKeys, RunConfig

v1 = tf.compat.v1

X = np.linspace(-1, 1, 64, dtype=np.float32).reshape(32, 2)
Y = X @ np.array([[2.0], [-1.0]], np.float32) + 0.5


def model_fn(features, labels, mode, params):
    output = v1.layers.dense(
        features, 1, kernel_initializer=v1.glorot_uniform_initializer(), name="out"
    )
    if mode == ModeKeys.PREDICT:
        return EstimatorSpec(mode, predictions={"y": output})
    loss = v1.losses.mean_squared_error(labels, output)
    optimizer = v1.train.GradientDescentOptimizer(params["rate"])
    return EstimatorSpec(
        mode,
        loss=loss,
        train_op=optimizer.minimize(loss, v1.train.get_global_step()),
        eval_metric_ops={"mae": v1.metrics.mean_absolute_error(labels, output)},
    )


def dataset(repeat: int | None):
    return lambda: tf.data.Dataset.from_tensor_slices((X, Y)).batch(8).repeat(repeat)


def runner(mode: str, repeat: int | None = None, **kwargs) -> tfspec.Runner:
    return tfspec.Runner(model_fn, dataset(repeat), mode, {"rate": 0.1}, **kwargs)


def test_trains_like_an_estimator(tmp_path):
    config = RunConfig(tf_random_seed=7)
    estimator = Estimator(model_fn, str(tmp_path), config, {"rate": 0.1})
    estimator.train(dataset(None), steps=25)
    with runner("train", config=config) as steps:
        steps.train(1)
        steps.train(24)
        kernel = steps.run("out/kernel/Read/ReadVariableOp:0")
    np.testing.assert_array_equal(kernel, estimator.get_variable_value("out/kernel"))


def test_train_reports_the_device_and_ends_with_the_input():
    with runner("train", repeat=3) as steps:
        assert "device:CPU:0" in steps.device or "device:GPU:0" in steps.device
        assert steps.train(10) > 0
        assert steps.train(10) > 0  # two are left
        assert steps.run("global_step/add:0") == 12
        assert steps.train(1) is None


def test_saved_values_are_restored_and_evaluated(tmp_path):
    with runner("train") as trained:
        trained.train(200)
        path = trained.save(str(tmp_path / "model"))
        weights = trained.run("out/kernel/Read/ReadVariableOp:0")
    assert path.endswith("model-200")
    with runner("eval", repeat=1, checkpoint_path=path) as evaluated:
        results = evaluated.evaluate()
        assert results["global_step"] == 200
        assert results["loss"] < 1e-3 and results["mae"] < 0.05
    with runner("infer", repeat=1) as predicted:
        predicted.restore(path)
        batches = list(predicted.predict())
    assert [batch["y"].shape for batch in batches] == [(8, 1)] * 4
    np.testing.assert_allclose(
        np.concatenate([batch["y"] for batch in batches]) - 0.5, X @ weights, atol=0.1
    )


def test_feeds_any_tensor():
    with runner("infer", repeat=1) as steps:
        kernel = steps.run("out/kernel/Read/ReadVariableOp:0")
        output = steps.run("out/BiasAdd:0", {"IteratorGetNext:0": [[1.0, 0.0]]})
    np.testing.assert_array_equal(output, kernel[:1])


@pytest.mark.parametrize("compiled", [True, False], ids=["tf.function", "callable"])
def test_spec_made_outside_a_graph(tmp_path, compiled):
    weight = tf.Variable(0.0)
    loss = tf.Variable(0.0)
    steps_run = tf.Variable(0)

    def train_step():
        with tf.GradientTape() as tape:
            value = (weight - 3.0) ** 2
        weight.assign_sub(0.1 * tape.gradient(value, weight))
        loss.assign(value)
        steps_run.assign_add(1)

    spec = EstimatorSpec(
        ModeKeys.TRAIN, loss=loss, train_op=tf.function(train_step) if compiled else train_step
    )
    steps = tfspec.Runner(spec=spec)
    last = steps.train(60)
    assert int(steps_run) == 60
    assert last == loss.numpy() and abs(float(weight) - 3) < 1e-4
    path = steps.save(str(tmp_path / "eager"))
    weight.assign(0.0)
    steps.restore(path)
    assert abs(float(weight) - 3) < 1e-4


def test_metric_updates_outside_a_graph_run_to_the_end_of_the_input():
    total = tf.Variable(0.0)
    loss = tf.Variable(0.0)
    batches = iter(tf.data.Dataset.range(5).map(lambda i: tf.cast(i, tf.float32)))

    def update():
        value = next(batches)
        total.assign_add(value)
        loss.assign(value)

    spec = EstimatorSpec(
        ModeKeys.EVAL, loss=loss, eval_metric_ops={"total": (lambda: total.read_value(), update)}
    )
    results = tfspec.Runner(spec=spec).evaluate()
    assert results == {"total": 10.0, "loss": 2.0}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tfspec.Runner(), "either `model_fn`"),
        (lambda: tfspec.Runner(model_fn), "needs an `input_fn`"),
        (lambda: runner("infer").train(1), "mode='train'"),
        (lambda: runner("train").train(0), "steps > 0, given: 0"),
        (lambda: next(runner("train").predict()), "mode='infer'"),
    ],
)
def test_wrong_use_says_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("arguments", "step"),
    [({"max_steps": 28.5}, 29), ({"steps": 5.5}, 6), ({"max_steps": np.int64(12)}, 12)],
)
def test_fractions_of_a_step_are_rounded_up(tmp_path, arguments, step):
    """As in the original: scripts compute `epochs * examples / batch_size`."""
    config = RunConfig(save_checkpoints_steps=7.5, log_step_count_steps=2.5)
    estimator = Estimator(model_fn, str(tmp_path), config, {"rate": 0.1})
    estimator.train(dataset(None), **arguments)
    assert estimator.get_variable_value("global_step") == step
    assert estimator.evaluate(dataset(None), steps=3.5)["global_step"] == step
