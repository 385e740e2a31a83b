"""Trains, evaluates and predicts on a TPU's cores: `python -m tests.tpu.on_cores CORES FOLDER`.

Prints one JSON object with what each job came to. With 0 cores the jobs run without a TPU.
"""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import tensorflow as tf

from tests.tpu.emulated import emulate
from tfspec.compat.v1 import estimator, layers

v1 = tf.compat.v1
tpu = estimator.tpu
MODES = tpu.InputPipelineConfig
BATCH = 16

random = np.random.RandomState(0)
X = random.rand(64, 3).astype(np.float32)
Y = (X @ [[1], [2], [-1]] + 0.1 * random.rand(64, 1)).astype(np.float32)


def dataset(batch_size, shard=(1, 0)):
    data = tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).shard(*shard)
    return data.repeat().batch(batch_size, drop_remainder=True)


def plain_input(params):
    return dataset(params["batch_size"])


def tensors_input(params):
    return v1.data.make_one_shot_iterator(dataset(params["batch_size"])).get_next()


def sharded_input(params):
    """Each call has a part of the examples of its own, if it is called several times."""
    context = params.get("context")
    if context is None:
        return dataset(params["batch_size"])
    _, call, calls, _ = context.current_input_fn_deployment()
    return dataset(params["batch_size"], (calls, call))


def some_examples(params):
    return tf.data.Dataset.from_tensor_slices({"x": X[:21]}).batch(params["batch_size"])


def loss_of(labels, predictions, how):
    if how == "sum":
        return v1.losses.mean_squared_error(
            labels, predictions, reduction=v1.losses.Reduction.SUM
        ) / 100
    return tf.reduce_mean((predictions - labels) ** 2)


def make_model_fn(optimizer, seen, how="mean", hidden=None, host_call=None, scaffold_fn=None):
    def model_fn(features, labels, mode, params):
        seen.append([mode, params["batch_size"], features["x"].shape[0], params["use_tpu"]])
        outputs = features["x"]
        if hidden:
            outputs = hidden(outputs, mode)
        w = v1.get_variable("w", [outputs.shape[1], 1], initializer=v1.ones_initializer())
        predictions = outputs @ w
        if mode == "infer":
            return tpu.TPUEstimatorSpec(mode, predictions={"y": predictions})
        loss = loss_of(labels, predictions, how)
        v1.summary.scalar("inside", loss)
        step = v1.train.get_global_step()
        for_host = [tf.reshape(step, [1]), tf.reshape(loss, [1])]
        return tpu.TPUEstimatorSpec(
            mode,
            loss=loss,
            train_op=train_op_of(optimizer(), loss, step) if mode == "train" else None,
            eval_metrics=(metrics, {"labels": labels, "predictions": predictions}),
            host_call=(host_call, for_host) if host_call and mode == "train" else None,
            scaffold_fn=scaffold_fn,
        )

    return model_fn


def train_op_of(optimizer, loss, step):
    with tf.control_dependencies(v1.get_collection(v1.GraphKeys.UPDATE_OPS)):
        return optimizer.minimize(loss, step)


def metrics(labels, predictions):
    return {
        "error": v1.metrics.mean_absolute_error(labels, predictions),
        "count": v1.metrics.mean(tf.shape(labels)[0]),
    }


def cross_shard(optimizer, **reduction):
    return lambda: v1.tpu.CrossShardOptimizer(optimizer(), **reduction)


def gradient_descent():
    return v1.train.GradientDescentOptimizer(0.1)


def momentum():
    return v1.train.MomentumOptimizer(0.05, 0.9)


def adam():
    return v1.train.AdamOptimizer(0.05)


def normalized(inputs, mode):
    return layers.batch_normalization(inputs, training=mode == "train", momentum=0.5)


def dropped(inputs, mode):
    return tf.nn.dropout(inputs, rate=0.5) if mode == "train" else inputs


def run(folder, optimizer, input_fn=plain_input, settings=None, steps=10, **model):
    """Trains, evaluates, predicts, and tells what came out."""
    seen = []
    config = tpu.RunConfig(
        model_dir=folder, tf_random_seed=1, save_summary_steps=5, log_step_count_steps=5,
        tpu_config=tpu.TPUConfig(iterations_per_loop=5, **(settings or {})),
    )
    est = tpu.TPUEstimator(
        make_model_fn(optimizer, seen, **model), config=config, train_batch_size=BATCH,
        eval_batch_size=BATCH, predict_batch_size=BATCH,
    )
    est.train(input_fn, max_steps=steps)
    result = est.evaluate(input_fn, steps=3)
    predicted = [item["y"].tolist() for item in est.predict(some_examples)]
    return {
        "metrics": {key: float(value) for key, value in result.items()},
        "variables": {
            name: np.ravel(est.get_variable_value(name)).tolist()
            for name in sorted(est.get_variable_names())
        },
        "predicted": predicted,
        "seen": seen,
        "events": events(folder),
    }


