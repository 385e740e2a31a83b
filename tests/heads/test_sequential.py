"""`SequentialHead`: the same as its head on the steps that exist."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import initialize, results, v1
from tfspec import _tf, heads

MASK = np.array([[1, 1, 1], [1, 0, 0]])
EXISTING = MASK.astype(bool)
LOGITS = np.float32([[[-101], [102], [-103]], [[104], [100], [100]]])
WEIGHTS = np.float32([[2, 5, 1], [2, 100, 100]])
LABELS = np.array([[1, 1, 1], [1, -7, -7]])
SPARSE = v1.SparseTensorValue(
    # not in order, as tf.io.parse_example never leaves them
    np.array([[1, 0], [0, 2], [0, 0], [0, 1]]),
    np.array([1, 1, 1, 1]),
    (2, 3),
)

make_step = functools.partial(heads.BinaryClassHead, weight_column="w")


def sequential(**options):
    return heads.SequentialHead(make_step(**options), "mask", feature_columns="w")


def features():
    return {"mask": tf.constant(MASK), "w": tf.constant(WEIGHTS), "x": tf.constant(1)}


@pytest.mark.parametrize("labels", [LABELS, SPARSE], ids=["dense", "sparse"])
def test_loss_and_metrics_are_those_of_the_steps(labels):
    step, head = make_step(), sequential()
    batch = (LABELS[EXISTING], LOGITS[EXISTING], {"w": WEIGHTS[EXISTING]})
    loss = head.loss(labels, LOGITS, features())
    # (2 * 101 + 1 * 103) / 4 steps
    assert float(loss) == pytest.approx(305 / 4) == pytest.approx(float(step.loss(*batch)))
    metrics = head.update_metrics(head.metrics(), features(), LOGITS, labels)
    expected = step.update_metrics(step.metrics(), batch[2], batch[1], batch[0])
    assert results(metrics) == pytest.approx(results(expected))
    assert results(metrics)["accuracy"] == pytest.approx(7 / 10)


def test_labels_with_a_last_dimension():
    head = heads.SequentialHead(heads.RegressionHead(2), "mask")
    labels = np.arange(12, dtype=np.float32).reshape((2, 3, 2))
    indices = np.array(np.nonzero(np.repeat(EXISTING[..., None], 2, axis=2))).T
    sparse = v1.SparseTensorValue(indices, labels[EXISTING].reshape(-1), (2, 3, 2))
    for given in (labels, sparse):
        loss = head.loss(given, labels + 1, {"mask": MASK})
        assert float(loss) == 1


def test_what_it_says_of_itself():
    head = sequential(name="step", loss_reduction="sum")
    assert (head.name, head.logits_dimension, head.loss_reduction) == ("step_sequential", 1, "sum")
    assert head.input_sequence_mask_key == "mask" and head.static_head.name == "step"
    assert sequential().name is None


def test_predictions_are_those_of_all_steps_with_the_mask():
    with tf.Graph().as_default(), v1.Session() as session:
        spec = sequential().create_estimator_spec(features(), "infer", tf.constant(LOGITS))
        found = session.run(spec.predictions)
    np.testing.assert_array_equal(found["mask"], MASK)
    np.testing.assert_array_equal(found["logits"], LOGITS)
    assert found["class_ids"].tolist() == [[[0], [1], [0]], [[1], [1], [1]]]
    assert list(sequential().predictions(LOGITS, ["logistic"])) == ["logistic"]


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_estimator_specs_of_the_steps(mode):
    train = {}
    with tf.Graph().as_default(), v1.Session() as session:
        variable = tf.Variable(0.0)
        if mode == "train":
            optimizer = _tf.keras().optimizers.legacy.SGD(0.5)
            train = {"optimizer": optimizer, "trainable_variables": [variable]}
        spec = sequential().create_estimator_spec(
            features(),
            mode,
            LOGITS + variable,
            labels=SPARSE,
            regularization_losses=[tf.constant(1.0)],
            **train,
        )
        initialize(session)
        assert session.run(spec.loss) == pytest.approx(305 / 4 + 1)
        assert ("regularization_loss" in spec.eval_metric_ops) == (mode == "eval")
        if mode == "train":
            session.run(spec.train_op)
            # each of the wrong steps, weights 2 and 1, pulls up: 0.5 * (2 + 1) / 4
            assert session.run(variable) == pytest.approx(0.375)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: heads.SequentialHead(None, 1), TypeError, "`sequence_mask` column must be a str"),
        (
            lambda: heads.SequentialHead(None, "mask", feature_columns=1),
            TypeError,
            "`feature_columns` must be either a string or an iterable",
        ),
        (
            lambda: heads.SequentialHead(None, "mask", feature_columns=[1]),
            TypeError,
            "Column must a string. Given type: .*int",
        ),
        (
            lambda: heads.SequentialHead(heads.MultiHead([make_step(name="a")])),
            ValueError,
            "`MultiHead` is not supported with `SequentialHeadWrapper`",
        ),
    ],
)
def test_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("changes", "labels", "message"),
    [
        ({"mask": None}, LABELS, r"key `mask` should be included .* Found keys: \['w'\]"),
        ({"w": None}, LABELS, "`w` column expected in features dictionary"),
        ({"w": np.ones(4)}, LABELS, "expected to have at least 2 dimensions, got 1"),
        ({"mask": np.ones(2)}, LABELS, "Mask is expected to have two dimensions, got 1"),
        ({"mask": np.ones((2, 3))}, SPARSE, "Tensor shape is incompatible with provided mask"),
    ],
)
def test_batches_that_do_not_fit(changes, labels, message):
    given = {"mask": MASK, "w": WEIGHTS, **changes}
    given = {key: value for key, value in given.items() if value is not None}
    with pytest.raises(ValueError, match=message):
        sequential().loss(labels, LOGITS, given)


@pytest.mark.parametrize("known", [True, False])
def test_sparse_steps_are_counted_when_the_graph_runs(known):
    with tf.Graph().as_default(), v1.Session() as session:
        mask = v1.placeholder(tf.int32, (2, 3) if known else None)
        loss = sequential().loss(SPARSE, LOGITS, {"mask": mask, "w": WEIGHTS})
        # Steps that are too few show in the labels and, once flattened, in their shape.
        message = "incompatible with provided mask|labels shape must be"
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(loss, {mask: np.ones((2, 3))})
