"""Receivers: what they accept, what they make of it, and the builders of receiver functions."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfspec import export

v1 = tf.compat.v1

DENSE = {"features": "dense", "receiver_tensors": "dense"}
RECEIVERS = {
    export.ServingInputReceiver: {},
    export.UnsupervisedInputReceiver: {},
    export.TensorServingInputReceiver: {},
    export.SupervisedInputReceiver: {"labels": "dense"},
}
BY_NAME = pytest.mark.parametrize("kind", RECEIVERS, ids=lambda kind: kind.__name__)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def tensor(kind):
    """A tensor of the kind named, dicts of such, anything else as it is."""
    if isinstance(kind, dict):
        return {key: tensor(value) for key, value in kind.items()}
    makers = {
        "dense": lambda: tf.constant([1]),
        "sparse": lambda: tf.SparseTensor([[0, 0]], [1], [1, 1]),
        "ragged": lambda: tf.ragged.constant([[1], [2, 3]]),
    }
    return makers[kind]() if isinstance(kind, str) and kind in makers else kind


def make(kind, **given):
    arguments = DENSE | RECEIVERS[kind] | given
    return kind(**{name: tensor(value) for name, value in arguments.items()})


@BY_NAME
@pytest.mark.parametrize("value", ["dense", "sparse", "ragged"])
def test_takes_tensors_of_all_kinds(kind, value):
    receiver = make(kind, features=value, receiver_tensors=value)
    assert list(receiver.receiver_tensors) == ["input"]
    wrapped = kind in (export.ServingInputReceiver, export.UnsupervisedInputReceiver)
    assert isinstance(receiver.features, dict) == wrapped
    if wrapped:
        assert list(receiver.features) == ["feature"]


@pytest.mark.parametrize("name", ["features", "labels"])
def test_keeps_dicts_with_names_and_numbers(name):
    given = {"a": tf.constant(1), 2: tf.constant(2)}
    receiver = make(export.SupervisedInputReceiver, **{name: given})
    assert getattr(receiver, name) == given


@BY_NAME
@pytest.mark.parametrize(
    "given, message",
    [
        ({"features": None}, "features must be defined"),
        ({"features": "text"}, "feature must be a Tensor, SparseTensor, or RaggedTensor"),
        ({"features": ["dense"]}, "feature must be a Tensor.* of type list"),
        ({"features": {"a": [1]}}, "feature.* must be a Tensor, SparseTensor, or RaggedTensor"),
        ({"receiver_tensors": None}, "receiver_tensors must be defined"),
        ({"receiver_tensors": {1: "dense"}}, "receiver_tensor keys must be strings: 1"),
        ({"receiver_tensors": {"a": [1]}}, "receiver_tensor a must be a Tensor"),
        ({"receiver_tensors": "text"}, "receiver_tensor input must be a Tensor"),
    ],
)
def test_refuses(kind, given, message):
    with pytest.raises(ValueError, match=message):
        make(kind, **given)


@pytest.mark.parametrize(
    "kind, given, message",
    [
        (export.ServingInputReceiver, {"features": {1.5: "dense"}}, "feature keys must be .*1.5"),
        (export.TensorServingInputReceiver, {"features": {"a": "dense"}}, "feature must be a Ten"),
        (export.SupervisedInputReceiver, {"labels": None}, "labels must be defined"),
        (export.SupervisedInputReceiver, {"labels": {1.5: "dense"}}, "label keys must be strings"),
        (export.SupervisedInputReceiver, {"labels": 3}, "label must be a Tensor"),
        (
            export.ServingInputReceiver,
            {"receiver_tensors_alternatives": "dense"},
            "receiver_tensors_alternatives must be a dict",
        ),
        (
            export.ServingInputReceiver,
            {"receiver_tensors_alternatives": {"a": {1: "dense"}}},
            "receiver_tensors_alternative keys must be strings",
        ),
    ],
)
def test_refuses_in_particular(kind, given, message):
    with pytest.raises(ValueError, match=message):
        make(kind, **given)


def test_names_alternatives():
    receiver = make(
        export.ServingInputReceiver,
        receiver_tensors_alternatives={"one": "dense", "named": {"x": "sparse"}},
    )
    names = {key: list(value) for key, value in receiver.receiver_tensors_alternatives.items()}
    assert names == {"one": ["input"], "named": ["x"]}


@pytest.mark.parametrize("batch_size", [None, 2])
def test_parsing_receiver(graph, batch_size):
    spec = {"i": tf.io.VarLenFeature(tf.int64), "f": tf.io.FixedLenFeature([2], tf.float32)}
    receiver = export.build_parsing_serving_input_receiver_fn(spec, batch_size)()
    (serialized,) = receiver.receiver_tensors.values()
    assert list(receiver.receiver_tensors) == ["examples"]
    assert serialized.op.name == "input_example_tensor"
    assert serialized.shape.as_list() == [batch_size]
    assert receiver.features["f"].shape.as_list() == [batch_size, 2]
    assert isinstance(receiver.features["i"], tf.SparseTensor)
    assert "ParseExample/ParseExampleV2" in {op.name for op in graph.get_operations()}


@pytest.mark.parametrize("batch_size", [None, 4])
def test_raw_receiver_takes_over_dtype_shape_and_name(batch_size):
    with tf.Graph().as_default():
        examples = {
            "matrix": v1.placeholder(tf.float32, [7, 3], "given_name"),
            "scalar": tf.constant(1),
            "unknown": v1.placeholder(tf.string),
            "ragged": tensor("ragged"),
        }
    receiver = export.build_raw_serving_input_receiver_fn(examples, batch_size)()
    assert receiver.features == receiver.receiver_tensors
    inputs = receiver.receiver_tensors
    assert inputs["matrix"].op.name == "given_name"
    assert {key: (t.dtype, t.shape.rank and t.shape.as_list()) for key, t in inputs.items()} == {
        "matrix": (tf.float32, [batch_size, 3]),
        "scalar": (tf.int32, [batch_size]),
        "unknown": (tf.string, None),
        "ragged": (tf.int32, [batch_size, None]),
    }
    assert {t.op.type for t in inputs.values()} == {"Placeholder"}


@pytest.mark.parametrize(
    "features, labels, inputs",
    [
        ("dense", "dense", ["input", "label"]),
        ({"a": "dense"}, "dense", ["a", "label"]),
        ("dense", {"b": "dense", "c": "dense"}, ["input", "b", "c"]),
    ],
)
def test_supervised_receiver(features, labels, inputs):
    receiver_fn = export.build_raw_supervised_input_receiver_fn(tensor(features), tensor(labels))
    receiver = receiver_fn()
    assert list(receiver.receiver_tensors) == inputs
    assert isinstance(receiver.features, dict) == isinstance(features, dict)
    assert isinstance(receiver.labels, dict) == isinstance(labels, dict)
    flat = tf.nest.flatten([receiver.features, receiver.labels])
    assert {t.name for t in flat} == {t.name for t in receiver.receiver_tensors.values()}


@pytest.mark.parametrize(
    "make_input",
    [
        lambda size: ({"a": tf.zeros([size, 3])}, tf.zeros([size])),
        lambda size: tf.data.Dataset.from_tensors(({"a": tf.zeros([size, 3])}, tf.zeros([size]))),
    ],
    ids=["tensors", "dataset"],
)
def test_supervised_receiver_from_input_fn(graph, make_input):
    receiver_fn = export.build_supervised_input_receiver_fn_from_input_fn(make_input, size=5)
    assert not graph.get_operations()
    shapes = {key: t.shape.as_list() for key, t in receiver_fn().receiver_tensors.items()}
    assert shapes == {"a": [None, 3], "label": [None]}


@pytest.mark.parametrize(
    "build, error, message",
    [
        (
            lambda: export.build_raw_supervised_input_receiver_fn(
                tensor({"x": "dense"}), tensor({"x": "dense"})
            ),
            ValueError,
            "must have distinct keys. Found overlapping keys: {'x'}",
        ),
        (
            lambda: export.build_raw_supervised_input_receiver_fn(tensor("dense"), None),
            AttributeError,
            "label label must be a tensor",
        ),
        (
            lambda: export.build_raw_serving_input_receiver_fn({"x": [1]}),
            AttributeError,
            "feature x must be a tensor.*type list",
        ),
        (
            lambda: export.build_raw_serving_input_receiver_fn(tensor("dense")),
            AttributeError,
            "`features` must be a dict",
        ),
        (
            lambda: export.build_supervised_input_receiver_fn_from_input_fn(lambda: {"x": 1}),
            ValueError,
            r"should return \(features, labels\)",
        ),
    ],
)
def test_builders_refuse(build, error, message):
    with pytest.raises(error, match=message):
        build()
