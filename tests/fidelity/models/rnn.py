"""dynamic_rnn over sequences of different lengths, read row by row."""

import numpy as np

from tests.fidelity.case import Case, split
from tests.fidelity.models._digits import classifier_spec, minimize


def make(tf, estimator, files):
    def rows(part):
        images, labels = split(part)
        lengths = np.random.RandomState(1).randint(4, 9, size=len(images)).astype(np.int32)
        return {"rows": images, "length": lengths}, labels

    def train_input():
        return tf.data.Dataset.from_tensor_slices(rows("train")).shuffle(100).repeat().batch(32)

    def eval_input():
        return tf.data.Dataset.from_tensor_slices(rows("eval")).batch(50)

    def predict_input():
        return tf.data.Dataset.from_tensor_slices(rows("predict")[0]).batch(20)

    def model_fn(features, labels, mode):
        cell = tf.nn.rnn_cell.LSTMCell(12)
        _, state = tf.nn.dynamic_rnn(
            cell, features["rows"], sequence_length=features["length"], dtype=tf.float32
        )
        logits = tf.layers.dense(state.h, 10)
        train = minimize(tf, tf.train.RMSPropOptimizer(0.005))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, train_input, eval_input, predict_input)
