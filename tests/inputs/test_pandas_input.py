"""`pandas_input_fn`: columns to tensors, checks. Order is tested with `numpy_input_fn`."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.inputs import pandas_input_fn

pd = pytest.importorskip("pandas")

INDEX = [100, 101, 102]
X = pd.DataFrame({"b": [1, 2, 3], "a": [1.0, 2.0, 3.0], "s": ["x", "y", "z"]}, index=INDEX)
Y = pd.Series([7, 8, 9], index=INDEX)


def first_batch(input_fn):
    with tf.Graph().as_default():
        tensors = input_fn()
        with tf.compat.v1.train.MonitoredSession() as session:
            return session.run(tensors)


def test_columns_become_features_in_their_order():
    features, labels = first_batch(pandas_input_fn(X, Y, batch_size=2, shuffle=False))
    assert list(features) == ["b", "a", "s"]
    assert features["b"].tolist() == [1, 2] and features["b"].dtype == np.int64
    assert features["s"].tolist() == [b"x", b"y"]
    assert labels.tolist() == [7, 8]


def test_without_labels_only_features():
    features = first_batch(pandas_input_fn(X, shuffle=False, num_epochs=None, batch_size=5))
    assert features["a"].tolist() == [1, 2, 3, 1, 2]


def test_frame_of_labels_becomes_a_dict_even_if_names_are_shared():
    labels = pd.DataFrame({"a": [10, 11, 12], "q": [20, 21, 22]}, index=INDEX)
    features, targets = first_batch(pandas_input_fn(X, labels, batch_size=1, shuffle=False))
    assert features["a"].tolist() == [1.0]
    assert {key: value.tolist() for key, value in targets.items()} == {"a": [10], "q": [20]}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Categorical(["u", "v", "u"]), [b"u", b"v", b"u"]),
        (pd.Categorical([3, 4, 3]), [3, 4, 3]),
        (pd.array([1, 2, 3], dtype="Int64"), [1, 2, 3]),
        (pd.array([True, False, True], dtype="boolean"), [True, False, True]),
        (pd.array(["k", "l", "m"], dtype="string"), [b"k", b"l", b"m"]),
    ],
    ids=str,
)
def test_pandas_own_dtypes(column, expected):
    frame = pd.DataFrame({"c": column})
    assert first_batch(pandas_input_fn(frame, shuffle=False))["c"].tolist() == expected


def test_queue_capacity_none_and_shuffle():
    input_fn = pandas_input_fn(X, Y, batch_size=3, shuffle=True, queue_capacity=None)
    features, labels = first_batch(input_fn)
    assert sorted(labels) == [7, 8, 9]
    assert (features["b"] + 6 == labels).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"x": X, "y": Y}, ValueError, "shuffle must be provided and explicitly set as boolean"),
        ({"x": X.b.to_numpy(), "shuffle": False}, TypeError, "x must be a pandas DataFrame"),
        ({"x": X, "y": [1], "shuffle": False}, TypeError, "y must be a pandas Series or DataFr"),
        (
            {"x": X, "y": Y, "shuffle": False, "target_column": ["t"]},
            TypeError,
            "target_column must be a string type",
        ),
        (
            {"x": X, "y": Y, "shuffle": False, "target_column": "a"},
            ValueError,
            "Cannot use name a for target column",
        ),
        (
            {"x": X, "y": Y.reset_index(drop=True), "shuffle": False},
            ValueError,
            "Index for x and y are mismatched",
        ),
        ({"x": X[:0], "shuffle": False}, ValueError, "x cannot be an empty DataFrame"),
        (
            {"x": pd.DataFrame([[1, 2]], columns=["a", "a"]), "shuffle": False},
            ValueError,
            r"more than once: \['a'\]",
        ),
        (
            {"x": pd.DataFrame({"c": pd.array([1, None], dtype="Int64")}), "shuffle": False},
            TypeError,
            "must hold str or bytes only",
        ),
    ],
)
def test_refuses(arguments, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        pandas_input_fn(**arguments)()
