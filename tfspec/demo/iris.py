"""The classic TF1 iris script: a `model_fn` of 2018, which only had one import changed.

The table is the one of R. A. Fisher, "The use of multiple measurements in taxonomic problems",
Annals of Eugenics 7 (1936), 179-188, as the UCI Machine Learning Repository (doi:10.24432/C56C76)
and scikit-learn distribute it: 50 flowers of each of three species, lengths in centimetres.
"""

from __future__ import annotations

import csv
import io
import pkgutil

import numpy as np
import tensorflow.compat.v1 as tf

from tfspec.compat.v1 import estimator  # was: from tensorflow.compat.v1 import estimator

FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
SPECIES = ["setosa", "versicolor", "virginica"]


def load_data():
    """Returns (features, labels) of 100 flowers to train on and of every third one, held out."""
    table = pkgutil.get_data(__package__, "iris.csv").decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    features = {name: np.array([row[name] for row in rows], np.float32) for name in FEATURES}
    labels = np.array([SPECIES.index(row["species"]) for row in rows], np.int32)
    held_out = np.arange(len(rows)) % 3 == 2

    def part(mask):
        return {name: column[mask] for name, column in features.items()}, labels[mask]

    return part(~held_out), part(held_out)


def train_input_fn(features, labels, batch_size):
    dataset = tf.data.Dataset.from_tensor_slices((features, labels))
    return dataset.shuffle(len(labels), seed=1).repeat().batch(batch_size)


def eval_input_fn(features, labels=None, batch_size=50):
    inputs = features if labels is None else (features, labels)
    return tf.data.Dataset.from_tensor_slices(inputs).batch(batch_size)


def model_fn(features, labels, mode, params):
    net = tf.feature_column.input_layer(features, params["feature_columns"])
    glorot = tf.glorot_uniform_initializer()  # drawn from the graph's seed
    for units in params["hidden_units"]:
        net = tf.layers.dense(net, units, activation=tf.nn.relu, kernel_initializer=glorot)
    logits = tf.layers.dense(net, len(SPECIES), kernel_initializer=glorot)

    classes = tf.argmax(logits, axis=1)
    if mode == estimator.ModeKeys.PREDICT:
        predictions = {"class_id": classes, "probabilities": tf.nn.softmax(logits)}
        return estimator.EstimatorSpec(mode, predictions=predictions)

    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    accuracy = tf.metrics.accuracy(labels=labels, predictions=classes, name="accuracy")
    tf.summary.scalar("accuracy", accuracy[1])
    if mode == estimator.ModeKeys.EVAL:
        return estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})

    optimizer = tf.train.AdagradOptimizer(params["learning_rate"])
    train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step())
    return estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def build_classifier(model_dir=None):
    return estimator.Estimator(
        model_fn,
        model_dir=model_dir,
        config=estimator.RunConfig(tf_random_seed=1, log_step_count_steps=250),
        params={
            "feature_columns": [tf.feature_column.numeric_column(name) for name in FEATURES],
            "hidden_units": [10, 10],
            "learning_rate": 0.1,
        },
    )


def main(model_dir=None, steps=5000, hooks=()):
    """Trains, evaluates, predicts. Returns (classifier, metrics, [(expected, predicted)...])."""
    (train_x, train_y), (test_x, test_y) = load_data()
    classifier = build_classifier(model_dir)
    classifier.train(lambda: train_input_fn(train_x, train_y, batch_size=32), hooks, steps)
    metrics = classifier.evaluate(lambda: eval_input_fn(test_x, test_y))
    predictions = classifier.predict(lambda: eval_input_fn(test_x))
    species = [SPECIES[prediction["class_id"]] for prediction in predictions]
    return classifier, metrics, list(zip([SPECIES[y] for y in test_y], species, strict=True))


if __name__ == "__main__":
    tf.logging.set_verbosity(tf.logging.INFO)
    print(main()[1])
