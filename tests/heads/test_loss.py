"""The loss of single heads: by hand, and by what holds for all of them."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import SINGLE, TASKS, loss_of
from tfspec import heads

BINARY, CLASSES = heads.BinaryClassHead, functools.partial(heads.MultiClassHead, 3)
SPARSE = tf.compat.v1.SparseTensorValue


def two_rows(*rows):
    return np.array(rows, np.float32)


# (head, labels, logits, weights in features["w"], loss)
BY_HAND = {
    # -log sigmoid(45) = 0, -log sigmoid(-41) = 41: (0 + 41) / 2
    "binary": (BINARY(), [[1], [1]], [[45.0], [-41.0]], None, 20.5),
    "binary sum": (BINARY(loss_reduction="sum"), [[1], [1]], [[45.0], [-41.0]], None, 41.0),
    "binary auto": (BINARY(loss_reduction="auto"), [[1], [1]], [[45.0], [-41.0]], None, 20.5),
    # (1 * 0 + 0.1 * 41 + 1.5 * 44) / 3 examples, labels and weights without their last dimension
    "binary weights": (
        BINARY(weight_column="w"),
        [1, 1, 0],
        [[45.0], [-41.0], [44.0]],
        [1.0, 0.1, 1.5],
        70.1 / 3,
    ),
    # 0.8 * -log sigmoid(0.5) + 0.2 * -log sigmoid(-0.5) = 0.57407698, with 0.4 at -0.3 0.67435524
    "binary soft": (BINARY(), [[0.8], [0.4]], [[0.5], [-0.3]], None, 0.62421611),
    "binary names": (
        BINARY(label_vocabulary=["no", "yes"]),
        [["yes"], ["yes"]],
        [[45.0], [-41.0]],
        None,
        20.5,
    ),
    # [2, 2, 1]: (1 * 10 + 1.5 * 0 + 2 * 0 + 2.5 * 12) / 4
    "binary deep": (
        BINARY(weight_column="w"),
        [[[0], [0]], [[1], [1]]],
        [[[10.0], [-10.0]], [[12.0], [-12.0]]],
        [[1.0, 1.5], [2.0, 2.5]],
        10.0,
    ),
    # softmax says 1 for the first class of both, the second has exp(-10): (10 + 0) / 2
    "classes": (CLASSES(), [[1], [1]], [[10.0, 0, 0], [0, 10, 0]], None, 5.0001),
    "classes names": (
        CLASSES(label_vocabulary=["a", "b", "c"]),
        ["b", "b"],
        [[10.0, 0, 0], [0, 10, 0]],
        None,
        5.0001,
    ),
    # mean over classes: (10 + 10) / 2 and (15 + 0) / 2; weighted: (1 * 10 + 2 * 7.5) / 2
    "labels": (
        heads.MultiLabelHead(2, weight_column="w"),
        [[1, 0], [1, 1]],
        [[-10.0, 10.0], [-15.0, 10.0]],
        [[1.0], [2.0]],
        12.5,
    ),
    "labels sparse": (
        heads.MultiLabelHead(2),
        SPARSE(np.array([[0, 0], [1, 0], [1, 1]]), np.array([0, 0, 1]), (2, 2)),
        [[-10.0, 10.0], [-15.0, 10.0]],
        None,
        8.75,
    ),
    "labels sparse names": (
        heads.MultiLabelHead(2, label_vocabulary=["a", "b"]),
        SPARSE(np.array([[0, 0], [1, 0], [1, 1]]), np.array(["a", "a", "b"]), (2, 2)),
        [[-10.0, 10.0], [-15.0, 10.0]],
        None,
        8.75,
    ),
    # ((43 - 45)^2 + (44 - 41)^2) / 2
    "regression": (heads.RegressionHead(), [43, 44], [[45.0], [41.0]], None, 6.5),
    # 1 * 10^2 + 0.1 * 1 + 1.5 * 1, over 3 labels
    "regression each": (
        heads.RegressionHead(3, weight_column="w"),
        [[35.0, 42.0, 45.0]],
        [[45.0, 41.0, 44.0]],
        [[1.0, 0.1, 1.5]],
        101.6 / 3,
    ),
    "regression column": (
        heads.RegressionHead(
            weight_column=tf.feature_column.numeric_column("w", normalizer_fn=lambda w: w + 1)
        ),
        [[35], [42], [45]],
        [[45.0], [41.0], [44.0]],
        [0.0, -0.9, 0.5],
        101.6 / 3,
    ),
    # exp(l) - label * l + log label!, the latter by Stirling: 2 log 2 - 2 + log(2 pi 2) / 2
    "poisson": (
        heads.PoissonRegressionHead(),
        [[1], [2]],
        [[0.0], [-1.0]],
        None,
        (1 + math.exp(-1) + 2 + 2 * math.log(2) - 2 + math.log(4 * math.pi) / 2) / 2,
    ),
    "poisson short": (
        heads.PoissonRegressionHead(compute_full_loss=False),
        [[1], [2]],
        [[0.0], [-1.0]],
        None,
        (1 + math.exp(-1) + 2) / 2,
    ),
    # log 2 whatever the label; at -1 with 0.6: 0.6 + log(1 + exp(-1))
    "logistic": (
        heads.LogisticRegressionHead(),
        [[0.4], [0.6]],
        [[0.0], [-1.0]],
        None,
        (math.log(2) + 0.6 + math.log(1 + math.exp(-1))) / 2,
    ),
}


@pytest.mark.parametrize("eager", [True, False], ids=["eager", "graph"])
@pytest.mark.parametrize("case", BY_HAND)
def test_loss_by_hand(case, eager):
    head, labels, logits, weights, expected = BY_HAND[case]
    features = None if weights is None else {"w": np.array(weights)}
    assert loss_of(head, eager, labels, logits, features) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_regularization_is_added_to_the_loss(task):
    task = TASKS[task]
    head = task.make()
    plain = float(head.loss(task.labels, task.logits))
    for losses, extra in (([1.5, 0.5], 2), ((), 0), (tf.constant(0.25), 0.25)):
        loss = head.loss(task.labels, task.logits, regularization_losses=losses)
        assert float(loss) == pytest.approx(plain + extra)


@pytest.mark.parametrize("task", SINGLE)
def test_weights_count_examples(task):
    """An example with weight 2 counts twice in a sum, one with weight 0 not at all."""
    task = TASKS[task]
    head = task.make(weight_column="w", loss_reduction="sum")
    weights = np.array([2, 0, 1, 1, 1, 1], np.float32)
    repeated = [0, 0, 2, 3, 4, 5]
    twice = task.make(loss_reduction="sum").loss(task.labels[repeated], task.logits[repeated])
    loss = head.loss(task.labels, task.logits, {"w": weights})
    assert float(loss) == pytest.approx(float(twice))


@pytest.mark.parametrize("task", SINGLE)
def test_batch_size_need_not_be_known(task):
    task = TASKS[task]
    head = task.make(weight_column="w")
    weights = np.linspace(0, 1, len(task.labels)).astype(np.float32)
    expected = float(head.loss(task.labels, task.logits, {"w": weights}))
    for unknown in (lambda value: (None, *value.shape[1:]), lambda value: None):
        with tf.Graph().as_default():
            fed = [
                tf.compat.v1.placeholder(value.dtype, unknown(value))
                for value in (task.labels, task.logits, weights)
            ]
            loss = head.loss(fed[0], fed[1], {"w": fed[2]})
            with tf.compat.v1.Session() as session:
                feed = dict(zip(fed, (task.labels, task.logits, weights), strict=True))
                assert session.run(loss, feed) == pytest.approx(expected)


def test_inside_of_a_tf_function():
    task = TASKS["classes"]
    head = task.make()
    loss = tf.function(lambda labels, logits: head.loss(labels, logits))
    expected = float(head.loss(task.labels, task.logits))
    assert float(loss(task.labels, task.logits)) == pytest.approx(expected)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Labels must be <= n_classes - 1"):
        loss(task.labels + 1, task.logits)


def test_custom_loss_gets_checked_labels_and_features_if_it_likes():
    seen = {}

    def loss_fn(labels, logits, features):
        seen.update(labels=labels, features=features)
        return tf.abs(labels - logits)

    head = heads.BinaryClassHead(loss_fn=loss_fn, label_vocabulary=["no", "yes"])
    loss = head.loss(["yes", "no"], [[3.0], [1.0]], {"x": 1})
    assert float(loss) == pytest.approx((2 + 1) / 2)
    assert seen["labels"].numpy().tolist() == [[1], [0]] and seen["features"] == {"x": 1}


def test_custom_loss_may_have_its_other_arguments_bound():
    def loss_fn(labels, logits, scale):
        return scale * (labels - logits)

    head = heads.RegressionHead(loss_fn=functools.partial(loss_fn, scale=3.0))
    assert float(head.loss([[5.0]], [[4.0]])) == pytest.approx(3)


def test_number_of_classes_may_be_a_tensor():
    head = heads.MultiClassHead(tf.constant(3))
    loss = head.loss([[1], [1]], [[10.0, 0, 0], [0, 10, 0]])
    assert float(loss) == pytest.approx(5.0001, rel=1e-5)
    assert head.predictions([[1.0, 2, 0]])["all_class_ids"].numpy().tolist() == [[0, 1, 2]]
    with pytest.raises(ValueError, match="logits shape"):
        head.predictions([[1.0, 2]])
