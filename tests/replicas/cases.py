"""Jobs over two replicas on two halves of the CPU, for the original and for tfspec.

Each takes the namespace `tf.estimator`, a folder and a strategy, and returns what JSON can hold.
"""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1

X = np.random.RandomState(0).randn(48, 5).astype(np.float32)
Y = X.sum(1)


def training_input(input_context: Any = None) -> tf.data.Dataset:
    count = input_context.num_replicas_in_sync if input_context else 0
    features = {"x": X, "replicas": np.full([len(X)], count, np.int32)}
    return tf.data.Dataset.from_tensor_slices((features, Y)).repeat().batch(8)


def test_input() -> tf.data.Dataset:
    features = {"x": X, "replicas": np.zeros([len(X)], np.int32)}
    return tf.data.Dataset.from_tensor_slices((features, Y)).batch(8)


def outcome(estimator: Any, folder: pathlib.Path, steps: int = 20) -> dict[str, Any]:
    """Trains, evaluates, predicts; what was logged of the loss, and what the checkpoint holds."""
    estimator.train(training_input, max_steps=steps)
    return left_behind(estimator, folder)


def left_behind(estimator: Any, folder: pathlib.Path) -> dict[str, Any]:
    names = estimator.get_variable_names()
    predictions = estimator.predict(test_input)
    first = [next(predictions) for _ in range(3)]
    return {
        "events": events(folder),
        "variables": {
            name: np.asarray(estimator.get_variable_value(name), np.float64).ravel()[:8].tolist()
            for name in names
        },
        "evaluation": numbers(estimator.evaluate(test_input)),
        "of two steps": numbers(estimator.evaluate(test_input, steps=2)),
        "predictions": [numbers(each) for each in first],
    }


def numbers(values: dict[str, Any]) -> dict[str, Any]:
    kept = {key: np.asarray(value) for key, value in values.items()}
    return {
        key: value.astype(np.float64).ravel().tolist()
        for key, value in kept.items() if value.dtype.kind in "fi"
    }


def events(folder: pathlib.Path) -> list[list[Any]]:
    found = []
    for path in sorted(folder.glob("events.*")):
        for event in v1.train.summary_iterator(str(path)):
            found += [
                [event.step, value.tag, value.simple_value]
                for value in event.summary.value if value.tag != "global_step/sec"
            ]
    return found


def config_of(est: Any, folder: pathlib.Path, strategy: Any) -> Any:
    return est.RunConfig(
        str(folder), tf_random_seed=1, train_distribute=strategy, eval_distribute=strategy,
        log_step_count_steps=5, save_summary_steps=5, save_checkpoints_steps=10,
    )


def make_model_fn(
    est: Any, reduction: str = v1.losses.Reduction.SUM_BY_NONZERO_WEIGHTS, scaffold: Any = None
):
    def model_fn(features, labels, mode):
        kernels = [v1.glorot_uniform_initializer(seed=seed) for seed in (3, 4)]
        with v1.variable_scope("net"):
            first = v1.get_variable("first", [5, 8], initializer=kernels[0])
            second = v1.get_variable("second", [8, 1], initializer=kernels[1])
            average = v1.get_variable(
                "average", [8], initializer=v1.zeros_initializer(), trainable=False,
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.MEAN,
            )
        hidden = tf.nn.relu(tf.matmul(features["x"], first))
        out = tf.matmul(hidden, second)[:, 0]
        if mode == est.ModeKeys.PREDICT:
            return est.EstimatorSpec(mode, predictions={"out": out})
        loss = v1.losses.mean_squared_error(labels, out, reduction=reduction)
        metrics = {
            "error": v1.metrics.mean_absolute_error(labels, out),
            "above": v1.metrics.accuracy(labels > 0, out > 0),
        }
        if mode == est.ModeKeys.EVAL:
            return est.EstimatorSpec(mode, loss=loss, eval_metric_ops=metrics)
        v1.summary.scalar("replicas", tf.reduce_mean(tf.cast(features["replicas"], tf.float32)))
        noted = average.assign_sub((average - tf.reduce_mean(hidden, 0)) * 0.1)
        with tf.control_dependencies([noted]):
            train_op = v1.train.AdamOptimizer(0.01).minimize(loss, v1.train.get_global_step())
        return est.EstimatorSpec(
            mode, loss=loss, train_op=train_op, scaffold=scaffold and scaffold()
        )

    return model_fn


def custom(est, folder, strategy):
    estimator = est.Estimator(make_model_fn(est), config=config_of(est, folder, strategy))
    return outcome(estimator, folder)


def summed_loss(est, folder, strategy):
    """Where losses are sums, gradients are added up undivided."""
    model_fn = make_model_fn(est, reduction=v1.losses.Reduction.SUM)
    estimator = est.Estimator(model_fn, config=config_of(est, folder, strategy))
    return outcome(estimator, folder)


