"""Linear regression with plain variables."""

import numpy as np

from tests.fidelity.case import Case


def make(tf, estimator, files):
    random = np.random.RandomState(0)
    x = random.randn(64, 3).astype(np.float32)
    y = (x @ np.array([[1.5], [-2.0], [0.5]], np.float32) + 0.25).astype(np.float32)

    def train_input():
        data = tf.data.Dataset.from_tensor_slices(({"x": x}, y))
        return data.shuffle(64).repeat().batch(16)

    def eval_input():
        return tf.data.Dataset.from_tensor_slices(({"x": x}, y)).batch(16)

    def predict_input():
        return tf.data.Dataset.from_tensor_slices({"x": x}).batch(24)

    def model_fn(features, labels, mode, params):
        weights = tf.get_variable("weights", [3, 1])
        bias = tf.get_variable("bias", [1], initializer=tf.zeros_initializer())
        output = tf.matmul(features["x"], weights) + bias
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions={"y": output})
        loss = tf.losses.mean_squared_error(labels, output)
        metrics = {
            "mae": tf.metrics.mean_absolute_error(labels, output),
            "rmse": tf.metrics.root_mean_squared_error(labels, output),
        }
        optimizer = tf.train.GradientDescentOptimizer(params["learning_rate"])
        train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=train_op, eval_metric_ops=metrics
        )

    return Case(model_fn, train_input, eval_input, predict_input, {"learning_rate": 0.1})
