"""What heads measure: by hand, and by what holds for all of them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import SINGLE, TASKS, initialize, results, v1
from tfspec import heads

KEYS = heads.MetricKeys

# (head, labels, logits, weights, metrics)
BY_HAND = {
    # weights 1, 0.1, 1.5, sum 2.6; losses 0, 41, 44; only the first is predicted right
    "binary": (
        heads.BinaryClassHead(weight_column="w"),
        [[1], [1], [0]],
        [[45.0], [-41.0], [44.0]],
        [1.0, 0.1, 1.5],
        {
            KEYS.LOSS_MEAN: 70.1 / 2.6,
            KEYS.ACCURACY: 1 / 2.6,
            KEYS.PRECISION: 1 / 2.5,
            KEYS.RECALL: 1 / 1.1,
            KEYS.PREDICTION_MEAN: 2.5 / 2.6,
            KEYS.LABEL_MEAN: 1.1 / 2.6,
            KEYS.ACCURACY_BASELINE: 1.5 / 2.6,
            # of the pairs (1, 0) weighing 1 * 1.5 and 0.1 * 1.5 the first is in order, barely so
            KEYS.AUC: 0.5 * 1 / 1.1,
            # counted by the original
            KEYS.AUC_PR: 0.4010627,
        },
    ),
    # sigmoid(-1) = 0.269, sigmoid(1) = 0.731, both labels positive; no pairs for auc
    "binary thresholds": (
        heads.BinaryClassHead(thresholds=(0.25, 0.75), name="h"),
        [[1], [1]],
        [[-1.0], [1.0]],
        None,
        {
            "average_loss/h": (1.31326169 + 0.31326169) / 2,
            "accuracy/h": 0.5,
            "precision/h": 1,
            "recall/h": 0.5,
            "prediction/mean/h": 0.5,
            "label/mean/h": 1,
            "accuracy_baseline/h": 1,
            "auc/h": 0,
            "auc_precision_recall/h": 1,
            "accuracy/positive_threshold_0.25/h": 1,
            "precision/positive_threshold_0.25/h": 1,
            "recall/positive_threshold_0.25/h": 1,
            "accuracy/positive_threshold_0.75/h": 0,
            "precision/positive_threshold_0.75/h": 0,
            "recall/positive_threshold_0.75/h": 0,
        },
    ),
    # losses 10, 10, 0: (10 + 20 + 0) / 6; the last one, weight 3 of 6, is right
    "classes": (
        heads.MultiClassHead(3, weight_column="w"),
        [[1], [2], [2]],
        [[10.0, 0, 0], [0, 10, 0], [0, 0, 10]],
        [1.0, 2.0, 3.0],
        {KEYS.LOSS_MEAN: 5.00009, KEYS.ACCURACY: 0.5},
    ),
    # 101.6 / 2.6 and weighted means
    "regression": (
        heads.RegressionHead(weight_column="w"),
        [[35], [42], [45]],
        [[45.0], [41.0], [44.0]],
        [1.0, 0.1, 1.5],
        {
            KEYS.LOSS_MEAN: 101.6 / 2.6,
            KEYS.PREDICTION_MEAN: (45 + 4.1 + 66) / 2.6,
            KEYS.LABEL_MEAN: (35 + 4.2 + 67.5) / 2.6,
        },
    ),
    # class "a": scores 0.269 and 0.182, both positive; class "b": 0.731 of a 0, 0.818 of a 1
    "labels": (
        heads.MultiLabelHead(
            2, label_vocabulary=["a", "b"], classes_for_class_based_metrics=["b", "a"]
        ),
        [[1, 0], [1, 1]],
        [[-1.0, 1.0], [-1.5, 1.5]],
        None,
        {
            KEYS.LOSS_MEAN: (1.31326169 * 2 + 1.70141328 + 0.20141328) / 4,
            # one of three pairs in order: 0.818 of a 1 over 0.731 of a 0
            KEYS.AUC: 1 / 3,
            KEYS.AUC_PR: 0.7689,
            "probability_mean/b": (0.73105858 + 0.81757448) / 2,
            "auc/b": 1,
            "auc_precision_recall/b": 1,
            "probability_mean/a": (0.26894142 + 0.18242552) / 2,
            "auc/a": 0,
            "auc_precision_recall/a": 1,
        },
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_metrics_by_hand(case):
    head, labels, logits, weights, expected = BY_HAND[case]
    features = None if weights is None else {"w": np.array(weights)}
    updated = head.update_metrics(head.metrics(), features, logits, labels)
    assert results(updated) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("task", TASKS)
def test_two_batches_count_like_one(task):
    task = TASKS[task]
    head, losses = task.make(), [tf.constant(0.5), tf.constant(0.25)]
    expected = head.metrics(losses)
    head.update_metrics(expected, {}, task.logits, task.labels, regularization_losses=losses)
    in_two = head.metrics(losses)
    for start in (0, 3):
        labels, logits = task.batch(start, start + 3)
        updated = head.update_metrics(in_two, {}, logits, labels, regularization_losses=losses)
        assert updated is in_two
    assert results(in_two) == pytest.approx(results(expected), rel=1e-5)
    regularization = [key for key in in_two if key.startswith(KEYS.LOSS_REGULARIZATION)]
    assert [float(in_two[key].result()) for key in regularization] == [0.75]


@pytest.mark.parametrize("task", TASKS)
def test_a_graph_counts_like_eager_mode(task):
    task = TASKS[task]
    head = task.make()
    expected = results(head.update_metrics(head.metrics(), {}, task.logits, task.labels))
    with tf.Graph().as_default(), v1.Session() as session:
        spec = head.create_estimator_spec({}, "eval", task.logits, labels=task.labels)
        initialize(session)
        session.run([update for _, update in spec.eval_metric_ops.values()])
        found = session.run({key: value for key, (value, _) in spec.eval_metric_ops.items()})
        loss = session.run(spec.loss)
    assert found == pytest.approx(expected, rel=1e-5)
    assert loss == pytest.approx(float(head.loss(task.labels, task.logits)), rel=1e-5)
    assert spec.train_op is None and spec.export_outputs is None


@pytest.mark.parametrize("task", SINGLE)
def test_a_name_ends_every_key(task):
    plain, named = TASKS[task].make().metrics([1.0]), TASKS[task].make(name="mine").metrics([1.0])
    assert [f"{key}/mine" for key in plain] == list(named)
    assert KEYS.LOSS_REGULARIZATION in plain
    assert KEYS.LOSS_REGULARIZATION not in TASKS[task].make().metrics([])
