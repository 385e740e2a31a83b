"""tf.contrib.layers: columns, with TensorFlow 1.15's sums."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import layers

v1 = tf.compat.v1
COUNTING = v1.constant_initializer(np.arange(1.0, 7))


def words(first="a"):
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [first, "b", "q"], [2, 2])


def weights():
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [2.0, 3.0, 4.0], [2, 2])


def keys():
    return layers.sparse_column_with_keys("w", ["a", "b", "c"])


def real(name="r", dimension=1):
    return layers.real_valued_column(name, dimension)


def crossed():
    key = layers.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY
    hashed = layers.sparse_column_with_hash_bucket("h", 5)
    return layers.crossed_column([keys(), hashed], 7, hash_key=key)


@pytest.fixture
def session():
    with tf.Graph().as_default(), v1.Session() as session:
        yield session


@pytest.mark.parametrize(
    "columns, features, outputs, expected",
    [
        (lambda: [keys()], lambda: {"w": words()}, 1, [[3.5], [0.5]]),
        (lambda: [keys()], lambda: {"w": words()}, 3, [[5.5, 7.5, 9.5], [0.5, 0.5, 0.5]]),
        (
            lambda: [layers.weighted_sparse_column(keys(), "x")],
            lambda: {"w": words(), "x": weights()},
            1,
            [[8.5], [0.5]],
        ),
        (
            lambda: [real(dimension=2), keys()],
            lambda: {"w": words(), "r": tf.constant([[1.0, 2.0], [3.0, 4.0]])},
            2,
            [[11.5, 16.5], [15.5, 22.5]],
        ),
        (
            lambda: [layers.bucketized_column(real(), [1.5, 2.5])],
            lambda: {"r": tf.constant([[1.0], [3.0]])},
            2,
            [[1.5, 2.5], [5.5, 6.5]],
        ),
        (lambda: [crossed()], lambda: {"w": words(), "h": words()}, 1, [[22.5], [3.5]]),
    ],
    ids=["keys", "outputs", "weighted", "real", "bucketized", "crossed"],
)
def test_weighted_sums(columns, features, outputs, expected, session):
    """With weights 1, 2, 3... and a bias of 0.5."""
    found, variables, bias = layers.weighted_sum_from_feature_columns(
        features(), columns(), outputs
    )
    session.run([v1.global_variables_initializer(), v1.tables_initializer()])
    assert [len(of_column) for of_column in variables.values()] == [1] * len(variables)
    for (variable,) in variables.values():
        shape = variable.shape.as_list()
        variable.load(np.arange(1.0, 1 + np.prod(shape)).reshape(shape), session)
    bias.load([0.5] * outputs, session)
    np.testing.assert_allclose(session.run(found), expected)


def test_a_vocabulary_file(session, tmp_path):
    file = tmp_path / "words"
    file.write_text("a\nb\nc\n")
    column = layers.sparse_column_with_vocabulary_file("w", str(file), vocab_size=2)
    with_buckets = layers.sparse_column_with_vocabulary_file("w", str(file), 1, vocab_size=2)
    assert (column.num_buckets, with_buckets.num_buckets) == (2, 3)
    with pytest.raises(ValueError, match="vocab_size should be defined"):
        layers.sparse_column_with_vocabulary_file("w", str(file))


def test_shared_embeddings(session):
    other = layers.sparse_column_with_keys("z", ["a", "b", "c"])
    columns = layers.shared_embedding_columns([keys(), other], 2, initializer=COUNTING)
    found = layers.input_from_feature_columns({"w": words(), "z": words("b")}, columns)
    session.run([v1.global_variables_initializer(), v1.tables_initializer()])
    assert len(v1.global_variables()) == 1
    np.testing.assert_allclose(session.run(found)[0], [2.0, 3.0, 3.0, 4.0])


@pytest.mark.parametrize(
    "ids, settings, expected",
    [
        (lambda: [[0, 1], [2, 1]], {}, [[3.0, 4.0], [4.0, 5.0]]),
        (lambda: [[0, 1], [2, -1]], {}, [[3.0, 4.0], [5.0, 6.0]]),
        (lambda: [[0, 1], [2, 1]], {"sparse_lookup": False}, [[2.0, 3.0], [4.0, 5.0]]),
        (
            lambda: tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [0, 1, 2], [2, 2]),
            {},
            [[2.0, 3.0], [5.0, 6.0]],
        ),
    ],
)
def test_bags_of_words(ids, settings, expected, session):
    found = layers.bow_encoder(ids(), 3, 2, initializer=COUNTING, **settings)
    session.run(v1.global_variables_initializer())
    assert [v.op.name for v in v1.global_variables()] == ["bow_encoder/embeddings"]
    np.testing.assert_allclose(session.run(found), expected)


def test_bags_of_words_refuse_sparse_ids_for_a_dense_look_up(session):
    with pytest.raises(TypeError, match="expected to be dense"):
        layers.bow_encoder(tf.SparseTensor([[0, 0]], [0], [2, 2]), 3, 2, sparse_lookup=False)


def test_lookup_of_unique_ids(session):
    found = layers.embedding_lookup_unique(tf.constant([[1.0, 2], [3, 4]]), [[0, 1, 0], [1, 1, 1]])
    assert found.shape == (2, 3, 2)
    np.testing.assert_allclose(session.run(found)[0], [[1, 2], [3, 4], [1, 2]])


def test_features_of_columns(session):
    columns = [real(dimension=2), keys()]
    example = tf.train.Example()
    example.features.feature["r"].float_list.value.extend([1.0, 2.0])
    example.features.feature["w"].bytes_list.value.append(b"a")
    serialized = [example.SerializeToString()]
    parsed = session.run(layers.parse_feature_columns_from_examples(serialized, columns))
    assert parsed["r"].tolist() == [[1.0, 2.0]] and parsed["w"].values.tolist() == [b"a"]
    placeholders = layers.make_place_holder_tensors_for_base_features(columns)
    assert placeholders["r"].name == "Placeholder_r:0"
    assert placeholders["r"].shape.as_list() == [None, 2]
    assert isinstance(placeholders["w"], tf.SparseTensor)


def test_columns_of_one_name():
    with pytest.raises(ValueError, match="Duplicate feature column key found for column: r."):
        layers.check_feature_columns([real(), real()])
    layers.check_feature_columns([real(), real("other")])