def events(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        if "tfevents" in name:
            for event in v1.train.summary_iterator(os.path.join(folder, name)):
                for value in event.summary.value:
                    if "/sec" in value.tag:
                        continue
                    number = value.simple_value or float(tf.make_ndarray(value.tensor))
                    found.setdefault(value.tag, {})[event.step] = number
    return found


def write_loss(folder):
    def host_call(step, losses):
        writer = tf.summary.create_file_writer(folder)
        with writer.as_default():
            tf.summary.scalar("on_host", tf.reduce_mean(losses), step=step[0])
            return v1.summary.all_v2_summary_ops()

    return host_call


def from_checkpoint(folder):
    def scaffold_fn():
        v1.train.init_from_checkpoint(folder, {"w": "w"})
        return v1.train.Scaffold()

    return scaffold_fn


def strategy_of_config(folder):
    """An Estimator whose configuration names the TPU's strategy for training."""
    def model_fn(features, labels, mode):
        w = v1.get_variable("w", [3, 1], initializer=v1.ones_initializer())
        predictions = features["x"] @ w
        loss = v1.losses.mean_squared_error(labels, predictions)
        step = v1.train.get_global_step()
        train_op = momentum().minimize(loss, step) if mode == "train" else None
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=train_op, eval_metric_ops=metrics(labels, predictions)
        )

    strategy = None
    if int(sys.argv[1]):
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver("local")
        strategy = tf.distribute.TPUStrategy(resolver)
    config = estimator.RunConfig(folder, train_distribute=strategy)
    est = estimator.Estimator(model_fn, config=config)
    size = BATCH // strategy.num_replicas_in_sync if strategy else BATCH
    est.train(lambda: dataset(size), max_steps=10)
    result = est.evaluate(lambda: dataset(BATCH), steps=3)
    return {
        "metrics": {key: float(value) for key, value in result.items()},
        "variables": {"w": np.ravel(est.get_variable_value("w")).tolist()},
    }


def failures(folder):
    """The messages of what a TPU can't do."""
    def open_size(params):
        return dataset(params["batch_size"]).unbatch().batch(params["batch_size"])

    def scalar_for_host(features, labels, mode, params):
        spec = make_model_fn(adam, [])(features, labels, mode, params)
        return spec._replace(host_call=(lambda loss: loss, [spec.loss]))

    def not_split(features, labels, mode, params):
        spec = make_model_fn(adam, [])(features, labels, mode, params)
        return estimator.EstimatorSpec(mode, loss=spec.loss, train_op=spec.train_op)

    tries = {
        "open size": (make_model_fn(adam, []), "train", open_size, BATCH),
        "scalar": (scalar_for_host, "train", plain_input, BATCH),
        "not split": (not_split, "evaluate", plain_input, BATCH),
        "size": (make_model_fn(adam, []), "evaluate", plain_input, BATCH + 1),
        "no size": (make_model_fn(adam, []), "evaluate", plain_input, None),
    }
    found = {}
    for name, (model_fn, method, input_fn, size) in tries.items():
        est = tpu.TPUEstimator(
            model_fn, config=tpu.RunConfig(model_dir=os.path.join(folder, name)),
            train_batch_size=BATCH, eval_batch_size=size,
        )
        try:
            getattr(est, method)(input_fn, steps=1)
        except (ValueError, TypeError) as error:
            found[name] = str(error)
    return found


def jobs(folder):
    here = lambda name: os.path.join(folder, name)  # noqa: E731
    wrapped = cross_shard(momentum)
    yield "momentum", lambda: run(here("momentum"), momentum)
    yield "wrapped", lambda: run(here("wrapped"), wrapped)
    yield "adam", lambda: run(here("adam"), cross_shard(adam))
    yield "sum", lambda: run(
        here("sum"), cross_shard(gradient_descent, reduction=v1.losses.Reduction.SUM), how="sum"
    )
    yield "tensors", lambda: run(here("tensors"), wrapped, tensors_input)
    for name in ("PER_HOST_V2", "BROADCAST", "SLICED", "PER_SHARD_V1"):
        key = "eval_training_input_configuration" if name == "SLICED" else (
            "per_host_input_for_training"
        )
        yield name, lambda name=name, key=key: run(
            here(name), wrapped, sharded_input, {key: getattr(MODES, name)}
        )
    yield "host_call", lambda: run(
        here("host_call"), wrapped, host_call=write_loss(here("host_call"))
    )
    yield "scaffold", lambda: run(
        here("scaffold"), wrapped, steps=1, scaffold_fn=from_checkpoint(here("momentum"))
    )
    yield "batch_norm", lambda: run(here("batch_norm"), wrapped, hidden=normalized)
    yield "dropout", lambda: run(here("dropout"), wrapped, hidden=dropped)
    yield "config", lambda: strategy_of_config(here("config"))
    if int(sys.argv[1]):
        yield "failures", lambda: failures(folder)


def main() -> None:
    cores, folder = int(sys.argv[1]), sys.argv[2]
    if cores:
        emulate(cores)
    results = {}
    for name, job in jobs(folder):
        try:
            results[name] = job()
        except Exception as error:
            raise RuntimeError(f"job {name}") from error
    print(json.dumps(results))


if __name__ == "__main__":
    main()
