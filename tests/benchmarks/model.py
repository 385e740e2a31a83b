"""The model that is measured: a classifier of three dense layers, batch 32, Adam."""

from __future__ import annotations

from typing import Any

import numpy as np

BATCH = 32
FEATURES = 64
LAYERS = (64, 64, 10)
EXAMPLES = 3200
LEARNING_RATE = 0.001


def data() -> tuple[np.ndarray, np.ndarray]:
    """Float32 features [EXAMPLES, FEATURES] and int32 classes [EXAMPLES] that depend on them."""
    random = np.random.RandomState(0)
    features = random.randn(EXAMPLES, FEATURES).astype(np.float32)
    return features, features[:, :10].argmax(axis=1).astype(np.int32)


def dataset(tf: Any, epochs: int | None = None) -> Any:
    """Shuffled ready-made batches, `epochs` times or for ever: an input that costs little, so
    that what is measured is the step."""
    features, labels = data()
    batches = {"x": features.reshape(-1, BATCH, FEATURES)}, labels.reshape(-1, BATCH)
    made = tf.data.Dataset.from_tensor_slices(batches)
    return made.shuffle(EXAMPLES // BATCH).repeat(epochs).prefetch(2)


def dataset_of_examples(tf: Any) -> Any:
    """Examples shuffled one by one and batched, as most scripts have it, for ever."""
    features, labels = data()
    examples = tf.data.Dataset.from_tensor_slices(({"x": features}, labels))
    return examples.shuffle(EXAMPLES).repeat().batch(BATCH).prefetch(2)


def make_model_fn(tf: Any, estimator: Any) -> Any:
    """The model as a TF1 `model_fn`."""

    def model_fn(features, labels, mode):
        net = tf.layers.dense(features["x"], LAYERS[0], activation=tf.nn.relu)
        net = tf.layers.dense(net, LAYERS[1], activation=tf.nn.relu)
        logits = tf.layers.dense(net, LAYERS[2])
        classes = tf.argmax(logits, axis=1)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions={"logits": logits, "class": classes})
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        metrics = {"accuracy": tf.metrics.accuracy(labels, classes)}
        train_op = tf.train.AdamOptimizer(LEARNING_RATE).minimize(
            loss, global_step=tf.train.get_global_step()
        )
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=train_op, eval_metric_ops=metrics
        )

    return model_fn


def make_loop(tf: Any) -> Any:
    """The same training, written by hand: a `tf.function` from a number of steps to the loss."""
    sizes = (FEATURES, *LAYERS)
    weights = [
        tf.Variable(tf.random.normal([rows, columns], stddev=rows**-0.5))
        for rows, columns in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    biases = [tf.Variable(tf.zeros([size])) for size in LAYERS]
    step = tf.Variable(0, dtype=tf.int64)
    variables = [*weights, *biases]
    slots = [[tf.Variable(tf.zeros_like(each)) for each in variables] for _ in range(2)]
    powers = [tf.Variable(0.9), tf.Variable(0.999)]
    batches = iter(dataset(tf))

    def train_step():
        features, labels = next(batches)
        with tf.GradientTape() as tape:
            net = features["x"]
            for weight, bias in zip(weights, biases, strict=True):
                net = tf.nn.bias_add(tf.matmul(net, weight), bias)
                net = net if weight is weights[-1] else tf.nn.relu(net)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, net))
        gradients = tape.gradient(loss, variables)
        for variable, m, v, gradient in zip(variables, *slots, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle, m=m.handle, v=v.handle, grad=gradient,
                beta1_power=powers[0], beta2_power=powers[1],
                lr=LEARNING_RATE, beta1=0.9, beta2=0.999, epsilon=1e-8,
            )
        powers[0].assign(powers[0] * 0.9)
        powers[1].assign(powers[1] * 0.999)
        step.assign_add(1)
        return loss

    @tf.function
    def loop(count):
        loss = tf.constant(0.0)
        for _ in tf.range(count):
            loss = train_step()
        return loss

    return loop
