"""Dropout from tf.layers and tf.nn, and noise made by hand: three random streams."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import classifier_spec, dataset_inputs, minimize


def make(tf, estimator, files):
    def model_fn(features, labels, mode, params):
        training = mode == estimator.ModeKeys.TRAIN
        net = tf.layers.flatten(features["image"])
        if training:
            net += tf.random_normal(tf.shape(net), stddev=0.1)
        net = tf.layers.dense(net, 32, activation=tf.nn.relu)
        net = tf.layers.dropout(net, params["rate"], training=training)
        net = tf.layers.dense(net, 16, activation=tf.nn.relu)
        if training:
            net = tf.nn.dropout(net, keep_prob=0.8)
        logits = tf.layers.dense(net, 10)
        train = minimize(tf, tf.train.AdamOptimizer(0.01))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, *dataset_inputs(tf), {"rate": 0.3})
