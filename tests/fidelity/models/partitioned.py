"""Partitioned variables: weights in three slices, an embedding in four."""

import numpy as np

from tests.fidelity.case import Case, split


def make(tf, estimator, files):
    def features_of(part):
        images, labels = split(part)
        return {"image": images, "row": (np.arange(len(labels)) % 11).astype(np.int64)}, labels

    def train_input():
        return tf.data.Dataset.from_tensor_slices(features_of("train")).repeat().batch(32)

    def eval_input():
        return tf.data.Dataset.from_tensor_slices(features_of("eval")).batch(50)

    def predict_input():
        return tf.data.Dataset.from_tensor_slices(features_of("predict")[0]).batch(20)

    def model_fn(features, labels, mode):
        with tf.variable_scope("model", partitioner=tf.fixed_size_partitioner(3)):
            weights = tf.get_variable("weights", [64, 10])
            bias = tf.get_variable("bias", [10], partitioner=None)
        with tf.variable_scope("", partitioner=tf.fixed_size_partitioner(4)):
            rows = tf.get_variable("rows", [11, 10], initializer=tf.zeros_initializer())
        logits = tf.matmul(tf.layers.flatten(features["image"]), tf.convert_to_tensor(weights))
        logits += tf.convert_to_tensor(bias)
        logits += tf.nn.embedding_lookup(rows, features["row"], partition_strategy="div")
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions={"logits": logits})
        penalty = 0.001 * tf.add_n([tf.nn.l2_loss(part) for part in weights])
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits) + penalty
        metrics = {"top_2": tf.metrics.mean(tf.nn.in_top_k(logits, labels, 2))}
        optimizer = tf.train.AdamOptimizer(0.02)
        train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=train_op, eval_metric_ops=metrics
        )

    return Case(model_fn, train_input, eval_input, predict_input)
