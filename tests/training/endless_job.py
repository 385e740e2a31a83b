"""A job for others to stop: `endless_job train|train_and_evaluate MODEL_DIR [MAX_STEPS]`.

Every value of its two variables equals the global step, or its negative, at any time: a
checkpoint that isn't whole shows.
"""

from __future__ import annotations

import signal
import sys

import tensorflow as tf

import tfspec.estimator as tfe

v1 = tf.compat.v1
SAVE_EVERY = 40
SIZE = 100_000


def model_fn(features, labels, mode):
    step = v1.train.get_global_step()
    up = v1.get_variable("up", [SIZE], initializer=v1.zeros_initializer())
    down = v1.get_variable("down", [SIZE], initializer=v1.zeros_initializer())
    # Something to do, so that signals come in the middle of it.
    work = tf.reduce_sum(tf.matmul(tf.ones([200, 200]), tf.ones([200, 200])))
    loss = tf.reduce_mean(up) + 0.0 * work + tf.reduce_sum(features) * 0.0
    train_op = tf.group(
        v1.assign_add(up, tf.ones([SIZE])), v1.assign_sub(down, tf.ones([SIZE])),
        v1.assign_add(step, 1),
    )  # fmt: skip
    return tfe.EstimatorSpec(mode, loss=loss, train_op=train_op)


def input_fn():
    return tf.data.Dataset.from_tensors([1.0]).repeat()


def estimator(model_dir: str) -> tfe.Estimator:
    config = tfe.RunConfig(model_dir, save_checkpoints_steps=SAVE_EVERY, keep_checkpoint_max=3)
    return tfe.Estimator(model_fn, config=config)


def main(way: str, model_dir: str, max_steps: str | None = None) -> None:
    est, steps = estimator(model_dir), max_steps and int(max_steps)
    if way == "train":
        est.train(input_fn, max_steps=steps)
    else:
        tfe.train_and_evaluate(
            est,
            tfe.TrainSpec(input_fn, steps),
            tfe.EvalSpec(input_fn, steps=2, throttle_secs=0),
        )


if __name__ == "__main__":
    # A shell has background jobs ignore it, and what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(*sys.argv[1:])
