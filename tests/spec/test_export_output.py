"""Export outputs: their checks, and the signatures they build."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfspec.spec import (
    ClassificationOutput,
    EvalOutput,
    ExportOutput,
    PredictOutput,
    RegressionOutput,
    TrainOutput,
)

v1 = tf.compat.v1


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def floats():
    return tf.constant([1.0])


def strings():
    return tf.constant(["a"])


def sparse():
    return tf.sparse.SparseTensor([[0]], [0.0], [1])


def names(infos):
    return {key: info.name for key, info in infos.items()}


def signature(output, **receivers):
    """(method, input tensor names, output tensor names) of the signature of an output."""
    receivers = receivers or {"examples": v1.placeholder(tf.string, [None], "examples")}
    made = output.as_signature_def(receivers)
    return made.method_name, names(made.inputs), names(made.outputs)


def test_classification():
    scores, classes = floats(), strings()
    output = ClassificationOutput(scores, classes)
    assert output.scores is scores and output.classes is classes
    assert signature(output) == (
        "tensorflow/serving/classify",
        {"inputs": "examples:0"},
        {"scores": scores.name, "classes": classes.name},
    )
    assert signature(ClassificationOutput(classes=classes))[2] == {"classes": classes.name}
    assert signature(ClassificationOutput(scores))[2] == {"scores": scores.name}


def test_regression():
    value = floats()
    output = RegressionOutput(value)
    assert output.value is value
    assert signature(output) == (
        "tensorflow/serving/regress", {"inputs": "examples:0"}, {"outputs": value.name}
    )  # fmt: skip


def test_prediction():
    a, b = floats(), strings()
    given = {"a": a, ("b", "c"): b}
    output = PredictOutput(given)
    assert output.outputs == {"a": a, "b/c": b}
    assert list(given) == ["a", ("b", "c")]
    assert PredictOutput(a).outputs == {"output": a}
    x = v1.placeholder(tf.float32, name="x")
    y = v1.sparse_placeholder(tf.int64, name="y")
    made = output.as_signature_def({"x": x, "y": y})
    assert made.method_name == "tensorflow/serving/predict"
    assert names(made.outputs) == {"a": a.name, "b/c": b.name}
    assert made.inputs["x"].name == "x:0"
    assert made.inputs["y"].coo_sparse.values_tensor_name == "y/values:0"


@pytest.mark.parametrize(
    ("output", "method"), [(EvalOutput, "eval"), (TrainOutput, "training")]
)
def test_supervised(output, method):
    loss, prediction, value, update = floats(), strings(), floats(), floats()
    made = output(
        loss={"a": loss, "loss": loss},
        predictions={"p": prediction, "predictions/q": prediction},
        metrics={"m": (value, update), "metrics/n": (value, update)},
    )
    assert made.loss == {"loss/a": loss, "loss": loss}
    assert made.predictions == {"predictions/p": prediction, "predictions/q": prediction}
    assert made.metrics == {
        "metrics/m/value": value, "metrics/m/update_op": update,
        "metrics/n/value": value, "metrics/n/update_op": update,
    }  # fmt: skip
    expected = {**made.loss, **made.predictions, **made.metrics}
    assert signature(made) == (
        f"tensorflow/supervised/{method}",
        {"examples": "examples:0"},
        {key: tensor.name for key, tensor in expected.items()},
    )


def test_supervised_single_values():
    tensor = floats()
    output = EvalOutput(tensor, tensor, (tensor, tensor))
    assert output.loss == {"loss": tensor}
    assert output.predictions == {"predictions": tensor}
    assert output.metrics == {"metrics/value": tensor, "metrics/update_op": tensor}
    empty = EvalOutput()
    assert (empty.loss, empty.predictions, empty.metrics) == (None, None, None)
    assert signature(empty)[2] == {}


def test_exported_update_runs_the_operation():
    total = v1.get_variable("total", [], initializer=v1.zeros_initializer())
    update = EvalOutput(metrics=(floats(), total.assign_add(1.0).op)).metrics["metrics/update_op"]
    assert update.op.name == "metric_op_wrapper"
    with v1.Session() as session:
        session.run(total.initializer)
        assert session.run(update).size == 0
        assert session.run(total) == 1.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ClassificationOutput(), "Cannot create a ClassificationOutput with empty"),
        (lambda: ClassificationOutput(scores=strings()), "scores must be a float32 Tensor; got"),
        (lambda: ClassificationOutput(scores=1.0), r"scores must be a float32 Tensor; got 1\.0"),
        (lambda: ClassificationOutput(classes=floats()), "classes must be a string Tensor; got"),
        (lambda: RegressionOutput(None), "Regression output value must be a float32 Tensor"),
        (lambda: RegressionOutput(tf.constant([1])), "Regression output value must be a float32"),
        (lambda: PredictOutput(1), "Prediction output value must be a Tensor; got 1"),
        (lambda: PredictOutput({"a": sparse()}), "Prediction output value must be a Tensor"),
        (lambda: PredictOutput({1: floats()}), "Prediction output key must be a string; got 1"),
        (lambda: EvalOutput(loss=1.0), "loss output value must be a Tensor"),
        (lambda: EvalOutput(loss={1: floats()}), "loss output key must be a string"),
        (lambda: EvalOutput(predictions={"a": 1}), "predictions output value must be a Tensor"),
        (lambda: EvalOutput(metrics={1: (floats(), floats())}), "metrics output key must be a s"),
        (lambda: EvalOutput(metrics={"m": (1.0, floats())}), "metrics/m output value must be a"),
        (lambda: EvalOutput(metrics={"m": (floats(), 1.0)}), "metrics/m update_op must be a Ten"),
        (lambda: EvalOutput(metrics={"m": floats()}), r"metrics/m must be a \(value, update_op\)"),
        (lambda: TrainOutput(metrics=(floats(),)), r"metrics must be a \(value, update_op\)"),
    ],
)
def test_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (lambda: ClassificationOutput(floats()), "Classification"),
        (lambda: RegressionOutput(floats()), "Regression"),
    ],
)
@pytest.mark.parametrize(
    "receivers",
    [
        dict,
        strings,
        lambda: {"x": floats()},
        lambda: {"x": strings(), "y": strings()},
        lambda: {"x": sparse()},
    ],
)
def test_serving_methods_for_examples_take_one_string_tensor(output, kind, receivers):
    message = f"{kind} signatures can only accept a single tensor input of type tf.string"
    with pytest.raises(ValueError, match=message):
        output().as_signature_def(receivers())


def test_signatures_need_inputs():
    with pytest.raises(ValueError, match="Prediction `inputs` cannot be None or empty"):
        PredictOutput(floats()).as_signature_def({})
    with pytest.raises(ValueError, match="supervised/eval `inputs` cannot be None or empty"):
        EvalOutput(floats()).as_signature_def({})


def test_export_output_is_for_subclassing():
    with pytest.raises(TypeError, match="as_signature_def"):
        ExportOutput()
