"""Keras layers and Keras metric objects inside a model_fn."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import dataset_inputs, minimize


def make(tf, estimator, files):
    keras = tf.keras

    def model_fn(features, labels, mode):
        training = mode == estimator.ModeKeys.TRAIN
        # Keras initializers take no seed from the graph: give them their own.
        initializers = [keras.initializers.glorot_uniform(seed=seed) for seed in (11, 12)]
        layers = [
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu", kernel_initializer=initializers[0]),
            keras.layers.Dense(10, kernel_initializer=initializers[1]),
        ]
        logits = features["image"]
        for layer in layers:
            logits = layer(logits)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions={"logits": logits})
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        if training:
            train = minimize(tf, tf.train.AdamOptimizer(0.01))
            return estimator.EstimatorSpec(mode, loss=loss, train_op=train(loss))
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
        accuracy.update_state(labels, logits)
        mean = keras.metrics.Mean(name="mean_logit")
        mean.update_state(logits)
        return estimator.EstimatorSpec(
            mode, loss=loss, eval_metric_ops={"accuracy": accuracy, "mean_logit": mean}
        )

    return Case(model_fn, *dataset_inputs(tf))
