"""Control flow, functions of Python, gradients, control dependencies."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.graph.cases._case import case, failure, start

v1 = tf.compat.v1


@case
def while_loops(folder):
    limit = v1.placeholder_with_default(5, [])
    v = v1.get_variable("v", initializer=2.0)
    total = tf.while_loop(
        lambda i, x: i < limit,
        lambda i, x: (
            i + 1,
            tf.while_loop(lambda j, y: j < i, lambda j, y: (j + 1, y * v), (0, x))[1] + 1.0,
        ),
        (0, 1.0),
        maximum_iterations=9,
    )
    grown = tf.while_loop(
        lambda x: tf.shape(x)[0] < 10, lambda x: [tf.concat([x, x], 0)], [tf.constant([1, 2])],
        shape_invariants=[tf.TensorShape([None])],
    )
    gradient = tf.gradients(total[1], v)

    def script(session):
        start(session)
        return session.run([total, gradient, grown]), session.run([total, gradient], {limit: 3})

    return script


@case
def conditions(folder):
    x = v1.placeholder(tf.float32, [])
    v = v1.get_variable("v", initializer=1.0)
    picked = tf.cond(x > 0, lambda: x * v, lambda: tf.cond(x < -5, lambda: v, lambda: -x))
    changed = tf.cond(x > 0, lambda: v1.assign_add(v, x), lambda: v1.assign(v, 0.0))
    chosen = tf.case(
        [(x < 0, lambda: (1, [x])), (x < 1, lambda: (2, [x + 1]))], default=lambda: (3, [v * 1.0])
    )
    switched = tf.switch_case(tf.cast(x, tf.int32), [lambda: 5.0, lambda: v + 0.0])
    gradient = tf.gradients(picked, [x, v])

    def script(session):
        start(session)
        return [
            session.run([picked, chosen, switched, gradient], {x: value})
            + [session.run(changed, {x: value})]
            for value in (2.0, -1.0, -6.0, 0.5)
        ]

    return script


@case
def loops_over_elements(folder):
    rows = tf.reshape(tf.range(12.0), [4, 3])
    fetches = [
        tf.map_fn(lambda row: (row * 2, tf.reduce_sum(row)), rows, dtype=(tf.float32, tf.float32)),
        tf.scan(lambda a, row: a + row, rows),
        tf.foldl(lambda a, row: a * 0.5 + row, rows),
        tf.foldr(lambda a, row: a * 0.5 + row, rows),
        tf.vectorized_map(lambda row: tf.reduce_max(row), rows),
    ]
    array = tf.TensorArray(tf.float32, 5, clear_after_read=False, infer_shape=True)
    array = array.scatter([3, 1, 4, 0], rows).write(2, [9.0, 9.0, 9.0])
    fetches += [array.stack(), array.gather([3, 0]), array.size(), array.read(2)]
    gradient = tf.gradients(fetches[1], rows)

    def script(session):
        return session.run(fetches), session.run(gradient)

    return script


@case
def dynamic_rnn(folder):
    lengths = v1.placeholder_with_default([3, 1], [None])
    x = tf.reshape(tf.range(24.0), [2, 4, 3]) / 10
    first = v1.glorot_uniform_initializer(seed=3)  # tf_keras draws without the graph's seed
    cell = v1.nn.rnn_cell.MultiRNNCell([
        v1.nn.rnn_cell.LSTMCell(4, use_peepholes=True, initializer=first),
        v1.nn.rnn_cell.GRUCell(3, kernel_initializer=first),
    ])
    outputs, state = v1.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
    gradients = tf.gradients(tf.reduce_sum(outputs**2), v1.trainable_variables())

    def script(session):
        start(session)
        return session.run([outputs, state, gradients]), session.run(outputs, {lengths: [4, 4]})

    return script


@case
def functions_of_python(folder):
    calls = []

    def double(x):
        calls.append(x.tolist())
        return x * 2, np.array([b"seen", b"it"], object)

    x = v1.placeholder(tf.float32, [None])
    old = v1.py_func(double, [x], [tf.float32, tf.string])
    new = tf.numpy_function(lambda a: a.sum(), [x], tf.float32)
    eager = tf.py_function(lambda a: a * a, [x], tf.float32)
    gradient = tf.gradients(eager, x)
    silent = v1.py_func(lambda a: calls.append("silent"), [x], [])

    def script(session):
        feed = {x: [1.0, 2.0]}
        return session.run([old, new, eager, gradient], feed), session.run(silent, feed), calls

    return script


@case
def function_of_python_that_fails(folder):
    def fail():
        raise ValueError("the user's own")

    fetch = v1.py_func(fail, [], tf.float32, name="mine")
    stops = v1.py_func(lambda: next(iter(())), [], tf.float32, name="stops")

    def script(session):
        return failure(session.run, fetch), failure(session.run, stops)

    return script


@case
def gradients(folder):
    v = v1.get_variable("v", initializer=[[1.0, 2.0], [3.0, 4.0]])
    x = v1.placeholder(tf.float32, [2, 2])
    middle = tf.matmul(x, v)
    loss = tf.reduce_sum(tf.nn.softplus(middle) * tf.stop_gradient(middle))
    (first,) = tf.gradients(loss, v)
    fetches = [
        first, tf.gradients(first, v), tf.hessians(loss, v), tf.gradients(loss, [x, middle]),
        tf.gradients(loss, v, grad_ys=[2.0]), tf.clip_by_global_norm([first, None], 0.1)[0][0],
    ]

    def script(session):
        start(session)
        return session.run(fetches, {x: [[1.0, -1.0], [0.5, 2.0]]})

    return script


@case
def gradients_of_ones_own(folder):
    @tf.custom_gradient
    def clipped(x):
        return x * 3, lambda dy: tf.clip_by_value(dy, -0.5, 0.5)

    name = f"Gradient{abs(hash(folder))}"

    @tf.RegisterGradient(name)
    def _mine(op, dy):
        return dy * 100.0

    v = v1.get_variable("v", initializer=2.0)
    with v1.get_default_graph().gradient_override_map({"Square": name}):
        overridden = tf.square(v)
    fetches = tf.gradients(clipped(v), v), tf.gradients(overridden, v)

    def script(session):
        start(session)
        return session.run(fetches)

    return script


@case
def tf_functions(folder):
    """A `tf.function` called while a graph is built, with a variable of its own."""
    v = v1.get_variable("v", initializer=1.0, use_resource=True)
    traced = []

    @tf.function
    def step(x):
        traced.append(1)
        v.assign_add(x)
        if x > 1:
            return v * 10
        return v

    small, large = step(tf.constant(1.0)), step(tf.constant(2.0))

    def script(session):
        start(session)
        return session.run(small), session.run(large), session.run(v)

    return script


@case
def control_dependencies(folder):
    v = v1.get_variable("v", initializer=0.0)
    with tf.control_dependencies([v1.assign_add(v, 1.0)]):
        with tf.control_dependencies([v1.assign(v, v * 10)]):
            last = tf.identity(v.read_value())
        with tf.control_dependencies(None):
            free = tf.constant(5.0)
    nothing = tf.no_op()
    group = tf.group(last, nothing)
    v1.assign(v, 1000.0)  # that nobody fetches

    def script(session):
        start(session)
        return [
            session.run(last), session.run(free), session.run(v), session.run(nothing),
            session.run(group), session.run([v, free]),
        ]

    return script


@case
def assertions_and_prints(folder):
    x = v1.placeholder(tf.float32, [None])
    with tf.control_dependencies([v1.assert_positive(x, name="positive")]):
        y = tf.identity(x)
    shown = v1.Print(y, [y], "old: ")
    with tf.control_dependencies([tf.print("new:", y, output_stream=f"file://{folder}/out")]):
        printed = tf.identity(y)
    numbers = tf.debugging.check_numerics(tf.math.log(x), "log", name="numerics")

    def script(session):
        good, bad = {x: [1.0, 2.0]}, {x: [-1.0]}
        return [
            session.run([y, shown, printed, numbers], good),
            (folder / "out").read_text(),
            failure(session.run, y, bad)[0],
            failure(session.run, numbers, bad),
        ]

    return script
