"""Columns with one value per example take a shortcut; it must give what sparse lookups give."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.canned import _columns
from tfspec.canned._columns import as_columns, dense_input, weighted_sum

v1 = tf.compat.v1
columns = tf.feature_column

TOWNS = [b"Ulm", b"", b"Rom", b"elsewhere", b"Ulm"]  # the second is missing
SIZES = np.array([0, 4, 1, -1, 4])  # so is the fourth
AGES = np.float32([10, 40, 30, 60, 30])


def categorical():
    age = columns.bucketized_column(columns.numeric_column("age"), [20.0, 30.0])
    return {
        "hash": columns.categorical_column_with_hash_bucket("town", 7),
        "list": columns.categorical_column_with_vocabulary_list("town", ["Rom", "Ulm"]),
        "list_oov": columns.categorical_column_with_vocabulary_list(
            "town", ["Rom", "Ulm"], num_oov_buckets=2
        ),
        "identity": columns.categorical_column_with_identity("size", 5),
        "bucketized": age,
        "crossed": columns.crossed_column([age, "town", "room"], 11),
        "crossed_words_first": columns.crossed_column(["town", age], 11, hash_key=3),
        "crossed_words": columns.crossed_column(["town", "room"], 11),
        "crossed_categories": columns.crossed_column(
            [columns.categorical_column_with_vocabulary_list("town", TOWNS[2:4]), age, "room"], 11
        ),
    }


@pytest.fixture
def both_ways(monkeypatch):
    """Runs a function from features to outputs with the shortcut, and without."""

    def run(build):
        seen = [outputs_and_gradients(build)]
        monkeypatch.setattr(_columns, "is_single_valued", lambda column, features: False)
        return [*seen, outputs_and_gradients(build)]

    return run


def outputs_and_gradients(build):
    with tf.Graph().as_default():
        output = build({
            "town": tf.constant(TOWNS),
            "size": tf.constant(SIZES)[:, tf.newaxis],
            "room": tf.constant([1, 2, 3, 4, 5], tf.int64),
            "age": tf.constant(AGES),
        })  # fmt: skip
        random = np.random.RandomState(0)
        variables = v1.trainable_variables()
        fill = [variable.assign(random.randn(*variable.shape)) for variable in variables]
        gradients = map(tf.convert_to_tensor, tf.gradients(tf.square(output), variables))
        with v1.Session() as session:
            session.run([v1.global_variables_initializer(), v1.tables_initializer()])
            session.run(fill)
            return session.run([output, *gradients])


def assert_all_equal(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("partitions", [None, 2])
@pytest.mark.parametrize("name", categorical())
def test_weighted_sums(name, partitions, both_ways):
    def build(features):
        partitioner = partitions and v1.fixed_size_partitioner(partitions)
        with v1.variable_scope("model", partitioner=partitioner):
            return weighted_sum(features, [categorical()[name]], 3, "sum", "linear")[0]

    ours, theirs = both_ways(build)
    assert_all_equal(ours, theirs)


@pytest.mark.parametrize("combiner", ["sum", "mean", "sqrtn"])
@pytest.mark.parametrize("name", categorical())
def test_embeddings(name, combiner, both_ways):
    def build(features):
        column = columns.embedding_column(categorical()[name], 3, combiner=combiner)
        return dense_input(features, as_columns(column), v1.get_variable_scope(), "input")[0]

    ours, theirs = both_ways(build)
    assert_all_equal(ours, theirs)


def test_buckets_as_dense_column(both_ways):
    def build(features):
        column = as_columns(categorical()["bucketized"])
        return dense_input(features, column, v1.get_variable_scope(), "input")[0]

    ours, theirs = both_ways(build)
    assert_all_equal(ours, theirs)
    assert ours[0].tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1], [0, 0, 1]]


def test_missing_and_unknown_words_count_nothing(both_ways):
    def build(features):
        return weighted_sum(features, [categorical()["list"]], 1, "sum", "linear")[0]

    (logits, _, _), _ = both_ways(build)
    none = logits[1]
    np.testing.assert_array_equal(logits[[1, 3]], [none, none])
    assert logits[0] == logits[4] != none != logits[2]
