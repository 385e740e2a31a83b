"""What one thread runs from end to end gives what the pool of threads gives."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
import tensorflow as tf

import tfspec.estimator
from tests.graph.test_step_loop import graph
from tfspec.graph import FunctionSession

v1 = tf.compat.v1
REPEATED = 5  # runs after which a session has gone over to one thread


def branches(x, step):
    return tf.cond(tf.equal(step % 2, 0), lambda: x * 2.0, lambda: tf.concat([x, x], 0))


def nested_branches(x, step):
    def even():
        return tf.cond(step > 2, lambda: x + 100.0, lambda: x - 100.0)

    return tf.cond(tf.equal(step % 2, 0), even, lambda: x)


def branch_in_loop(x, step):
    def body(i, total):
        return i + 1, total + tf.cond(i > step, lambda: x, lambda: -x)

    return tf.while_loop(lambda i, _: i < 6, body, (0, tf.zeros_like(x)))[1]


def loop_in_branch(x, step):
    def doubled():
        return tf.while_loop(lambda i, _: i < step, lambda i, y: (i + 1, y * 2.0), (0, x))[1]

    return tf.cond(step > 2, doubled, lambda: x)


def branch_that_writes(x, step):
    total = v1.get_variable("total", shape=[], initializer=v1.zeros_initializer())

    def write():
        with tf.control_dependencies([total.assign_add(tf.reduce_sum(x))]):
            return tf.constant(True)

    with tf.control_dependencies([tf.cond(step > 1, write, lambda: tf.constant(False))]):
        return total.read_value()


def lists(x, step):
    array = tf.TensorArray(tf.float32, size=3).unstack(tf.stack([x, x + 1.0, x + 2.0]))
    return tf.map_fn(lambda row: row * tf.cast(step, tf.float32), array.stack())


def strings(x, step):
    names = tf.strings.join([tf.strings.as_string(x), tf.strings.as_string(step)], ":")
    return tf.cond(step > 2, lambda: names, lambda: tf.constant(["none"]))


def python_code(x, step):
    return v1.py_func(lambda x, step: x * step, [x, tf.cast(step, tf.float32)], tf.float32)


def one_of_many(x, step):
    return tf.switch_case(step % 3, [lambda: x, lambda: x * 10.0, lambda: x * 100.0])


def called(x, step):
    @tf.function
    def inner(x, step):
        return tf.cond(step > 2, lambda: tf.sqrt(x), lambda: x)

    return inner(x, step) + inner(x + 1.0, step)


def gradient_of_loop(x, step):
    y = tf.while_loop(lambda i, _: i < step, lambda i, y: (i + 1, tf.sin(y)), (0, x))[1]
    return tf.gradients(y, x)[0]


def old_gradient_of_branch(x, step):
    return tf.gradients(tf.cond(step > 2, lambda: x * x, lambda: x), x)[0]


COMPUTATIONS = [
    branches, nested_branches, branch_in_loop, loop_in_branch, branch_that_writes, lists, strings,
    python_code, one_of_many, called, gradient_of_loop, old_gradient_of_branch,
]


def outcomes(session, compute):
    """The values of some runs, each with the next batch and the step's number."""
    data = tf.data.Dataset.range(40).map(lambda i: tf.cast(i, tf.float32)).batch(4)
    x = v1.data.make_one_shot_iterator(data).get_next()
    count = v1.get_variable("count", dtype=tf.int32, initializer=0)
    step = count.assign_add(1, read_value=False)
    with tf.control_dependencies([step]):
        y = compute(tf.identity(x), count.read_value())
    with session() as session:
        session.run(v1.global_variables_initializer())
        values = [session.run(y) for _ in range(2 * REPEATED)]
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(y)
    return values


@pytest.mark.parametrize("compute", COMPUTATIONS, ids=lambda compute: compute.__name__)
def test_values_are_those_of_a_session(compute):
    with graph():
        ours = outcomes(FunctionSession, compute)
    with graph():
        expected = outcomes(v1.Session, compute)
    for got, wanted in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(got, wanted)


def failing_in_branch(x):
    ok = tf.reduce_all(x < 24.0)
    return tf.cond(ok, lambda: x, lambda: tf.gather(x, 7, name="mine"))


