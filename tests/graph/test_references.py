"""What a run returns of a variable that it writes, where the script knows reference variables."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.graph import FunctionSession, trace_scope

v1 = tf.compat.v1
START = np.array([1.0, 2.0, 4.0], np.float32)


@pytest.fixture
def references():
    was_on = v1.resource_variables_enabled()
    v1.disable_resource_variables()
    yield
    if was_on:
        v1.enable_resource_variables()


def descend(variable):
    loss = -tf.reduce_sum(variable * tf.stop_gradient(variable))
    return v1.train.GradientDescentOptimizer(1.0).minimize(loss)


WRITES = {
    "assign_add": lambda w: v1.assign_add(w, [1.0, 1.0, 1.0]),
    "assign": lambda w: v1.assign(w, w * 2.0),
    "scatter_add": lambda w: v1.scatter_add(w, [1], [5.0]),
    "gradients": descend,
}
READS = {
    "variable": lambda w: w, "name": lambda w: "w:0", "value": lambda w: w.value(),
    "read_value": lambda w: w.read_value(), "identity": tf.identity,
    "identities": lambda w: tf.identity(tf.identity(w)),
    "several": lambda w: {"variable": w, "value": w.value()},
}


def runs(session, write, read, fed):
    """What three runs return, of an update and of its variable."""
    w = v1.get_variable("w", initializer=START)
    x = v1.placeholder_with_default(1.0, [])
    doubled = x * 2.0
    update, fetch = write(w), read(w)
    with session() as session:
        session.run(v1.global_variables_initializer())
        feeds = {x: 3.0} if fed else None
        return [session.run([update, fetch, doubled], feeds)[1:] for _ in range(3)]


@pytest.mark.parametrize("fed", [False, True], ids=["", "fed"])
@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("write", WRITES)
def test_a_run_returns_what_it_wrote(write, read, fed, references):
    with tf.Graph().as_default():
        expected = runs(v1.Session, WRITES[write], READS[read], fed)
    with tf.Graph().as_default(), trace_scope():
        got = runs(FunctionSession, WRITES[write], READS[read], fed)
    tf.nest.map_structure(np.testing.assert_array_equal, got, expected)


def test_a_fed_value_is_returned(references):
    with tf.Graph().as_default(), trace_scope():
        w = v1.get_variable("w", initializer=START)
        value = w.value()
        update = v1.assign_add(w, START)
        with FunctionSession() as session:
            session.run(v1.global_variables_initializer())
            fetched, _, own = session.run([value, update.op, w], {value: [7.0, 8.0, 9.0]})
    np.testing.assert_array_equal(fetched, [7.0, 8.0, 9.0])
    np.testing.assert_array_equal(own, START * 2)


def test_resource_variables_keep_what_they_were():
    with tf.Graph().as_default(), trace_scope():
        w = v1.get_variable("w", initializer=START)
        update = v1.assign_add(w, START)
        with FunctionSession() as session:
            session.run(v1.global_variables_initializer())
            np.testing.assert_array_equal(session.run([w, update.op])[0], START)


@pytest.mark.parametrize("every_step", [False, True], ids=["fused", "stepwise"])
def test_hooks_see_what_the_step_wrote(every_step, references, tmp_path):
    """As TensorFlow 1 logged it: `step = 1` after the first step."""
    import tfspec.estimator

    def model_fn(features, labels, mode):
        w = v1.get_variable("w", initializer=0.0)
        loss = tf.reduce_mean((features * w - labels) ** 2)
        step = v1.train.get_global_step()
        return tfspec.estimator.EstimatorSpec(
            mode, loss=loss, train_op=v1.train.AdamOptimizer(0.1).minimize(loss, step)
        )

    class Steps(v1.train.SessionRunHook):
        def before_run(self, run_context):
            return v1.train.SessionRunArgs(v1.train.get_global_step())

        def after_run(self, run_context, run_values):
            seen.append(int(run_values.results))

    seen, logged = [], []
    logging = v1.train.LoggingTensorHook(
        {"step": "global_step:0"}, every_n_iter=5,
        formatter=lambda values: logged.append(int(values["step"])) or "",
    )
    config = tfspec.estimator.RunConfig(model_dir=str(tmp_path))
    tfspec.estimator.Estimator(model_fn, config=config).train(
        lambda: tf.data.Dataset.from_tensors((1.0, 2.0)).repeat(), steps=12,
        hooks=[logging, *([Steps()] if every_step else [])],
    )
    assert logged == [1, 6, 11]
    assert seen == (list(range(1, 13)) if every_step else [])
