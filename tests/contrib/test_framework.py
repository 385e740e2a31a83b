"""tf.contrib.framework: branches, structures and names, as in TensorFlow 1.15."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import framework, training

v1 = tf.compat.v1


def one():
    return tf.constant(1)


def two():
    return tf.constant(2)


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize("pred, expected", [(True, 1), (0, 2), (tf.constant(True), 1)])
def test_a_branch_that_is_known(pred, expected):
    assert framework.smart_cond(pred, lambda: 1, lambda: 2) == expected


def test_branches_that_are_not(graph):
    pred = v1.placeholder(tf.bool)
    assert framework.smart_constant_value(pred) is None
    cond = framework.smart_cond(pred, one, two)
    case = framework.smart_case([(False, two), (pred, one), (True, two), (pred, one)])
    with v1.Session() as session:
        assert session.run([cond, case], {pred: True}) == [1, 1]
        assert session.run([cond, case], {pred: False}) == [2, 2]


def test_cases_that_are_known():
    pairs = [(False, lambda: 1), (True, lambda: 2)]
    assert framework.smart_case(pairs, lambda: 3) == 2
    assert framework.smart_case(pairs[:1], lambda: 3) == 3


def test_branches_that_are_none():
    with pytest.raises(TypeError, match="`true_fn` must be callable."):
        framework.smart_cond(True, 1, two)
    with pytest.raises(TypeError, match="must be a Tensor, or a Python bool"):
        framework.smart_cond("yes", one, two)


def test_structures():
    nest = framework.nest
    assert nest.is_sequence([1]) and not nest.is_sequence(1)
    assert nest.flatten_up_to([1, [2]], [3, [[4]]]) == [3, [4]]
    assert nest.map_structure(lambda x: x + 1, {"a": 1}) == {"a": 2}


@pytest.mark.parametrize("name", ["a/b", "^a", "loc:@a"])
def test_names_in_scopes(name):
    inside = framework.prepend_name_scope(name, "scope/")
    assert inside == name.replace("a", "scope/a")
    assert framework.strip_name_scope(inside, "scope") == name
    assert framework.strip_name_scope(name, "scope") == framework.prepend_name_scope(name, "")


def test_what_tf_slim_has(graph):
    pytest.importorskip("tf_slim")
    variable = framework.global_variable([1.0])
    framework.add_model_variable(variable)
    assert framework.get_model_variables() == [variable]
    clipped = training.clip_gradient_norms([(tf.constant([3.0, 4.0]), variable)], 1.0)
    assign, feeds = framework.assign_from_values({variable.op.name: np.array([7.0])})
    with v1.Session() as session:
        session.run(assign, feeds)
        assert session.run(variable) == [7.0]
        assert session.run(clipped[0][0]).tolist() == pytest.approx([0.6, 0.8])
