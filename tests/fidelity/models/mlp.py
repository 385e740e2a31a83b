"""Three dense layers, Adam, a shuffled and repeated dataset, summaries of its own."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import classifier_spec, dataset_inputs, minimize


def make(tf, estimator, files):
    def model_fn(features, labels, mode, params):
        net = tf.layers.flatten(features["image"])
        for units in params["hidden"]:
            net = tf.layers.dense(net, units, activation=tf.nn.relu)
        tf.summary.histogram("hidden", net)
        tf.summary.scalar("hidden_mean", tf.reduce_mean(net))
        logits = tf.layers.dense(net, 10, name="logits")
        train = minimize(tf, tf.train.AdamOptimizer(0.01))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, *dataset_inputs(tf), {"hidden": [24, 16]})
