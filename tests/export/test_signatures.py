"""Signatures: which are built, what they are called, which are left out and why."""

from __future__ import annotations

import logging

import pytest
import tensorflow as tf

from tfspec import spec
from tfspec.export._signatures import build_signature_defs

v1 = tf.compat.v1

METHODS = {
    "predict": "tensorflow/serving/predict",
    "classify": "tensorflow/serving/classify",
    "regress": "tensorflow/serving/regress",
}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, "tensorflow")
    return caplog


def placeholder(name, dtype=tf.string):
    return v1.placeholder(dtype, [None], name)


def test_builds_one_signature_per_output():
    text = placeholder("text")
    number = tf.strings.to_number(text)
    built = build_signature_defs(
        text,
        {
            "serving_default": spec.PredictOutput({"number": number}),
            "scores": spec.ClassificationOutput(scores=number),
            3: spec.RegressionOutput(number),
        },
    )
    assert {key: signature.method_name for key, signature in built.items()} == {
        "serving_default": METHODS["predict"],
        "scores": METHODS["classify"],
        "3": METHODS["regress"],
    }
    default = built["serving_default"]
    assert default.inputs["input"].name == "text:0"
    assert default.outputs["number"].name == number.name
    assert built["scores"].inputs["inputs"].name == "text:0"


def test_alternatives_give_what_their_tensors_can_compute(log):
    a, b = placeholder("a", tf.float32), placeholder("b", tf.float32)
    outputs = {
        "serving_default": spec.PredictOutput(a * 2),
        "both": spec.PredictOutput({"sum": a + b}),
    }
    built = build_signature_defs(
        {"a": a, "b": b}, outputs, {"only_a": {"x": a}, "only_b": b, None: {"y": a}}
    )
    assert set(built) == {
        "serving_default", "both", "only_a:serving_default", "None:serving_default",
    }
    assert list(built["only_a:serving_default"].inputs) == ["x"]
    assert (
        "'only_b:both' : The signature's input tensors ['b:0'] are insufficient to compute its "
        "output keys ['sum']" in log.text
    )
    assert "dependency path: mul (Mul) <- a (Placeholder)" in log.text


def test_a_fed_tensor_hides_what_it_is_computed_from():
    text = placeholder("text")
    number = tf.strings.to_number(text)
    with_default = v1.placeholder_with_default([1.0], [None])
    built = build_signature_defs(
        {"number": number}, {"serving_default": spec.PredictOutput(number + with_default)}
    )
    assert built["serving_default"].inputs["number"].name == number.name


def test_composite_inputs():
    sparse = v1.sparse_placeholder(tf.float32, name="sparse")
    ragged = v1.ragged.placeholder(tf.float32, 1)
    built = build_signature_defs(
        {"sparse": sparse, "ragged": ragged},
        {"serving_default": spec.PredictOutput(sparse.values + ragged.values)},
    )
    inputs = built["serving_default"].inputs
    assert inputs["sparse"].WhichOneof("encoding") == "coo_sparse"
    assert inputs["ragged"].WhichOneof("encoding") == "composite_tensor"


def test_leaves_out_what_cannot_be_served(log):
    number = placeholder("number", tf.float32)
    outputs = {"regression": spec.RegressionOutput(number), "fine": spec.PredictOutput(number)}
    assert set(build_signature_defs({"number": number}, outputs)) == {"fine"}
    assert "Signatures INCLUDED in export for Predict: ['fine']" in log.text
    assert "Signatures INCLUDED in export for Regress: None" in log.text
    assert "'regression' : Regression signatures can only accept a single tensor" in log.text
    assert "Export includes no default signature!" in log.text


def test_says_that_nothing_is_left(log):
    assert build_signature_defs({}, {"serving_default": spec.PredictOutput(tf.zeros([1]))}) == {}
    assert "Export includes no signatures!" in log.text


@pytest.mark.parametrize("serving_only", [True, False])
def test_supervised_signatures_are_not_for_serving(serving_only):
    loss = placeholder("loss", tf.float32)
    outputs = {"eval": spec.EvalOutput(loss=loss), "train": spec.TrainOutput(loss=loss)}
    built = build_signature_defs(loss, outputs, serving_only=serving_only)
    expected = {"eval": "tensorflow/supervised/eval", "train": "tensorflow/supervised/training"}
    methods = {key: signature.method_name for key, signature in built.items()}
    assert methods == ({} if serving_only else expected)


def test_refuses_export_outputs_without_keys():
    with pytest.raises(ValueError, match="`export_outputs` must be a dict. Received"):
        build_signature_defs(placeholder("x"), [spec.PredictOutput(tf.zeros([1]))])
