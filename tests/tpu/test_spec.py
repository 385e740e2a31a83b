"""TPUEstimatorSpec: its checks, and what becomes of it without a TPU."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfspec.compat.v1 import estimator

v1 = tf.compat.v1
Spec = estimator.tpu.TPUEstimatorSpec


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def spec(mode=estimator.ModeKeys.EVAL, **changed):
    loss = tf.constant(1.0)
    return Spec(mode, **{"loss": loss, "train_op": loss, "predictions": {"p": loss}, **changed})


def one(x):
    return {"mean": v1.metrics.mean(x)}


@pytest.mark.parametrize("name", ["eval_metrics", "host_call"])
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ({"a": 1}, ValueError, "should be tuple or list"),
        ((one,), ValueError, "should have two elements"),
        ((1, [2.0]), TypeError, r"\[0\] should be callable"),
        ((one, 2.0), ValueError, r"\[1\] should be tuple or list, or dict"),
        ((one, [1.0, 2.0]), RuntimeError, "length of tensors 2 does not match.*takes 1"),
    ],
)
def test_calls_refused(name, call, error, message):
    with pytest.raises(error, match=f"{name}.*{message}|{name}{message}"):
        spec(**{name: call})


@pytest.mark.parametrize(
    ("mode", "changed", "error", "message"),
    [
        ("train", dict(train_op=None), ValueError, "Missing train_op"),
        ("eval", dict(loss=None), ValueError, "Missing loss"),
        ("infer", dict(predictions=None), ValueError, "Missing predictions"),
        ("eval", dict(scaffold_fn=3), TypeError, "scaffold_fn must be a function"),
        ("train", dict(training_hooks=[3]), TypeError, "SessionRunHook instances, given: 3"),
        ("eval", dict(evaluation_hooks=[3]), TypeError, "SessionRunHook instances, given: 3"),
        ("infer", dict(prediction_hooks=[3]), TypeError, "SessionRunHook instances, given: 3"),
        ("infer", dict(export_outputs={"x": 3}), TypeError, "must be ExportOutput objects"),
    ],
)
def test_fields_refused(mode, changed, error, message):
    with pytest.raises(error, match=message):
        spec(mode, **changed)


@pytest.mark.parametrize("tensors", [[2.0], (2.0,), {"x": 2.0}], ids=["list", "tuple", "dict"])
def test_metrics_function_is_called_with_its_tensors(tensors):
    made = spec(eval_metrics=(one, tensors)).as_estimator_spec()
    assert list(made.eval_metric_ops) == ["mean"]
    with v1.Session() as session:
        session.run(v1.local_variables_initializer())
        assert session.run(made.eval_metric_ops["mean"][1]) == 2.0


def test_functions_are_called_only_for_the_estimator_spec():
    calls, scaffold = [], v1.train.Scaffold()
    made = spec(
        eval_metrics=(lambda x: calls.append("metrics") or one(x), [1.0]),
        host_call=(lambda x: calls.append("host"), [1.0]),
        scaffold_fn=lambda: calls.append("scaffold") or scaffold,
    )
    assert not calls
    assert made.as_estimator_spec().scaffold is scaffold
    assert calls == ["metrics", "host", "scaffold"]


def test_export_output_by_default():
    made = spec("infer").as_estimator_spec()
    assert list(made.export_outputs) == ["serving_default"]
