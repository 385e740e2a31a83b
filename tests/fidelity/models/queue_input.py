"""Input through queues and queue runners, as before tf.data."""

from tests.fidelity.case import Case, split
from tests.fidelity.models._digits import classifier_spec, minimize


def make(tf, estimator, files):
    def queue(part, epochs, shuffle):
        images, labels = split(part)
        # One thread and a first-in-first-out queue keep the order defined; the producer shuffles.
        image, label = tf.train.slice_input_producer(
            [tf.constant(images), tf.constant(labels)],
            num_epochs=epochs,
            shuffle=shuffle,
            capacity=64,
        )
        images, labels = tf.train.batch(
            [image, label], batch_size=25, num_threads=1, capacity=100
        )
        return {"image": images}, labels

    def train_input():
        return queue("train", None, True)

    def eval_input():
        return queue("eval", 1, False)

    def predict_input():
        return queue("predict", 1, False)

    def model_fn(features, labels, mode):
        net = tf.layers.dense(tf.layers.flatten(features["image"]), 16, activation=tf.nn.relu6)
        logits = tf.layers.dense(net, 10)
        train = minimize(tf, tf.train.ProximalAdagradOptimizer(0.2))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, train_input, eval_input, predict_input)
