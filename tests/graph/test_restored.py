"""Checkpoints so large that all threads read them."""

import numpy as np
import pytest
import tensorflow as tf

from tfspec.graph import FunctionSession, trace_scope

v1 = tf.compat.v1
LARGE = 3_000_000  # of float32: twelve megabytes


def _variables(*shapes):
    start = v1.random_uniform_initializer(seed=1)
    return [v1.get_variable(f"v{i}", shape, initializer=start) for i, shape in enumerate(shapes)]


@pytest.fixture
def checkpoint(tmp_path):
    """The prefix of a checkpoint of large, small and partitioned variables, and their values."""
    with tf.Graph().as_default(), trace_scope(), FunctionSession() as session:
        variables = _variables([LARGE], [3], [LARGE // 10, 10], [])
        with v1.variable_scope("", partitioner=v1.fixed_size_partitioner(3)):
            variables += list(v1.get_variable("parts", [LARGE, 2]))
        session.run(v1.global_variables_initializer())
        values = session.run(variables)
        prefix = v1.train.Saver().save(session, str(tmp_path / "model"))
    return prefix, values


def test_values_come_back(checkpoint):
    prefix, values = checkpoint
    with tf.Graph().as_default(), trace_scope(), FunctionSession() as session:
        variables = _variables([LARGE], [3], [LARGE // 10, 10], [])
        with v1.variable_scope("", partitioner=v1.fixed_size_partitioner(2)):
            parts = v1.get_variable("parts", [LARGE, 2])  # cut elsewhere
        v1.train.Saver().restore(session, prefix)
        for restored, value in zip(session.run(variables), values, strict=False):
            np.testing.assert_array_equal(restored, value)
        whole = session.run(parts.as_tensor())
        np.testing.assert_array_equal(whole, np.concatenate(values[len(variables):]))


@pytest.mark.parametrize(
    ("name", "shape", "error", "words"),
    [
        ("missing", [LARGE], tf.errors.NotFoundError, "Key missing not found in checkpoint"),
        ("v0", [LARGE, 1], tf.errors.InvalidArgumentError, r"expected shape \[3000000,1\]"),
    ],
)
def test_what_does_not_fit_is_named(checkpoint, name, shape, error, words):
    prefix, _ = checkpoint
    with tf.Graph().as_default(), trace_scope(), FunctionSession() as session:
        v1.get_variable("v1", [3])
        v1.get_variable("v2", [LARGE // 10, 10])
        v1.get_variable(name, shape)
        with pytest.raises(error, match=words):
            v1.train.Saver().restore(session, prefix)
