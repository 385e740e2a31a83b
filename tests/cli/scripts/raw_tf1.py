"""A regression of TensorFlow 1 style, with flags and an export."""

import numpy as np
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.INFO)
tf.app.flags.DEFINE_float("rate", 0.1, "learning rate")
tf.app.flags.DEFINE_string("model_dir", None, "where the model goes")
FLAGS = tf.app.flags.FLAGS


def model_fn(features, labels, mode):
    w = tf.get_variable("w", [3, 1], initializer=tf.glorot_uniform_initializer())
    y = tf.matmul(features["x"], w)
    if mode == tf.estimator.ModeKeys.PREDICT:
        served = {"serving_default": tf.estimator.export.PredictOutput({"y": y})}
        return tf.estimator.EstimatorSpec(mode, predictions={"y": y}, export_outputs=served)
    loss = tf.losses.mean_squared_error(labels, y)
    optimizer = tf.train.GradientDescentOptimizer(FLAGS.rate)
    return tf.estimator.EstimatorSpec(
        mode,
        loss=loss,
        train_op=optimizer.minimize(loss, tf.train.get_global_step()),
        eval_metric_ops={"mae": tf.metrics.mean_absolute_error(labels, y)},
    )


def input_fn():
    x = np.random.RandomState(0).rand(40, 3).astype("float32")
    return tf.data.Dataset.from_tensor_slices(({"x": x}, x.sum(1, keepdims=True))).batch(10)


def main(_):
    config = tf.estimator.RunConfig(
        tf_random_seed=1, log_step_count_steps=10, save_summary_steps=5
    )
    estimator = tf.estimator.Estimator(model_fn, FLAGS.model_dir, config)
    estimator.train(lambda: input_fn().repeat(), steps=40)
    estimator.evaluate(input_fn)
    receiver = {"x": tf.placeholder(tf.float32, [None, 3])}
    estimator.export_savedmodel(
        estimator.model_dir + "/export",
        tf.estimator.export.build_raw_serving_input_receiver_fn(receiver),
    )


if __name__ == "__main__":
    tf.app.run()
