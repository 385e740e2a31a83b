"""Batch normalization whose moving averages are updated through UPDATE_OPS."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import classifier_spec, dataset_inputs


def make(tf, estimator, files):
    def train(loss):
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            return tf.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True).minimize(
                loss, global_step=tf.train.get_global_step()
            )

    def model_fn(features, labels, mode):
        training = mode == estimator.ModeKeys.TRAIN
        net = tf.expand_dims(features["image"], -1)
        net = tf.layers.conv2d(net, 6, 3, use_bias=False)
        net = tf.nn.relu(tf.layers.batch_normalization(net, momentum=0.9, training=training))
        net = tf.layers.dense(tf.layers.flatten(net), 16, use_bias=False)
        net = tf.layers.batch_normalization(net, momentum=0.9, training=training, fused=False)
        logits = tf.layers.dense(tf.nn.relu(net), 10)
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, *dataset_inputs(tf))
