"""tensorflow.examples.tutorials.mnist.mnist: the tutorial's network of two hidden layers."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1

NUM_CLASSES = 10
IMAGE_SIZE = 28
IMAGE_PIXELS = IMAGE_SIZE * IMAGE_SIZE


def _layer(name: str, inputs: Any, units: tuple[int, int]) -> Any:
    """A linear layer from and to so many units, with variables `weights` and `biases`."""
    with v1.name_scope(name):
        start = v1.truncated_normal(units, stddev=1.0 / math.sqrt(float(units[0])))
        weights = v1.Variable(start, name="weights")
        biases = v1.Variable(tf.zeros(units[1:]), name="biases")
        return tf.matmul(inputs, weights) + biases


def inference(images: Any, hidden1_units: int, hidden2_units: int) -> Any:
    """Builds the network.

    Args:
        images: `[batch, IMAGE_PIXELS]`, float32.
        hidden1_units, hidden2_units: sizes of the hidden layers.

    Returns:
        Logits, `[batch, NUM_CLASSES]`.
    """
    hidden = images
    sizes = (IMAGE_PIXELS, hidden1_units, hidden2_units, NUM_CLASSES)
    for number in (1, 2):
        name = f"hidden{number}"
        with v1.name_scope(name) as within:
            linear = _layer(within, hidden, sizes[number - 1 : number + 1])
            hidden = tf.nn.relu(linear)
    return _layer("softmax_linear", hidden, sizes[2:])


def loss(logits: Any, labels: Any) -> Any:
    """The mean cross entropy.

    Args:
        logits: `[batch, NUM_CLASSES]`.
        labels: `[batch]`, whole numbers.
    """
    labels = tf.cast(labels, tf.int64, name="ToInt64")
    return v1.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)


def training(loss: Any, learning_rate: float) -> Any:
    """The op of a step of gradient descent, with a summary of the loss and a `global_step`."""
    v1.summary.scalar("loss", loss)
    optimizer = v1.train.GradientDescentOptimizer(learning_rate)
    global_step = v1.Variable(0, name="global_step", trainable=False)
    return optimizer.minimize(loss, global_step=global_step)


def evaluation(logits: Any, labels: Any) -> Any:
    """How many labels of a batch have the largest logit, int32."""
    correct = v1.nn.in_top_k(logits, labels, 1)
    return tf.reduce_sum(tf.cast(correct, tf.int32))
