"""tf.contrib.metrics, losses, lookup and signal: the numbers that TensorFlow 1.15 gave."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import lookup, losses, metrics, signal

v1 = tf.compat.v1
RANDOM = np.random.RandomState(0)
FLOATS, OTHERS = np.float32, np.int64


def two(make) -> list[np.ndarray]:
    return [make() for _ in range(2)]


P = two(lambda: RANDOM.rand(6).astype(FLOATS))
Y = two(lambda: RANDOM.randint(0, 2, 6))
W = two(lambda: RANDOM.rand(6).astype(FLOATS))
S = two(lambda: RANDOM.rand(6, 5).astype(FLOATS))
C = two(lambda: RANDOM.randint(0, 5, (6, 1)).astype(OTHERS))
BATCHES = {
    "P": P, "Y": Y, "W": W, "S": S, "C": C,
    "C1": [c[:, 0] for c in C],
    "T": [np.argsort(-s, 1)[:, :2].astype(OTHERS) for s in S],
}
AT = [0.2, 0.5, 0.8]
MEAN = [[0.21176, 0.4423], [0.49318, 0.71654]]
# What a metric is called with (`w`: these weights), and its value after two batches.
METRICS = {
    "streaming_recall_at_k": ("S C1 w", {"k": 2}, 0.17448),
    "streaming_sparse_recall_at_k": ("S C w", {"k": 2}, 0.17448),
    "streaming_sparse_precision_at_k": ("S C w", {"k": 2}, 0.08724),
    "streaming_sparse_precision_at_top_k": ("T C w", {}, 0.08724),
    "streaming_sparse_average_precision_at_k": ("S C w", {"k": 3}, 0.23737),
    "sparse_recall_at_top_k": ("C T w", {}, 0.17448),
    "streaming_precision_at_thresholds": ("P Y w", {"thresholds": AT}, [0.57812, 0.62901, 0.18302]),
    "streaming_recall_at_thresholds": ("P Y w", {"thresholds": AT}, [1.0, 0.86541, 0.03328]),
    "streaming_sensitivity_at_specificity": ("P Y w", {"specificity": 0.5}, 0.58361),
    "streaming_specificity_at_sensitivity": (
        "P Y w", {"sensitivity": 0.5, "num_thresholds": 50}, 0.5481),
    "streaming_true_positives_at_thresholds": (
        "P Y w", {"thresholds": AT}, [4.30741, 3.72765, 0.14335]),
    "streaming_true_negatives_at_thresholds": (
        "P Y w", {"thresholds": AT}, [0.0, 0.94467, 2.50336]),
    "streaming_false_positives_at_thresholds": ("P Y", {"thresholds": AT}, [4.0, 3.0, 1.0]),
    "streaming_false_negatives_at_thresholds": ("P Y", {"thresholds": AT}, [0.0, 2.0, 7.0]),
}
# Those that tf_slim has.
OF_SLIM = {
    "streaming_sparse_average_precision_at_top_k": ("T C w", {}, 0.12226),
    "streaming_false_positive_rate_at_thresholds": (
        "P Y w", {"thresholds": AT}, [1.0, 0.69946, 0.20358]),
    "streaming_false_negative_rate_at_thresholds": ("P Y", {"thresholds": AT}, [0.0, 0.25, 0.875]),
    "streaming_concat": (
        "P", {"max_size": 7}, [0.54881, 0.71519, 0.60276, 0.54488, 0.42365, 0.64589, 0.43759]),
    "streaming_dynamic_auc": ("Y P", {}, 0.5),
    "count": ("P w", {}, 7.45068),
    "precision_at_recall": ("Y P w", {"target_recall": 0.5, "num_thresholds": 50}, 0.63896),
    "recall_at_precision": ("Y P w", {"precision": 0.5, "num_thresholds": 50}, 0.15443),
    "auc_using_histogram": (
        "YB P", {"score_range": [0.0, 1.0], "nbins": 20}, 0.54688),
}
LOSSES = {
    "absolute_difference": ("P W w", {}, 0.16778825),
    "log_loss": ("P W", {"weights": 2.0}, 1.1729807),
    "mean_squared_error": ("P W", {}, 0.050341442),
    "sigmoid_cross_entropy": ("P W", {"label_smoothing": 0.1}, 0.5805563),
    "softmax_cross_entropy": ("S S w", {"label_smoothing": 0.1}, 2.563915),
    "sparse_softmax_cross_entropy": ("S C1 w", {}, 1.4050907),
    "compute_weighted_loss": ("S W", {}, 0.35393068),
}


def value_of(function, names: str, arguments: dict, steps: int):
    with tf.Graph().as_default(), v1.Session() as session:
        feeds = {name: v1.placeholder(x[0].dtype, x[0].shape) for name, x in BATCHES.items()}
        given = {**feeds, "YB": feeds["Y"] > 0}
        positional = [given[n] for n in names.removesuffix(" w").split()]
        weights = {"weights": feeds["W"]} if names.endswith(" w") else {}
        found = function(*positional, **arguments, **weights)
        value, update = found if isinstance(found, tuple) else (found, found)
        session.run([v1.global_variables_initializer(), v1.local_variables_initializer()])
        for step in range(steps):
            session.run(update, {feeds[name]: x[step] for name, x in BATCHES.items()})
        return session.run(value, {feeds[name]: x[0] for name, x in BATCHES.items()})


@pytest.mark.parametrize("name", METRICS)
def test_metrics(name):
    *call, expected = METRICS[name]
    np.testing.assert_allclose(value_of(getattr(metrics, name), *call, 2), expected, atol=6e-6)


@pytest.mark.parametrize("name", OF_SLIM)
def test_metrics_of_tf_slim(name):
    pytest.importorskip("tf_slim")
    *call, expected = OF_SLIM[name]
    np.testing.assert_allclose(value_of(getattr(metrics, name), *call, 2), expected, atol=6e-6)


def test_mean_tensor():
    mean = value_of(metrics.streaming_mean_tensor, "S", {}, 2)
    np.testing.assert_allclose(mean[:2, :2], MEAN, atol=6e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    pytest.importorskip("tf_slim")
    *call, expected = LOSSES[name]
    np.testing.assert_allclose(value_of(getattr(losses, name), *call, 0), expected, rtol=1e-6)


def test_tables_of_strings(tmp_path):
    file = tmp_path / "words"
    file.write_text("emerson\nlake\npalmer\n")
    words = tf.constant(["lake", "x", "palmer", "y"])
    for make, expected in (
        (lambda: lookup.string_to_index_table_from_file(str(file)), [1, -1, 2, -1]),
        (lambda: lookup.string_to_index_table_from_file(str(file), 2), [1, 3, 2, 4]),
        (lambda: lookup.string_to_index_table_from_file(str(file), 2, 2), [1, 2, 3, 3]),
        (lambda: lookup.string_to_index_table_from_tensor(["a", "lake"], 0, 7), [1, 7, 7, 7]),
        (
            lambda: lookup.string_to_index_table_from_tensor(
                ["a", "lake"], 1, hasher_spec=lookup.StrongHashSpec((1, 2))
            ),
            [1, 2, 2, 2],
        ),
    ):
        assert make().lookup(words).numpy().tolist() == expected


def test_a_dense_table():
    table = lookup.MutableDenseHashTable(tf.string, tf.int64, -1, empty_key="", deleted_key="$")
    table.insert(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64))
    assert table.lookup(tf.constant(["b", "c"])).numpy().tolist() == [2, -1]


def test_signal():
    assert signal.frame(tf.range(6.0), 4, 2).shape == (2, 4)
    np.testing.assert_allclose(signal.hann_window(4), [0, 0.5, 1, 0.5], atol=1e-6)
