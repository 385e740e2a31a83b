"""Exponential moving averages of the weights; evaluation restores them through a Scaffold."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import dataset_inputs


def make(tf, estimator, files):
    def model_fn(features, labels, mode):
        net = tf.layers.dense(tf.layers.flatten(features["image"]), 16, activation=tf.nn.relu)
        logits = tf.layers.dense(net, 10)
        averages = tf.train.ExponentialMovingAverage(0.9, tf.train.get_global_step())
        if mode == estimator.ModeKeys.TRAIN:
            loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
            step = tf.train.get_global_step()
            update = tf.train.GradientDescentOptimizer(0.3).minimize(loss, global_step=step)
            with tf.control_dependencies([update]):
                train_op = averages.apply(tf.trainable_variables())
            return estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)
        scaffold = tf.train.Scaffold(saver=tf.train.Saver(averages.variables_to_restore()))
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions=logits, scaffold=scaffold)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        metrics = {"accuracy": tf.metrics.accuracy(labels, tf.argmax(logits, axis=1))}
        return estimator.EstimatorSpec(
            mode, loss=loss, eval_metric_ops=metrics, scaffold=scaffold
        )

    return Case(model_fn, *dataset_inputs(tf))
