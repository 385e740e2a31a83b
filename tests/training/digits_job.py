"""A training job on scikit-learn's digits, run as a process: `digits_job MODEL_DIR MAX_STEPS`.

With a third argument the process kills itself when it comes to that step. What its hooks saw
goes to standard output as one JSON object.
"""

from __future__ import annotations

import json
import os
import signal
import sys

import numpy as np
import tensorflow as tf

import tfspec.estimator as tfe

v1 = tf.compat.v1


def data():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(x))
    x, y = (x[order] / 16.0).astype(np.float32), y[order].astype(np.int32)
    return (x[:1200], y[:1200]), (x[1200:], y[1200:])


def input_fn(x, y, training=False):
    def make():
        dataset = tf.data.Dataset.from_tensor_slices(({"pixels": x}, y))
        return dataset.shuffle(1200).repeat().batch(32) if training else dataset.batch(100)

    return make


class Calls(v1.train.SessionRunHook):
    """Counts what it is called for, and does in each callback what a hook may do there.

    It adds an op to the graph and fetches it, feeds a tensor, and runs the session.
    """

    def __init__(self, tensor: str = "mean_loss:0"):
        self.tensor = tensor
        self.seen = dict.fromkeys(("begin", "after_create_session", "after_run", "end"), 0)

    def begin(self):
        self.seen["begin"] += 1
        self.value = 2.0 * v1.get_default_graph().get_tensor_by_name(self.tensor)

    def after_create_session(self, session, coord):
        self.seen["after_create_session"] += 1
        assert session.run(v1.train.get_global_step()) >= 0

    def before_run(self, run_context):
        return v1.train.SessionRunArgs(self.value)

    def after_run(self, run_context, run_values):
        self.seen["after_run"] += 1
        assert np.isfinite(run_values.results).all()
        assert run_context.session.run(v1.train.get_global_step()) >= 0

    def end(self, session):
        self.seen["end"] += 1


class Feeds(v1.train.SessionRunHook):
    """Feeds a little noise into every step."""

    def before_run(self, run_context):
        return v1.train.SessionRunArgs("noise:0", feed_dict={"noise:0": 0.001})

    def after_run(self, run_context, run_values):
        assert run_values.results == np.float32(0.001)


class Now(v1.train.SessionRunHook):
    """Says in advance when it wants to see a step, and notes those that it sees."""

    def __init__(self):
        self.steps: list[int] = []

    def steps_until_due(self, global_step, seconds_per_step):
        return 50 - global_step % 50

    def before_run(self, run_context):
        return v1.train.SessionRunArgs(v1.train.get_global_step())

    def after_run(self, run_context, run_values):
        self.steps.append(int(run_context.session.run(v1.train.get_global_step())))


class Killer(v1.train.SessionRunHook):
    """Ends the process without any goodbye at a step."""

    def __init__(self, step: int):
        self.step = step

    def before_run(self, run_context):
        return v1.train.SessionRunArgs(v1.train.get_global_step())

    def after_run(self, run_context, run_values):
        if run_values.results >= self.step:
            os.kill(os.getpid(), signal.SIGKILL)


class Saves(v1.train.CheckpointSaverListener):
    def __init__(self):
        self.steps: list[int] = []

    def after_save(self, session, global_step_value):
        self.steps.append(int(global_step_value))


IN_TRAINING, OF_CHIEF, IN_EVALUATION = Calls(), Calls(), Calls()
IN_PREDICTION = Calls("probabilities:0")


def model_fn(features, labels, mode):
    noise = v1.placeholder_with_default(0.0, [], name="noise")
    hidden = features["pixels"] + noise
    for name, units in (("hidden", 64), ("logits", 10)):
        w = v1.get_variable(name, [hidden.shape[1], units])
        b = v1.get_variable(f"{name}_bias", [units], initializer=v1.zeros_initializer())
        hidden = tf.matmul(hidden if name == "hidden" else tf.nn.relu(hidden), w) + b
    classes = tf.argmax(hidden, 1, output_type=tf.int32)
    predictions = {"class": classes, "probabilities": tf.nn.softmax(hidden, name="probabilities")}
    if mode == tfe.ModeKeys.PREDICT:
        return tfe.EstimatorSpec(mode, predictions=predictions, prediction_hooks=[IN_PREDICTION])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=hidden)
    loss = tf.reduce_mean(losses, name="mean_loss")
    return tfe.EstimatorSpec(
        mode,
        loss=loss,
        train_op=v1.train.AdamOptimizer(0.01).minimize(loss, v1.train.get_global_step()),
        eval_metric_ops={"accuracy": v1.metrics.accuracy(labels, classes)},
        training_hooks=[IN_TRAINING],
        training_chief_hooks=[OF_CHIEF],
        evaluation_hooks=[IN_EVALUATION],
    )


def serving_fn():
    pixels = v1.placeholder(tf.float32, [None, 64], name="pixels")
    return tfe.export.ServingInputReceiver({"pixels": pixels}, {"pixels": pixels})


def more_accurate(best_eval_result, current_eval_result):
    return current_eval_result["accuracy"] > best_eval_result["accuracy"]


def exporters() -> list[tfe.Exporter]:
    return [
        tfe.FinalExporter("final", serving_fn),
        tfe.LatestExporter("latest", serving_fn, exports_to_keep=2),
        tfe.BestExporter("best", serving_fn, compare_fn=more_accurate),
    ]


def estimator(model_dir: str) -> tfe.Estimator:
    config = tfe.RunConfig(model_dir, tf_random_seed=1, save_checkpoints_steps=100)
    return tfe.Estimator(model_fn, config=config)


def main(model_dir: str, max_steps: str, kill_at: str | None = None) -> None:
    train, held_out = data()
    est = estimator(model_dir)
    saves = Saves()
    experimental = tfe.experimental
    hooks = [
        experimental.stop_if_no_increase_hook(
            est, "accuracy", 300, min_steps=700, run_every_secs=None, run_every_steps=100
        ),
        experimental.InMemoryEvaluatorHook(
            est, input_fn(*train), steps=2, name="training_data", every_n_iter=200
        ),
    ]
    hooks += [Feeds(), now := Now()]
    if kill_at is not None:
        hooks.append(Killer(int(kill_at)))
    metrics, exports = tfe.train_and_evaluate(
        est,
        tfe.TrainSpec(
            input_fn(*train, training=True), int(max_steps), hooks, saving_listeners=[saves]
        ),
        tfe.EvalSpec(input_fn(*held_out), steps=None, exporters=exporters(), throttle_secs=0),
    )
    report = {
        "accuracy": float(metrics["accuracy"]),
        "global_step": int(metrics["global_step"]),
        "exports": [path and os.fsdecode(path) for path in exports],
        "saves": saves.steps,
        "in_training": IN_TRAINING.seen,
        "of_chief": OF_CHIEF.seen,
        "now": now.steps,
        "in_evaluation": IN_EVALUATION.seen,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