def scaffold_and_hooks(est, folder, strategy):
    """The scaffolds' functions are called for each replica, a hook of the caller's once."""
    calls, losses = [], []

    def scaffold():
        number = len(calls)
        calls.append(f"made {number}")
        return v1.train.Scaffold(init_fn=lambda *_: calls.append(f"called {number}"))

    class Hook(v1.train.SessionRunHook):
        def before_run(self, run_context):
            loss = v1.get_collection(v1.GraphKeys.LOSSES)[-1]
            return v1.train.SessionRunArgs(loss)

        def after_run(self, run_context, run_values):
            losses.append(float(run_values.results))

    model_fn = make_model_fn(est, scaffold=scaffold)
    estimator = est.Estimator(model_fn, config=config_of(est, folder, strategy))
    estimator.train(training_input, hooks=[Hook()], steps=7)
    estimator.train(training_input, steps=4)
    return {"calls": calls, "losses": losses, **left_behind(estimator, folder)}


def train_and_evaluate(est, folder, strategy):
    estimator = est.Estimator(make_model_fn(est), config=config_of(est, folder, strategy))
    receiver = est.export.build_raw_serving_input_receiver_fn(
        {"x": tf.constant(X[:1])}, default_batch_size=None
    )
    exporter = est.FinalExporter("last", receiver)
    specs = est.TrainSpec(training_input, 20), est.EvalSpec(test_input, exporters=exporter)
    metrics, _ = est.train_and_evaluate(estimator, *specs)
    exported = [path.parent.parent.name for path in folder.rglob("saved_model.pb")]
    return {"metrics": numbers(metrics), "exported": exported, **left_behind(estimator, folder)}


def canned(est, folder, strategy):
    columns = [
        tf.feature_column.numeric_column("x", [5]),
        tf.feature_column.indicator_column(
            tf.feature_column.categorical_column_with_identity("replicas", 3)
        ),
    ]
    estimator = v1_of(est).DNNRegressor(
        [4], columns, config=config_of(est, folder, strategy),
        optimizer=v1.train.AdagradOptimizer(0.1),
    )
    return outcome(estimator, folder)


def linear(est, folder, strategy):
    columns = [tf.feature_column.numeric_column("x", [5])]
    estimator = v1_of(est).LinearRegressor(
        columns, config=config_of(est, folder, strategy),
        optimizer=v1.train.FtrlOptimizer(0.1),
    )
    return outcome(estimator, folder)


def deep(est, folder, strategy):
    """With an optimizer of Keras."""
    columns = [tf.feature_column.numeric_column("x", [5])]
    config = config_of(est, folder, strategy)
    return outcome(est.DNNRegressor([4], columns, config=config, optimizer="Adagrad"), folder)


def summed_linear(est, folder, strategy):
    columns = [tf.feature_column.numeric_column("x", [5])]
    config = config_of(est, folder, strategy)
    reduction = tf.losses.Reduction.SUM
    estimator = est.LinearRegressor(columns, config=config, loss_reduction=reduction)
    return outcome(estimator, folder)


def heads(est, folder, strategy):
    """Two heads over one net of the user's, with an optimizer of Keras."""
    keras = keras_of(est)
    head = est.MultiHead([est.RegressionHead(name="a"), est.RegressionHead(name="b")])

    def model_fn(features, labels, mode):
        layer = keras.layers.Dense(
            1, kernel_initializer=keras.initializers.GlorotUniform(3), name="both"
        )
        logits = layer(features["x"])
        optimizer = keras.optimizers.legacy.Adam(0.01)
        optimizer.iterations = v1.train.get_or_create_global_step()
        return head.create_estimator_spec(
            features, mode, {"a": logits, "b": logits * 2.0},
            labels=None if labels is None else {"a": labels[:, None], "b": labels[:, None]},
            optimizer=optimizer, trainable_variables=layer.trainable_variables,
        )

    estimator = est.Estimator(model_fn, config=config_of(est, folder, strategy))
    estimator.train(training_input, max_steps=12)
    return {"events": events(folder), "evaluation": numbers(estimator.evaluate(test_input))}


def input_too_short(est, folder, strategy):
    """The last of five batches would be for one replica of two, and changes nothing."""
    estimator = est.Estimator(make_model_fn(est), config=config_of(est, folder, strategy))
    estimator.train(lambda: training_input().take(5))
    four, five = (
        numbers(estimator.evaluate(lambda count=count: test_input().take(count)))
        for count in (4, 5)
    )
    step = int(estimator.get_variable_value("global_step"))
    return {"step": step, "evaluation of four": four, "evaluation of five": five}


def other_device(est, folder, strategy):
    """Of one device, which isn't that which TensorFlow takes."""
    import tfspec

    config = est.RunConfig(train_distribute=tf.distribute.OneDeviceStrategy("/cpu:1"))
    with tfspec.Runner(
        make_model_fn(est), training_input, est.ModeKeys.TRAIN, config=config
    ) as runner:
        runner.train(2)
        return {"device": runner.device}


def keras_of(est: Any) -> Any:
    """Keras 2."""
    if est.__name__.startswith("tfspec"):
        import tf_keras

        return tf_keras
    return tf.keras


def v1_of(est: Any) -> Any:
    """The older namespace beside `est`."""
    if est.__name__.startswith("tfspec"):
        import tfspec.compat.v1

        return tfspec.compat.v1.estimator
    return v1.estimator


CASES = {
    function.__name__: function
    for function in (
        custom, summed_loss, scaffold_and_hooks, train_and_evaluate, canned, linear, deep,
        summed_linear, heads,
    )
}
# What the original leaves to chance or doesn't tell.
OURS = {"input_too_short": input_too_short, "other_device": other_device}
