"""tf.while_loop with a TensorArray, tf.cond and a trip count that depends on the data."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import classifier_spec, dataset_inputs, minimize


def make(tf, estimator, files):
    def refine(net, weights):
        """Applies a residual layer until the activations are large, at most 6 times."""
        history = tf.TensorArray(tf.float32, size=0, dynamic_size=True, clear_after_read=False)

        def condition(step, value, _):
            return tf.logical_and(step < 6, tf.reduce_max(tf.abs(value)) < 4.0)

        def body(step, value, seen):
            value = value + tf.nn.relu(tf.matmul(value, weights))
            return step + 1, value, seen.write(step, tf.reduce_mean(value))

        steps, value, history = tf.while_loop(
            condition, body, [tf.constant(0), net, history], name="refine"
        )
        return steps, value, tf.reduce_sum(history.stack())

    def model_fn(features, labels, mode):
        net = tf.layers.dense(tf.layers.flatten(features["image"]), 12, activation=tf.nn.relu)
        weights = tf.get_variable("refine_weights", [12, 12])
        steps, net, total = refine(net, weights)
        tf.summary.scalar("refine_steps", tf.cast(steps, tf.float32))
        net = tf.cond(total > 2.0, lambda: net / 2.0, lambda: net + 0.1)
        logits = tf.layers.dense(net, 10)
        train = minimize(tf, tf.train.GradientDescentOptimizer(0.1))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, *dataset_inputs(tf))
