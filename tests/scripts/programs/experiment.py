"""tf.contrib.learn: an Experiment over a model_fn that returns ModelFnOps, run by learn_runner."""
import argparse

import numpy as np
import tensorflow as tf
from tensorflow.contrib import layers
from tensorflow.contrib.learn import ModeKeys
from tensorflow.contrib.learn.python.learn import learn_runner
from tensorflow.contrib.learn.python.learn.estimators import model_fn as model_fn_lib

tf.logging.set_verbosity(tf.logging.INFO)


def get_input_fn(seed, epochs):
    def input_fn():
        x = np.random.RandomState(seed).rand(64, 3).astype(np.float32)
        dataset = tf.data.Dataset.from_tensor_slices((x, x.sum(axis=1, keepdims=True)))
        return dataset.repeat(epochs).batch(16).make_one_shot_iterator().get_next()
    return input_fn


def model_fn(features, targets, mode, params):
    net = layers.stack(features, layers.fully_connected, [6, 4], scope="hidden")
    output = layers.linear(net, 1, scope="output")
    loss, train_op = None, None
    if mode != ModeKeys.INFER:
        loss = tf.losses.mean_squared_error(targets, output)
    if mode == ModeKeys.TRAIN:
        train_op = layers.optimize_loss(
            loss, tf.contrib.framework.get_global_step(),
            learning_rate=params.learning_rate, optimizer="Adam", clip_gradients=1.0)
    return model_fn_lib.ModelFnOps(
        mode=mode, predictions={"sum": output}, loss=loss, train_op=train_op)


def experiment_fn(run_config, hparams):
    estimator = tf.contrib.learn.Estimator(model_fn=model_fn, params=hparams, config=run_config)
    return tf.contrib.learn.Experiment(
        estimator,
        train_input_fn=get_input_fn(0, None),
        eval_input_fn=get_input_fn(1, 1),
        train_steps=hparams.train_steps,
        eval_steps=None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_dir")
    parser.add_argument("--hparams", default="")
    args = parser.parse_args()
    hparams = tf.contrib.training.HParams(learning_rate=0.01, train_steps=30)
    hparams.parse(args.hparams)
    config = tf.contrib.learn.RunConfig(
        model_dir=args.model_dir, tf_random_seed=2, save_checkpoints_steps=15,
        save_checkpoints_secs=None, save_summary_steps=10)
    learn_runner.run(experiment_fn, run_config=config, hparams=hparams,
                     schedule="train_and_evaluate")


if __name__ == "__main__":
    main()
