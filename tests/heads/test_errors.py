"""What heads refuse, with the words of the original."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import v1
from tfspec import heads

BINARY, LABELS, REGRESSION = heads.BinaryClassHead, heads.MultiLabelHead, heads.RegressionHead
CLASSES = functools.partial(heads.MultiClassHead, 3)
SPARSE = v1.SparseTensorValue(np.array([[0, 0]]), np.array([1]), (2, 1))
Z = np.zeros


@pytest.mark.parametrize("make", [BINARY, CLASSES, functools.partial(LABELS, 3), REGRESSION])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss_reduction": "weighted_sum"}, "Invalid loss_reduction: weighted_sum"),
        ({"loss_reduction": "none"}, "Invalid loss_reduction: none"),
        ({"loss_fn": lambda logits: 0}, r"must contain argument: labels\. .* \('logits',\)"),
        ({"loss_fn": lambda labels: 0}, r"must contain argument: logits\. .* \('labels',\)"),
        (
            {"loss_fn": lambda labels, logits, name=None: 0},
            r"loss_fn has unexpected args: \['name'\]",
        ),
    ],
)
def test_arguments_of_all(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BINARY(thresholds=(0.0, 0.5)), r"thresholds not in \(0, 1\).* Given: 0\.0"),
        (lambda: LABELS(2, thresholds=(0.5, 1.0)), r"must be in \(0, 1\) range\. Given: 1\.0"),
        (lambda: BINARY(label_vocabulary="ab"), "must be a list or tuple. Given type: .*str"),
        (lambda: heads.MultiClassHead(None), "n_classes cannot be None"),
        (lambda: heads.MultiClassHead(2), "n_classes must be > 2"),
        (lambda: LABELS(None), r"must be > 1 for multi-label classification\. Given: None"),
        (lambda: LABELS(1), r"must be > 1 for multi-label classification\. Given: 1"),
        (
            lambda: CLASSES(label_vocabulary=["a", "b"]),
            r"Length of label_vocabulary must be n_classes \(3\). Given: 2",
        ),
        (
            lambda: LABELS(3, classes_for_class_based_metrics=[2, -1]),
            r"must be in range \[0, 2\]\. Given: -1",
        ),
        (
            lambda: LABELS(2, label_vocabulary=["a", "b"], classes_for_class_based_metrics=["z"]),
            "'z' is not in list",
        ),
        (lambda: REGRESSION(0), "Invalid label_dimension 0"),
    ],
)
def test_arguments_of_one(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_classes_given_as_a_tensor_are_counted():
    with pytest.raises(tf.errors.InvalidArgumentError, match="n_classes must be > 2"):
        heads.MultiClassHead(tf.constant(2))


STATIC = {
    "no labels": (CLASSES(), None, Z((2, 3)), r"must provide a labels Tensor\. Given: None\."),
    "sparse": (CLASSES(), SPARSE, Z((2, 3)), "SparseTensor labels are not supported"),
    "width": (REGRESSION(3), Z((2, 1)), Z((2, 3)), "Mismatched label shape.* Received 1"),
    "rank": (CLASSES(), np.array(1), Z((2, 3)), "labels must have rank at least 2"),
    "float": (CLASSES(), Z((2, 1)), Z((2, 3)), "Labels dtype should be integer"),
    "numbers for names": (
        CLASSES(label_vocabulary=["a", "b", "c"]),
        Z((2, 1), int),
        Z((2, 3)),
        "Labels dtype should be string if there is a vocabulary",
    ),
    "names, dense": (
        LABELS(2, label_vocabulary=["a", "b"]),
        np.array([["a", "b"]]),
        Z((1, 2)),
        "Labels as strings must be a SparseTensor",
    ),
    "names, no vocabulary": (
        LABELS(2),
        v1.SparseTensorValue(np.array([[0, 0]]), np.array(["a"]), (2, 1)),
        Z((2, 2)),
        "should be integer if there is no label_vocabulary",
    ),
    "sparse floats": (
        LABELS(2),
        v1.SparseTensorValue(np.array([[0, 0]]), np.array([0.5]), (2, 1)),
        Z((2, 2)),
        "Labels dtype should be integer",
    ),
    "logits width": (CLASSES(), Z((2, 1), int), Z((2, 4)), r"logits shape must be .* got \(2, 4\)"),
    "logits rank": (BINARY(), Z((2, 1)), Z(2), "logits must have rank at least 2"),
}


@pytest.mark.parametrize("eager", [True, False], ids=["eager", "graph"])
@pytest.mark.parametrize("case", STATIC)
def test_what_shapes_and_types_show(case, eager):
    head, labels, logits, message = STATIC[case]
    with pytest.raises(ValueError, match=message):
        if eager:
            head.loss(labels, logits)
        else:
            with tf.Graph().as_default():
                head.loss(labels, logits)


# (head, labels, logits, weights, said eagerly, said by the graph)
DYNAMIC = {
    "labels width": (
        CLASSES(),
        Z((2, 2), np.int64),
        Z((2, 3)),
        None,
        "Mismatched label shape",
        r"\[expected_labels_shape: \] \[2 1\] \[labels_shape: \] \[2 2\]",
    ),
    "batch": (
        REGRESSION(),
        Z((3, 1)),
        Z((2, 1)),
        None,
        r"labels shape .*expected_labels_shape: \(2, 1\). labels_shape: \(3, 1\)",
        r"\[expected_labels_shape: \] \[2 1\] \[labels_shape: \] \[3 1\]",
    ),
    "labels rank": (
        LABELS(2),
        np.array(1),
        Z((2, 2)),
        None,
        "rank at least 2",
        r"labels shape must be \[D0, D1, ... DN, 2\]\..*\[Received shape: \] \[\]",
    ),
    "logits width": (CLASSES(), Z((2, 1), int), Z((2, 4)), None, "logits shape", "logits shape"),
    "logits rank": (BINARY(), Z((2, 1)), Z(2), None, "logits shape", "logits shape"),
    "too large": (
        CLASSES(),
        np.array([[3], [0]]),
        Z((2, 3)),
        None,
        "Labels must be <= 3 - 1",
        "Labels must be <= n_classes - 1",
    ),
    "negative": (BINARY(), -np.eye(2)[:, :1], Z((2, 1)), None, *["Labels must be >= 0"] * 2),
    "unknown name": (
        CLASSES(label_vocabulary=["a", "b", "c"]),
        np.array([["a"], ["z"]], object),
        Z((2, 3)),
        None,
        *["not in the label_vocabulary"] * 2,
    ),
    "no indicator": (
        LABELS(2),
        np.array([[2, 0]]),
        Z((1, 2)),
        None,
        *[r"labels must be an integer indicator Tensor with values in \[0, 1\]"] * 2,
    ),
    "no probability": (
        heads.LogisticRegressionHead(),
        np.array([[1.5]]),
        Z((1, 1)),
        None,
        *[r"Labels must be in range \[0, 1\]"] * 2,
    ),
    "weights inside": (
        BINARY(weight_column="w"),
        Z((2, 2, 1)),
        Z((2, 2, 1)),
        np.array([[1.0], [2.0]]),
        r"weights shape .*logits_shape: \(2, 2, 1\). weights_shape: \(2, 1\)",
        r"\[logits_shape: \] \[2 2 1\] \[weights_shape: \] \[2 1\]",
    ),
    "weights outside": (
        REGRESSION(3, weight_column="w"),
        Z((2, 3)),
        Z((2, 3)),
        Z((2, 2)),
        "weights shape .*logits_dimension",
        r"\[logits_shape: \] \[2 3\] \[weights_shape: \] \[2 2\]",
    ),
    "weights per logit": (
        CLASSES(weight_column="w"),
        Z((2, 1), int),
        Z((2, 3)),
        Z((2, 3)),
        r"weights shape must be \[D0, D1, ... DN\] or \[D0, D1, ... DN, 1\],",
        r"\[logits_shape: \] \[2 3\] \[weights_shape: \] \[2 3\]",
    ),
    "loss": (
        REGRESSION(2, loss_fn=lambda labels, logits: tf.zeros([2])),
        Z((2, 2)),
        Z((2, 2)),
        None,
        r"loss_shape: \(2,\)",
        r"\[loss_fn must return Tensor of shape \[D0, D1, ... DN, 2\]\. \] "
        r"\[logits_shape: \] \[2 2\] \[loss_shape: \] \[2\]",
    ),
}


@pytest.mark.parametrize("case", DYNAMIC)
def test_what_values_show_eagerly(case):
    head, labels, logits, weights, message, _ = DYNAMIC[case]
    with pytest.raises(ValueError, match=message):
        head.loss(labels, logits, {"w": weights})


@pytest.mark.parametrize("case", DYNAMIC)
def test_what_shows_when_the_graph_runs(case):
    head, labels, logits, weights, _, message = DYNAMIC[case]
    given = [labels, logits] + ([] if weights is None else [weights])
    with tf.Graph().as_default(), v1.Session() as session:
        fed = [
            v1.placeholder(tf.string if value.dtype == object else value.dtype) for value in given
        ]
        loss = head.loss(fed[0], fed[1], {"w": fed[-1]})
        session.run(v1.tables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(loss, dict(zip(fed, given, strict=True)))


@pytest.mark.parametrize(
    ("column", "features", "error", "message"),
    [
        ("w", {"x": 1}, ValueError, "Feature w is not in features dictionary"),
        ("w", None, ValueError, "Feature w is not in features dictionary"),
        ("w", {"w": 2.0}, ValueError, r"Feature \(key: w\) cannot have rank 0"),
        ("w", {"w": SPARSE}, ValueError, "SparseTensor is not supported. key: w"),
        (3, {"w": 1}, TypeError, "must be either a string or NumericColumn"),
    ],
)
def test_weights_that_are_none(column, features, error, message):
    with pytest.raises(error, match=message):
        REGRESSION(weight_column=column).loss([[1.0]], [[1.0]], features)
