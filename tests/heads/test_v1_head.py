"""`v1_head`: the behaviour of `tf.compat.v1` canned estimators, as an argument."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import SINGLE, TASKS, initialize, results, summaries, v1
from tfspec import heads
from tfspec.graph import FunctionSession, trace_scope

LABELS, LOGITS = [[1], [1], [0]], np.float32([[45], [-41], [44]])
WEIGHTS = {"w": np.float32([1, 0, 1.5])}


@pytest.mark.parametrize(
    ("reduction", "loss", "beside"),
    [
        # losses 0, 41, 44 with weights 1, 0, 1.5: their sum is 66
        ("weighted_sum", 66, {"average_loss": 66 / 2.5}),
        ("weighted_mean", 66 / 2.5, {}),
        ("weighted_sum_over_batch_size", 66 / 3, {}),
        ("weighted_sum_by_nonzero_weights", 66 / 2, {}),
    ],
)
def test_losses_and_summaries(reduction, loss, beside):
    head = heads.v1_head(heads.BinaryClassHead(weight_column="w"), reduction)
    assert head.loss_reduction == reduction
    with tf.Graph().as_default(), v1.Session() as session:
        spec = head.create_estimator_spec(
            WEIGHTS,
            "train",
            LOGITS,
            labels=LABELS,
            train_op_fn=lambda loss: loss,
            regularization_losses=[1.5, 0.5],
        )
        found = session.run(spec.loss)
        assert found == pytest.approx(loss + 2)
        expected = {"loss": found, "regularization_loss": 2, **beside}
        assert summaries(session) == pytest.approx(expected)


def test_the_head_itself_stays_as_it_was():
    head = heads.RegressionHead()
    twin = heads.v1_head(head)
    assert (head.loss_reduction, twin.loss_reduction) == ("sum_over_batch_size", "weighted_sum")
    labels, logits = [[1.0], [2.0]], [[2.0], [4.0]]
    assert float(head.loss(labels, logits)) == 2.5
    with tf.Graph().as_default(), v1.Session() as session:
        assert session.run(twin.loss(labels, logits)) == 5


@pytest.mark.parametrize("task", SINGLE)
def test_metrics_have_the_same_keys_and_nearly_all_the_same_values(task):
    task = TASKS[task]
    head = task.make(name="mine")
    expected = results(
        head.update_metrics(head.metrics([1.0]), {}, task.logits, task.labels, [1.0])
    )
    with tf.Graph().as_default(), v1.Session() as session:
        spec = heads.v1_head(head).create_estimator_spec(
            {}, "eval", task.logits, labels=task.labels, regularization_losses=[1.0]
        )
        initialize(session)
        updates = session.run({key: op for key, (_, op) in spec.eval_metric_ops.items()})
        values = session.run({key: value for key, (value, _) in spec.eval_metric_ops.items()})
    assert updates == pytest.approx(values)  # an update returns the new value
    for found in (values, expected):  # another rule of integration
        for key in [key for key in found if key.startswith("auc_precision_recall")]:
            del found[key]
    assert values == pytest.approx(expected, rel=1e-5)


def test_training_with_an_optimizer_of_tf1():
    task = TASKS["classes"]
    with tf.Graph().as_default() as graph, trace_scope():
        step = v1.train.get_or_create_global_step()
        variable = v1.get_variable("w", [3], initializer=v1.zeros_initializer())
        count = v1.get_variable("count", [], tf.int32, v1.zeros_initializer(), trainable=False)
        v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, count.assign_add(1).op)
        spec = heads.v1_head(task.make()).create_estimator_spec(
            {},
            "train",
            tf.constant(task.logits) + variable,
            labels=task.labels,
            optimizer=v1.train.GradientDescentOptimizer(0.05),
        )
        with FunctionSession(graph=graph) as session:
            initialize(session)
            losses = [session.run([spec.loss, spec.train_op])[0] for _ in range(3)]
            assert losses[2] < losses[1] < losses[0]
            assert session.run([step, count]) == [3, 3]


def test_train_op_fn_takes_update_ops_along():
    task = TASKS["binary"]
    with tf.Graph().as_default(), v1.Session() as session:
        counts = [
            v1.get_variable(f"c{n}", [], tf.int32, v1.zeros_initializer(), use_resource=True)
            for n in range(3)
        ]
        collected, given, trained = (count.assign_add(1).op for count in counts)
        v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, collected)
        spec = heads.v1_head(task.make()).create_estimator_spec(
            {},
            "train",
            task.logits,
            labels=task.labels,
            train_op_fn=lambda loss: trained,
            update_ops=[given, collected],
        )
        initialize(session)
        session.run(spec.train_op)
        assert session.run(counts) == [1, 1, 1]


def test_what_it_refuses():
    for reduction in ("sum", "none", None):
        with pytest.raises(ValueError, match=f"Invalid loss_reduction: {reduction}"):
            heads.v1_head(heads.RegressionHead(), reduction)
    with pytest.raises(TypeError, match="Only heads of single tasks have a v1 twin"):
        heads.v1_head(heads.MultiHead([heads.RegressionHead(name="a")]))
    with tf.Graph().as_default(), pytest.raises(ValueError, match="cannot both be None"):
        heads.v1_head(heads.RegressionHead()).create_estimator_spec(
            {}, "train", [[1.0]], labels=[[1.0]]
        )


@pytest.mark.parametrize(("n_classes", "expected"), [(2, "Binary"), (3, "Multi")])
def test_the_head_of_a_classifier(n_classes, expected):
    head = heads.classification_head(n_classes, weight_column="w", name="mine")
    assert type(head).__name__ == f"{expected}ClassHead" and head.name == "mine"
