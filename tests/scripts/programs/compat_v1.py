"""tf.compat.v1, as scripts were after TensorFlow 2 came: hooks, exporter, train_and_evaluate."""
import sys

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


class Losses(tf.estimator.SessionRunHook):
    def before_run(self, run_context):
        return tf.estimator.SessionRunArgs("loss:0")

    def after_run(self, run_context, run_values):
        print(f"{run_values.results:.3f}")


def input_fn(repeat):
    x = np.linspace(-1, 1, 40, dtype=np.float32).reshape(20, 2)
    dataset = tf.data.Dataset.from_tensor_slices(({"x": x}, x[:, :1] - x[:, 1:] ** 2))
    return dataset.repeat(repeat).batch(5)


def model_fn(features, labels, mode):
    net = tf.layers.dense(features["x"], 4, tf.nn.tanh)
    net = tf.layers.batch_normalization(net, training=mode == tf.estimator.ModeKeys.TRAIN)
    output = tf.layers.dense(net, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, {"y": output})
    loss = tf.reduce_mean(tf.squared_difference(output, labels), name="loss")
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train_op = tf.train.GradientDescentOptimizer(0.1).minimize(
            loss, tf.train.get_or_create_global_step())
    return tf.estimator.EstimatorSpec(
        mode, loss=loss, train_op=train_op,
        eval_metric_ops={"mae": tf.metrics.mean_absolute_error(labels, output)})


def serving_input_fn():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    return tf.estimator.export.ServingInputReceiver({"x": x}, {"x": x})


config = tf.estimator.RunConfig(
    sys.argv[1], tf_random_seed=6, save_checkpoints_steps=10, save_summary_steps=5)
tf.estimator.train_and_evaluate(
    tf.estimator.Estimator(model_fn, config=config),
    tf.estimator.TrainSpec(lambda: input_fn(None), max_steps=20, hooks=[Losses()]),
    tf.estimator.EvalSpec(
        lambda: input_fn(1), throttle_secs=0,
        exporters=tf.estimator.FinalExporter("last", serving_input_fn)))
