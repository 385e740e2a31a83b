"""Predictions and exports of single heads."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import TASKS, initialize, v1
from tfspec import heads
from tfspec.spec import ClassificationOutput, RegressionOutput

KEYS = heads.PredictionKeys


def values(tensors):
    return {key: value.numpy().tolist() for key, value in tensors.items()}


@pytest.mark.parametrize(
    ("vocabulary", "names"), [(None, [b"0", b"1"]), (["no", "yes"], [b"no", b"yes"])]
)
def test_of_two_classes(vocabulary, names):
    head = heads.BinaryClassHead(label_vocabulary=vocabulary)
    found = values(head.predictions([[math.log(3)], [-math.log(4)]]))
    # sigmoid(log 3) = 3 / (1 + 3), sigmoid(-log 4) = 1 / (1 + 4)
    np.testing.assert_allclose(found.pop(KEYS.LOGISTIC), [[0.75], [0.2]], rtol=1e-6)
    probabilities = found.pop(KEYS.PROBABILITIES)
    np.testing.assert_allclose(probabilities, [[0.25, 0.75], [0.8, 0.2]], rtol=1e-6)
    np.testing.assert_allclose(found.pop(KEYS.LOGITS), [[1.0986123], [-1.3862944]], rtol=1e-6)
    assert found == {
        KEYS.CLASS_IDS: [[1], [0]],
        KEYS.CLASSES: [[names[1]], [names[0]]],
        KEYS.ALL_CLASS_IDS: [[0, 1]] * 2,
        KEYS.ALL_CLASSES: [names] * 2,
    }


@pytest.mark.parametrize(
    ("vocabulary", "names"), [(None, [b"0", b"1", b"2"]), (("a", "b", "c"), [b"a", b"b", b"c"])]
)
def test_of_three_classes(vocabulary, names):
    head = heads.MultiClassHead(3, label_vocabulary=vocabulary)
    # softmax([log 2, 0, 0]) = [2, 1, 1] / 4
    found = values(head.predictions([[math.log(2), 0, 0], [-1, -1, math.log(2) - 1]]))
    probabilities = found.pop(KEYS.PROBABILITIES)
    np.testing.assert_allclose(probabilities, [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]], rtol=1e-6)
    del found[KEYS.LOGITS]
    assert found == {
        KEYS.CLASS_IDS: [[0], [2]],
        KEYS.CLASSES: [[names[0]], [names[2]]],
        KEYS.ALL_CLASS_IDS: [[0, 1, 2]] * 2,
        KEYS.ALL_CLASSES: [names] * 2,
    }


def test_of_many_labels():
    head = heads.MultiLabelHead(2, label_vocabulary=["a", "b"])
    found = values(head.predictions([[0.0, math.log(3)]]))
    np.testing.assert_allclose(found[KEYS.PROBABILITIES], [[0.5, 0.75]], rtol=1e-6)
    assert found[KEYS.CLASSES] == [[b"a", b"b"]] and len(found) == 3


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (heads.RegressionHead(), {"predictions": 2}),
        (
            heads.RegressionHead(inverse_link_fn=lambda logits: logits - 10),
            {"predictions": -8, "logits": 2},
        ),
        (heads.PoissonRegressionHead(), {"predictions": math.exp(2), "logits": 2}),
        (heads.LogisticRegressionHead(), {"predictions": 1 / (1 + math.exp(-2)), "logits": 2}),
    ],
)
def test_of_numbers(head, expected):
    found = head.predictions(np.array([[2]]))  # cast from integers
    assert {key: value.numpy().item() for key, value in found.items()} == pytest.approx(expected)
    assert found["predictions"].dtype == tf.float32


@pytest.mark.parametrize("task", ["binary", "classes", "labels"])
def test_keys_choose(task):
    head, logits = TASKS[task].make(), TASKS[task].logits
    chosen = [KEYS.CLASSES, KEYS.LOGITS]
    assert list(head.predictions(logits, chosen)) == chosen
    assert len(head.predictions(logits, [])) == len(head.predictions(logits)) > 2
    with pytest.raises(ValueError, match="must be in PredictionKeys, given: predictions"):
        head.predictions(logits, ["predictions"])


@pytest.mark.parametrize(
    ("task", "kind", "signatures"),
    [
        ("binary", ClassificationOutput, {"classification", "regression"}),
        ("classes", ClassificationOutput, {"classification"}),
        ("labels", ClassificationOutput, {"classification"}),
        ("regression", RegressionOutput, {"regression"}),
        ("poisson", RegressionOutput, {"regression"}),
    ],
)
def test_exports(task, kind, signatures):
    task = TASKS[task]
    with tf.Graph().as_default(), v1.Session() as session:
        spec = task.make().create_estimator_spec({}, "infer", tf.constant(task.logits))
        initialize(session)
        outputs = spec.export_outputs
        assert set(outputs) == {"serving_default", "predict", *signatures}
        assert isinstance(outputs["serving_default"], kind)
        assert outputs["predict"].outputs.keys() == spec.predictions.keys()
        assert spec.loss is None and spec.train_op is None and spec.eval_metric_ops == {}
        if kind is ClassificationOutput:
            served = outputs["serving_default"]
            classes, scores = session.run([served.classes, served.scores])
            assert classes.shape == scores.shape
            assert classes[0].tolist() == [b"%d" % n for n in range(classes.shape[1])]


def test_one_head_serves_graph_after_graph():
    """Tables for label vocabularies belong to the graph in which they are used."""
    head = heads.MultiClassHead(3, label_vocabulary=["a", "b", "c"])
    for _ in range(2):
        with tf.Graph().as_default(), v1.Session() as session:
            logits = tf.constant([[0.0, 1, 0]])
            spec = head.create_estimator_spec({}, "eval", logits, labels=tf.constant([["b"]]))
            initialize(session)
            session.run([update for _, update in spec.eval_metric_ops.values()])
            assert session.run(spec.eval_metric_ops["accuracy"][0]) == 1
    assert float(head.loss([["b"]], [[0.0, 9, 0]])) == pytest.approx(0, abs=1e-3)
