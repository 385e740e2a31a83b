"""Functions that a graph's nodes call: whose they are, and the random streams in them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.graph import FunctionSession, Program, trace_scope

v1 = tf.compat.v1


def graph_def(factor):
    """A call of a function named `f`, which multiplies by `factor`."""
    with tf.Graph().as_default() as graph:
        multiply = tf.function(lambda x: x * factor)
        tf.identity(multiply(tf.constant(2.0)), name="result")
        made = graph.as_graph_def()
    (function,) = made.library.function
    for node in made.node:
        for value in node.attr.values():
            if value.HasField("func"):
                value.func.name = "f"
    function.signature.name = "f"
    return made


def test_graphs_may_use_one_name_for_different_functions():
    """As graphs that other processes wrote do."""
    results = []
    for factor in (10.0, 100.0):
        with tf.Graph().as_default():
            (result,) = tf.import_graph_def(graph_def(factor), return_elements=["result:0"])
            with FunctionSession() as session:
                results.append(session.run(result))
    assert results == [20.0, 200.0]


def draws():
    """Random numbers in loops, branches and functions, within one another."""

    @tf.function(autograph=False)
    def inner(x):
        return tf.while_loop(
            lambda i, y: i < 2,
            lambda i, y: (i + 1, y + tf.random.normal([2], seed=2)),
            (0, x), parallel_iterations=1,
        )[1]

    flag = v1.placeholder_with_default(True, [])
    x = tf.Variable([1.0, 2.0], name="x")
    dropped = tf.map_fn(
        lambda row: tf.nn.dropout(row, 0.5, seed=6), tf.ones([3, 4]), parallel_iterations=1
    )
    return [
        tf.cond(
            flag,
            lambda: inner(tf.zeros([2])) + tf.random.truncated_normal([2], seed=3),
            lambda: tf.random.uniform([2], seed=4),
        ),
        tf.switch_case(
            tf.cast(flag, tf.int32),
            [lambda: tf.range(2), lambda: tf.random.uniform([2], 0, 9, tf.int32, seed=5)],
        ),
        dropped,
        tf.gradients(tf.reduce_sum(inner(x * 2.0) * x), x)[0],
    ]


def drawn(make_session, runs, grow):
    """What each of `draws` gives, run after run; `runs` tells which of them a run fetches."""
    seen = [[], [], [], []]
    with tf.Graph().as_default(), trace_scope(), make_session() as session:
        v1.set_random_seed(8)
        fetches = draws()
        session.run(v1.global_variables_initializer())
        for number, wanted in enumerate(runs):
            values = session.run([fetches[index] for index in wanted])
            for index, value in zip(wanted, values, strict=True):
                seen[index].append(value)
            if grow:
                session.run(tf.constant(number))
    return seen


def test_streams_go_on_whatever_is_fetched_with_them():
    """TensorFlow's go on as long as neither the graph nor the fetches change."""
    expected = drawn(v1.Session, [range(4)] * 4, grow=False)
    runs = [range(4), [0], [1, 2, 3], [0, 1], [3, 2, 0], [1, 3], [2]]
    got = drawn(FunctionSession, runs, grow=True)
    for mine, wanted in zip(got, expected, strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-6)


def test_calls_of_one_function_draw_from_streams_of_their_own():
    with tf.Graph().as_default(), trace_scope(), FunctionSession() as session:
        draw = tf.function(lambda: tf.random.uniform([3], seed=1))
        first, second = draw(), draw()
        a, b = session.run([first, second])
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(session.run(first), session.run([second])[0])


def test_functions_are_forgotten_with_their_program():
    with tf.Graph().as_default() as graph, trace_scope():
        fetch = tf.while_loop(lambda x: x < 9.0, lambda x: [x + tf.random.uniform([])], [0.0])
        program = Program(graph)
        with FunctionSession(graph, program=program) as session:
            assert session.run(fetch)[0] >= 9.0
        names = program.lifted.functions
        assert any(map(is_known, names))
        program.close()
    assert not any(map(is_known, names))


def is_known(name):
    """Whether the runtime has a function of that name."""
    try:
        with tf.init_scope():
            tf.raw_ops.StatefulPartitionedCall(args=[], Tout=[], f=v1.NameAttrList(name=name))
    except tf.errors.OpError as error:
        return "Can't find a function" not in str(error)
    return True


@pytest.mark.parametrize("name", ["a0", "a1", "f0", "h0", "o0", "c0", "part", "handles", "run"])
def test_ops_may_have_any_name(name):
    """Also those that arguments, results and calls of a function would be given."""
    with tf.Graph().as_default(), trace_scope():
        variable = v1.get_variable("v", initializer=1.0)
        fed = v1.placeholder(tf.float32, [])
        total = tf.add(variable, fed, name=name)
        with FunctionSession() as session:
            session.run(v1.global_variables_initializer())
            assert session.run(total, {fed: 2.0}) == 3.0
            assert session.run([total, variable.assign_add(4.0)], {fed: 2.0})[1] == 5.0
            assert session.run(variable * total, {total: 5.0}) == 25.0
