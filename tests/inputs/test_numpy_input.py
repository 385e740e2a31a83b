"""`numpy_input_fn`: batches, order, checks."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.inputs import numpy_input_fn


def batches(input_fn, limit=100, seed=None):
    """What a session sees of an input function, until it ends."""
    seen = []
    with tf.Graph().as_default():
        tf.compat.v1.set_random_seed(seed)
        tensors = input_fn()
        with tf.compat.v1.train.MonitoredSession() as session:
            try:
                while len(seen) < limit:
                    seen.append(session.run(tensors))
            except tf.errors.OutOfRangeError:
                pass
    return seen


@pytest.mark.parametrize(
    ("rows", "batch_size", "num_epochs", "expected"),
    [
        (4, 2, 1, [[0, 1], [2, 3]]),
        (3, 2, 3, [[0, 1], [2, 0], [1, 2], [0, 1], [2]]),
        (2, 128, 2, [[0, 1, 0, 1]]),
        (5, 2, 1, [[0, 1], [2, 3], [4]]),
        (4, 2, 0, []),
    ],
)
def test_batches_run_across_epochs(rows, batch_size, num_epochs, expected):
    x = np.arange(rows)
    seen = batches(
        numpy_input_fn(x, batch_size=batch_size, num_epochs=num_epochs, shuffle=False)
    )
    assert [batch.tolist() for batch in seen] == expected


def test_structure_dtype_and_shape_are_those_of_the_arrays():
    x = {"z": np.float32([[1, 2], [3, 4]]), "a": np.array(["x", "é"])}
    y = {"q": np.array([b"k", b"l"]), "p": np.array([True, False])}
    input_fn = numpy_input_fn(x, y, batch_size=2, num_epochs=None, shuffle=False)
    with tf.Graph().as_default():
        features, labels = input_fn()
        assert list(features) == ["a", "z"] and list(labels) == ["p", "q"]
        assert features["z"].dtype == tf.float32 and features["z"].shape == [2, 2]
        assert features["a"].dtype == tf.string and labels["p"].dtype == tf.bool
    ((features, labels),) = batches(input_fn, limit=1)
    np.testing.assert_array_equal(features["z"], x["z"])
    assert features["a"].tolist() == [b"x", "é".encode()]
    assert labels["q"].tolist() == [b"k", b"l"]
    assert list(x) == ["z", "a"]  # what was given stays as it was


def test_batch_dimension_is_open_if_the_last_batch_can_be_short():
    with tf.Graph().as_default():
        features = numpy_input_fn(np.zeros([5, 3]), batch_size=2, shuffle=False)()
    assert features.shape.as_list() == [None, 3]


def test_shuffled_epochs_visit_every_row_once_and_follow_the_seed():
    x = np.arange(50)
    input_fn = numpy_input_fn(x, x * 2, batch_size=20, num_epochs=3, shuffle=True)
    runs = [batches(input_fn, seed=seed) for seed in (5, 5, 6)]
    orders = [np.concatenate([features for features, _ in run]) for run in runs]
    for epoch in np.split(orders[0], 3):
        assert sorted(epoch) == list(range(50))
    assert orders[0][:50].tolist() != orders[0][50:100].tolist()
    assert orders[0].tolist() == orders[1].tolist() != orders[2].tolist()
    assert all((labels == 2 * features).all() for features, labels in runs[0])


@pytest.mark.parametrize(("shuffle", "drawn"), [(False, 0), (True, 1)])
def test_draws_as_many_op_seeds_as_the_original(shuffle, drawn):
    # The seeds of a model's initializers follow from this count (tf.estimator 2.15.1).
    with tf.Graph().as_default():
        tf.compat.v1.set_random_seed(3)
        numpy_input_fn(np.arange(4), shuffle=shuffle)()
        assert tf.compat.v1.get_seed(None) == (3, drawn)


def test_threads_multiply_epochs_and_say_so(caplog):
    input_fn = numpy_input_fn(np.arange(4), batch_size=4, shuffle=False, num_threads=2)
    assert len(batches(input_fn)) == 2
    assert "every row comes 2 times" in caplog.text


def test_arrays_stay_out_of_the_graph():
    with tf.Graph().as_default() as graph:
        numpy_input_fn(np.zeros([1000, 1000]), shuffle=False)()
        assert graph.as_graph_def().ByteSize() < 100_000


def test_queue_runners_may_be_started_around_it():
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        features = numpy_input_fn(np.arange(4), batch_size=4, shuffle=False)()
        coordinator = tf.train.Coordinator()
        tf.compat.v1.train.start_queue_runners(session, coordinator)
        assert session.run(features).tolist() == [0, 1, 2, 3]
        coordinator.request_stop()


X = np.arange(4)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"x": X}, ValueError, "shuffle must be provided and explicitly set as boolean.*got None"),
        ({"x": [1], "shuffle": False}, TypeError, "x must be a dict or array; got list"),
        ({"x": {"a": [1]}, "shuffle": False}, TypeError, r"x\['a'\] must be an array.*got list"),
        ({"x": np.array(3), "shuffle": False}, TypeError, "at least 1 dimension; got a scalar"),
        ({"x": {}, "shuffle": False}, ValueError, "x cannot be an empty dict"),
        ({"x": np.zeros([2, 0]), "shuffle": False}, ValueError, "x cannot be an empty array"),
        ({"x": {"a": np.zeros([0])}, "shuffle": False}, ValueError, "x cannot be an empty array"),
        ({"x": X, "y": {}, "shuffle": False}, ValueError, "y cannot be empty dict, use None"),
        ({"x": X, "y": [1], "shuffle": False}, TypeError, "y must be a dict or array; got list"),
        (
            {"x": {"a": X, "b": X, "c": X}, "y": {"b": X, "a": X}, "shuffle": False},
            ValueError,
            r"2 duplicate keys are found in both x and y: \['a', 'b'\]",
        ),
        (
            {"x": {"a": X}, "y": np.arange(5), "shuffle": False},
            ValueError,
            r"(?s)Length of tensors in x and y is mismatched.*\{'a': \(4,\)\}.*in y: \(5,\)",
        ),
        ({"x": X, "shuffle": False, "batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"x": X, "shuffle": False, "num_epochs": -1}, ValueError, "num_epochs must be at least 0"),
        ({"x": X, "shuffle": False, "num_threads": 0}, ValueError, "num_threads must be at least"),
        (
            {"x": np.array(["a", None], object), "shuffle": False},
            TypeError,
            "must hold str or bytes only; got None of type NoneType",
        ),
    ],
)
def test_refuses(arguments, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        numpy_input_fn(**arguments)()


def test_refuses_to_run_eagerly():
    with pytest.raises(RuntimeError, match="not compatible with eager execution"):
        numpy_input_fn(X, shuffle=False)()
