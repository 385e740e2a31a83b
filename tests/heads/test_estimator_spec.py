"""Training through `create_estimator_spec`, and heads of one's own."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import TASKS, initialize, summaries, v1
from tfspec import _tf, heads
from tfspec.graph import FunctionSession, trace_scope
from tfspec.spec import EstimatorSpec, ModeKeys


def optimizer_at(step):
    optimizer = _tf.keras().optimizers.legacy.SGD(0.1)
    optimizer.iterations = step
    return optimizer


def linear(task):
    """(logits, variables): a linear model that ignores what it is given, but can learn."""
    variable = v1.get_variable("w", task.logits.shape, initializer=v1.zeros_initializer())
    return tf.constant(task.logits) * 0.1 + variable, [variable]


@pytest.mark.parametrize("task", TASKS)
def test_training_with_a_keras_optimizer(task):
    task = TASKS[task]
    with tf.Graph().as_default() as graph, trace_scope():
        step = v1.train.get_or_create_global_step()
        logits, variables = linear(task)
        spec = task.make().create_estimator_spec(
            {},
            ModeKeys.TRAIN,
            logits,
            labels=task.labels,
            optimizer=optimizer_at(step),
            trainable_variables=variables,
        )
        with FunctionSession(graph=graph) as session:
            initialize(session)
            losses = [session.run([spec.loss, spec.train_op])[0] for _ in range(4)]
            assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]
            assert session.run(step) == 4
    assert spec.eval_metric_ops == {} and spec.export_outputs is None


@pytest.mark.parametrize("task", TASKS)
def test_training_with_a_function(task):
    task = TASKS[task]
    with tf.Graph().as_default(), v1.Session() as session:
        count = v1.get_variable("count", [], tf.int32, v1.zeros_initializer(), use_resource=True)
        spec = task.make().create_estimator_spec(
            {},
            "train",
            task.logits,
            labels=task.labels,
            train_op_fn=lambda loss: loss * 10,
            update_ops=[count.assign_add(1).op],
            regularization_losses=[0.5],
        )
        initialize(session)
        session.run(spec.train_op)
        assert session.run(count) == 1
        seen, loss = summaries(session), session.run(spec.loss)
    assert loss == pytest.approx(float(task.make().loss(task.labels, task.logits)) + 0.5)
    assert seen.pop("loss") == pytest.approx(loss)
    assert seen.pop("regularization_loss") == 0.5
    assert set(seen) == ({"loss/yes", "loss/much"} if task is TASKS["several"] else set())


def test_without_update_ops_the_train_op_is_that_of_the_function():
    task = TASKS["binary"]
    with tf.Graph().as_default(), v1.Session() as session:
        spec = task.make(name="mine").create_estimator_spec(
            {}, "train", task.logits, labels=task.labels, train_op_fn=lambda loss: loss * 10
        )
        loss, trained = session.run([spec.loss, spec.train_op])
        assert trained == pytest.approx(loss * 10)
        assert summaries(session) == pytest.approx({"loss/mine": loss})


def test_all_updates_of_an_optimizer_run():
    class Two(_tf.keras().optimizers.legacy.Optimizer):
        def get_updates(self, loss, params):
            return [variable.assign_add(1.0) for variable in params]

        def get_config(self):
            return {}

    task = TASKS["binary"]
    with tf.Graph().as_default(), v1.Session() as session:
        variables = [tf.Variable(float(n)) for n in range(2)]
        spec = task.make().create_estimator_spec(
            {},
            "train",
            task.logits,
            labels=task.labels,
            optimizer=Two("two"),
            trainable_variables=variables,
        )
        initialize(session)
        session.run(spec.train_op)
        assert session.run(variables) == [1, 2]


@pytest.mark.parametrize("task", ["regression", "several"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "train_op_fn and optimizer cannot both be None"),
        ({"optimizer": 1, "train_op_fn": 1}, "train_op_fn and optimizer cannot both be set"),
        (
            {"optimizer": v1.train.AdamOptimizer(), "trainable_variables": []},
            "given optimizer is not a tf_keras.optimizers.Optimizer.* type .*AdamOptimizer",
        ),
        ({"optimizer": "keras"}, "trainable_variables cannot be None"),
        (
            {"optimizer": "keras", "trainable_variables": {"w": 1}},
            "trainable_variables should be a list or a tuple. Given type: <class 'dict'>",
        ),
        ({"mode": "learn", "train_op_fn": lambda loss: loss}, "mode must be a value of ModeKeys"),
    ],
)
def test_what_training_refuses(task, arguments, message):
    task, arguments = TASKS[task], {"mode": "train", **arguments}
    if arguments.get("optimizer") == "keras":
        arguments["optimizer"] = _tf.keras().optimizers.legacy.SGD()
    with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
        task.make().create_estimator_spec({}, logits=task.logits, labels=task.labels, **arguments)


class Quadratic(heads.RegressionHead):
    """What a user may override."""

    def loss(self, labels, logits, features=None, mode=None, regularization_losses=None):
        return tf.constant(42.0)

    def metrics(self, regularization_losses=None):
        return {"mine": _tf.keras().metrics.Mean()}

    def update_metrics(self, eval_metrics, features, logits, labels, regularization_losses=None):
        eval_metrics["mine"].update_state(7.0)
        return eval_metrics


def test_overridden_methods_are_used():
    with tf.Graph().as_default(), v1.Session() as session:
        spec = Quadratic().create_estimator_spec({}, "eval", [[1.0]], labels=[[1.0]])
        initialize(session)
        session.run(spec.eval_metric_ops["mine"][1])
        assert session.run([spec.loss, spec.eval_metric_ops["mine"][0]]) == [42, 7]


def own_head(**methods):
    """A direct subclass of `Head` with the methods that every such class needs, and more."""
    needed = ("name", "logits_dimension", "loss_reduction", "loss", "predictions", "metrics")
    body = dict.fromkeys((*needed, "update_metrics"), None)
    return type("Own", (heads.Head,), {**body, **methods})()


def test_a_head_of_ones_own_says_what_it_lacks():
    with pytest.raises(TypeError, match="abstract"):
        type("Own", (heads.Head,), {})()
    with pytest.raises(NotImplementedError, match=r"must implement `create_estimator_spec\(\)`"):
        own_head().create_estimator_spec(None, None, None)


def test_a_head_written_for_tpus_works():
    class Spec:
        def as_estimator_spec(self):
            return EstimatorSpec(ModeKeys.EVAL, loss=tf.constant(np.float32(3)))

    head = own_head(_create_tpu_estimator_spec=lambda self, **arguments: Spec())
    assert float(head.create_estimator_spec(None, None, None).loss) == 3
