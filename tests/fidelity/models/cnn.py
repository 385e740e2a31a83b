"""Convolutions and pooling from tf.layers, Momentum."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import classifier_spec, dataset_inputs, minimize


def make(tf, estimator, files):
    def model_fn(features, labels, mode):
        net = tf.expand_dims(features["image"], -1)
        net = tf.layers.conv2d(net, 6, 3, padding="same", activation=tf.nn.relu)
        net = tf.layers.max_pooling2d(net, 2, 2)
        net = tf.layers.conv2d(net, 8, 3, padding="valid", activation=tf.nn.relu)
        net = tf.layers.dense(tf.layers.flatten(net), 16, activation=tf.nn.relu)
        logits = tf.layers.dense(net, 10)
        train = minimize(tf, tf.train.MomentumOptimizer(0.05, momentum=0.9))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, *dataset_inputs(tf))
