"""Python code inside the graph: in the input pipeline, in the model, and as a metric."""

import numpy as np

from tests.fidelity.case import Case, split
from tests.fidelity.models._digits import minimize


def make(tf, estimator, files):
    def sharpen(image):
        return np.clip(image * 1.5 - 0.25, 0, 1).astype(np.float32)

    def read(image, label):
        image = tf.py_func(sharpen, [image], tf.float32)
        image.set_shape([8, 8])
        return {"image": image}, label

    def train_input():
        data = tf.data.Dataset.from_tensor_slices(split("train")).map(read)
        return data.shuffle(50).repeat().batch(20)

    def eval_input():
        return tf.data.Dataset.from_tensor_slices(split("eval")).map(read).batch(50)

    def predict_input():
        data = tf.data.Dataset.from_tensor_slices(split("predict"))
        return data.map(read).map(lambda features, _: features).batch(20)

    def model_fn(features, labels, mode):
        ink = tf.py_func(
            lambda x: x.sum(axis=(1, 2)).astype(np.float32), [features["image"]], tf.float32
        )
        ink = tf.reshape(ink, [-1, 1])
        net = tf.concat([tf.layers.flatten(features["image"]), ink / 64], axis=1)
        logits = tf.layers.dense(net, 10)
        classes = tf.argmax(logits, axis=1)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions=logits)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        metrics = {
            "accuracy": tf.metrics.accuracy(labels, classes),
            "mean_ink": tf.metrics.mean(ink),
        }
        train = minimize(tf, tf.train.AdadeltaOptimizer(1.0))
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=train(loss), eval_metric_ops=metrics
        )

    return Case(model_fn, train_input, eval_input, predict_input)