def failing_after_random_numbers(x):
    noise = tf.random.uniform([4])
    return tf.gather(x + noise, tf.cast(x - 21.0, tf.int32) // 8, name="mine")


def failing_check(x):
    return tf.debugging.check_numerics(tf.math.log(24.0 - x), "not a number", name="mine")


def failure(session, compute):
    """What the failing run raised, and whether what it was to write was left alone."""
    data = tf.data.Dataset.range(80).map(lambda i: tf.cast(i, tf.float32)).batch(4)
    x = v1.data.make_one_shot_iterator(data).get_next()
    total = v1.get_variable("total", shape=[4], initializer=v1.zeros_initializer())
    written = total.assign_add(compute(tf.identity(x)))
    with session() as session:
        session.run(v1.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            for _ in range(4 * REPEATED):
                before = session.run(total)
                session.run(written)
        np.testing.assert_array_equal(session.run(total), before)
    error = raised.value
    what = error.message.partition("\n\nOriginal stack trace")[0].splitlines()[-2:]
    return error.op and error.op.name, what, compute.__name__ in error.message


@pytest.mark.parametrize(
    "compute", [failing_in_branch, failing_after_random_numbers, failing_check],
    ids=lambda compute: compute.__name__,
)
def test_an_error_names_the_op_and_the_line(compute):
    with graph():
        ours = failure(FunctionSession, compute)
    with graph():
        assert ours == failure(v1.Session, compute)
    assert "mine" in ours[1][-1]


def linear_model_fn(features, labels, mode):
    w = v1.get_variable("w", [4, 1], initializer=v1.glorot_uniform_initializer())
    loss = tf.reduce_mean((tf.matmul(features, w) - labels) ** 2)
    optimizer = v1.train.AdamOptimizer(0.01)
    train_op = optimizer.minimize(loss, v1.train.get_global_step())
    return tfspec.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def linear_input_fn():
    x = np.random.RandomState(1).rand(64, 4).astype(np.float32)
    data = tf.data.Dataset.from_tensor_slices((x, x.sum(axis=1, keepdims=True)))
    # Its functions run in the pool whose threads the steps take.
    return data.map(lambda x, y: (x * 1.0, y)).batch(8).repeat().prefetch(1)


def train_and_evaluate_once():
    config = tfspec.estimator.RunConfig(tf_random_seed=5)
    trained = tfspec.estimator.Estimator(linear_model_fn, config=config)
    trained.train(linear_input_fn, steps=300)
    return trained.evaluate(linear_input_fn, steps=20)["loss"]


def test_more_trainings_at_once_than_there_are_threads():
    losses = []
    threads = [
        threading.Thread(target=lambda: losses.append(train_and_evaluate_once()), daemon=True)
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=600)
    assert not any(thread.is_alive() for thread in threads)
    np.testing.assert_allclose(losses, train_and_evaluate_once(), rtol=1e-4)


@pytest.mark.parametrize("inter_op, intra_op", [(1, 1), (1, 4), (2, 1), (4, 2)])
def test_whatever_the_number_of_threads(inter_op, intra_op):
    script = textwrap.dedent(f"""
        import tensorflow as tf
        tf.config.threading.set_inter_op_parallelism_threads({inter_op})
        tf.config.threading.set_intra_op_parallelism_threads({intra_op})
        from tests.graph.test_one_thread import train_and_evaluate_once
        print("loss", train_and_evaluate_once())
    """)
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=600, check=True
    )
    loss = float(run.stdout.split()[-1])
    np.testing.assert_allclose(loss, train_and_evaluate_once(), rtol=1e-4)


@pytest.mark.parametrize("batch", [2, 3000])
def test_batches_of_a_size_that_shows_at_the_first_step(batch):
    """Large ones go over to the pool after it; what was trained stays."""
    x = np.random.RandomState(2).rand(batch, 300).astype(np.float32)

    def model_fn(features, labels, mode):
        net = v1.layers.dense(features, 300, activation=tf.nn.relu)
        loss = tf.reduce_mean((v1.layers.dense(net, 300) - features) ** 2)
        train_op = v1.train.GradientDescentOptimizer(0.1).minimize(
            loss, v1.train.get_global_step()
        )
        return tfspec.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    def input_fn():
        return tf.data.Dataset.from_tensor_slices((x, x)).batch(batch).repeat()

    config = tfspec.estimator.RunConfig(tf_random_seed=5)
    trained = tfspec.estimator.Estimator(model_fn, config=config)
    trained.train(input_fn, steps=1)
    first = trained.evaluate(input_fn, steps=1)["loss"]
    trained.train(input_fn, steps=8)
    assert trained.get_variable_value("global_step") == 9
    assert trained.evaluate(input_fn, steps=1)["loss"] < first
