"""`MultiHead`: the sum of its parts."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.heads.common import TASKS, initialize, results, several, v1
from tfspec import heads

TASK = TASKS["several"]
YES, MUCH = heads.BinaryClassHead(name="yes"), heads.RegressionHead(2, name="much")
SPLIT = {"yes": TASK.logits[:, :1], "much": TASK.logits[:, 1:]}


def parts():
    return [(YES, TASK.labels["yes"], SPLIT["yes"]), (MUCH, TASK.labels["much"], SPLIT["much"])]


def test_what_it_says_of_itself():
    head = several()
    assert (head.name, head.logits_dimension) == ("yes_much", 3)
    assert head.loss_reduction == "sum_over_batch_size"
    assert several(loss_reduction="sum").loss_reduction == "sum"


@pytest.mark.parametrize("logits", [TASK.logits, SPLIT], ids=["tensor", "dict"])
def test_loss_is_the_weighted_sum(logits):
    yes, much = (float(head.loss(labels, logits)) for head, labels, logits in parts())
    assert float(several().loss(TASK.labels, logits)) == pytest.approx(yes + 0.5 * much)


@pytest.mark.parametrize("logits", [TASK.logits, SPLIT], ids=["tensor", "dict"])
def test_predictions_are_those_of_the_heads(logits):
    found = several().predictions(logits)
    expected = {
        (head.name, key): value
        for head, _, part in parts()
        for key, value in head.predictions(part).items()
    }
    assert list(found) == list(expected)
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key].numpy(), value.numpy())


def test_metrics_are_those_of_the_heads_and_their_losses():
    head = several()
    found = results(
        head.update_metrics(
            head.metrics([2.0]), {}, SPLIT, TASK.labels, regularization_losses=[2.0]
        )
    )
    expected = {"regularization_loss/yes_much": 2.0}
    for part, labels, logits in parts():
        expected[f"loss/{part.name}"] = float(part.loss(labels, logits))
        expected |= results(part.update_metrics(part.metrics(), {}, logits, labels))
    assert found == pytest.approx(expected)


def test_logits_with_more_dimensions_are_split_along_the_last():
    heads_of_two = [heads.RegressionHead(2, name="a"), heads.RegressionHead(3, name="b")]
    logits = np.arange(20, dtype=np.float32).reshape((2, 2, 5))
    found = heads.MultiHead(heads_of_two).predictions(logits)
    np.testing.assert_array_equal(found["b", "predictions"], logits[..., 2:])


def test_exports_hold_every_head():
    with tf.Graph().as_default(), v1.Session() as session:
        spec = several().create_estimator_spec({}, "infer", tf.constant(TASK.logits))
        initialize(session)
        outputs = spec.export_outputs
        assert set(outputs) == {
            "serving_default",
            "predict",
            "yes",
            "yes/classification",
            "yes/regression",
            "yes/predict",
            "much",
            "much/regression",
            "much/predict",
        }
        assert outputs["serving_default"] is outputs["yes"]
        together, apart = session.run(
            [outputs["predict"].outputs["much/predictions"], outputs["much"].value]
        )
        np.testing.assert_array_equal(together, apart)
        np.testing.assert_array_equal(apart, SPLIT["much"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: heads.MultiHead([]), r"Must specify heads\. Given: \[\]"),
        (
            lambda: heads.MultiHead([YES, heads.RegressionHead()]),
            r"All given heads must have name specified\.",
        ),
        (
            lambda: heads.MultiHead([YES, MUCH], head_weights=[1.0]),
            r"same size\. Given len\(heads\): 2\. Given len\(head_weights\): 1\.",
        ),
        (
            lambda: (
                heads.MultiHead(
                    [YES, heads.RegressionHead(name="b", loss_reduction="sum")]
                ).loss_reduction
            ),
            r"must be the same .*Given: \['sum_over_batch_size', 'sum'\]",
        ),
        (
            lambda: several().predictions(np.zeros((2, 4))),
            r"Could not split logits of shape \(2, 4\).* \[1, 2\].* should equal 3 but is 4",
        ),
        (lambda: several().predictions({"yes": [[1.0]]}), r"logits has missing .* \['much'\]"),
        (lambda: several().loss({"yes": [[1]]}, SPLIT), r"labels has missing .* \['much'\]"),
        (lambda: several().loss(None, SPLIT), "labels must be a dict"),
    ],
)
def test_what_it_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()
