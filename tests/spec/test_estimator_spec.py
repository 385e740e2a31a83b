"""EstimatorSpec: what it takes, refuses and holds, in graphs and outside of them."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest
import tensorflow as tf

from tfspec.spec import EstimatorSpec, ExportOutput, ModeKeys, PredictOutput, RegressionOutput

v1 = tf.compat.v1
TRAIN, EVAL, PREDICT = ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT
SERVING = "serving_default"


class Hook(v1.train.SessionRunHook):
    pass


@pytest.fixture
def eager_value():
    return tf.constant(1.0)


@pytest.fixture(params=["graph", "eager"])
def place(request):
    """Runs a test inside a graph and outside of any."""
    if request.param == "eager":
        yield request.param
    else:
        with tf.Graph().as_default():
            yield request.param


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def one():
    return tf.constant(1.0)


def sparse():
    return tf.sparse.SparseTensor([[0]], [0.0], [1])


def valid(mode, **changes):
    fields = {"loss": one(), "train_op": one(), "predictions": {"p": one()}}
    return EstimatorSpec(mode, **{**fields, **changes})


def test_mode_keys():
    assert (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT) == ("train", "eval", "infer")


def test_is_a_tuple_with_the_documented_field_numbers(place):
    loss = one()
    spec = EstimatorSpec(EVAL, {"p": loss}, loss)
    assert isinstance(spec, tuple)
    assert spec._fields == (
        "predictions", "loss", "train_op", "eval_metric_ops", "export_outputs",
        "training_chief_hooks", "training_hooks", "scaffold",
        "mode", "evaluation_hooks", "prediction_hooks",
    )  # fmt: skip
    assert spec[1] is loss and spec[8] == spec.mode == EVAL
    assert spec._asdict() == dict(zip(spec._fields, spec, strict=True))
    with pytest.raises(AttributeError):
        spec.loss = None
    with pytest.raises(AttributeError):
        spec.unknown = None


def test_everything_but_the_mode_has_a_default(place):
    spec = EstimatorSpec(None)
    assert isinstance(spec.scaffold, v1.train.Scaffold)
    assert spec._replace(scaffold=None).scaffold is not None
    empty = {"predictions": {}, "eval_metric_ops": {}}
    hooks = [name for name in spec._fields if name.endswith("hooks")]
    assert spec._asdict() == {
        **dict.fromkeys(spec._fields), **empty, **dict.fromkeys(hooks, ()),
        "scaffold": spec.scaffold,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "missing", "message"),
    [
        (TRAIN, "loss", "Missing loss"),
        (TRAIN, "train_op", "Missing train_op"),
        (EVAL, "loss", "Missing loss"),
        (PREDICT, "predictions", "Missing predictions"),
    ],
)
def test_a_mode_needs_its_fields(place, mode, missing, message):
    needed = {TRAIN: {"loss", "train_op"}, EVAL: {"loss"}, PREDICT: {"predictions"}}[mode]
    fields = {name: one() for name in needed}
    assert EstimatorSpec(mode, **fields).mode == mode
    with pytest.raises(ValueError, match=message):
        EstimatorSpec(mode, **{**fields, missing: None})


@pytest.mark.parametrize("shape", [[], [1], [1, 1]])
@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16, tf.int64])
def test_loss_becomes_a_scalar(place, shape, dtype):
    loss = valid(TRAIN, loss=tf.ones(shape, dtype)).loss
    assert loss.shape == [] and loss.dtype == dtype


def test_loss_of_unknown_size_is_left_to_run_time(graph):
    unknown = v1.placeholder(tf.float32)
    assert valid(EVAL, loss=unknown).loss is unknown
    assert valid(EVAL, loss=v1.placeholder(tf.float32, [None])).loss.shape == []


@pytest.mark.parametrize("mode", [TRAIN, EVAL, PREDICT])
@pytest.mark.parametrize(
    ("field", "make", "error", "message"),
    [
        ("loss", lambda: 1.0, TypeError, r"loss must be Tensor, given: 1\.0"),
        ("loss", sparse, TypeError, "loss must be Tensor"),
        ("loss", lambda: one, TypeError, "loss must be Tensor"),
        ("loss", lambda: tf.constant("x"), TypeError, "loss must be Tensor of numbers"),
        ("loss", lambda: tf.constant(True), TypeError, "loss must be Tensor of numbers"),
        ("loss", lambda: tf.ones([2]), ValueError, "Loss must be scalar, given"),
        ("loss", lambda: tf.ones([0]), ValueError, "Loss must be scalar, given"),
        ("train_op", lambda: "x", TypeError, "train_op must be Operation or Tensor, given: x"),
        ("train_op", lambda: [one()], TypeError, "train_op must be Operation or Tensor"),
        ("train_op", sparse, TypeError, "train_op must be Operation or Tensor"),
        ("predictions", lambda: 3, TypeError, "predictions must be Tensor, given: 3"),
        ("predictions", lambda: [one()], TypeError, "predictions must be Tensor"),
        ("predictions", sparse, TypeError, "predictions must be Tensor"),
        ("predictions", lambda: {"n": 1.0}, TypeError, r"predictions\[n\] must be Tensor"),
        ("predictions", lambda: {"s": sparse()}, TypeError, r"predictions\[s\] must be Tensor"),
        ("eval_metric_ops", one, TypeError, "eval_metric_ops must be a dict"),
        ("eval_metric_ops", lambda: {"m": one()}, TypeError, r"\(metric_value, update_op\) tup"),
        ("eval_metric_ops", lambda: {"m": (one(),)}, TypeError, r"tuples, given: .* for key: m"),
        ("eval_metric_ops", lambda: {"m": [one(), one()]}, TypeError, "tuples, given"),
        ("eval_metric_ops", lambda: {"m": (one(), "x")}, TypeError, "which holds 'x'"),
        ("eval_metric_ops", lambda: {"m": (1.0, one())}, TypeError, r"which holds 1\.0"),
        ("training_hooks", lambda: [Hook], TypeError, "All hooks must be SessionRunHook inst"),
        ("training_chief_hooks", lambda: [1], TypeError, "All hooks must be SessionRunHook inst"),
        ("evaluation_hooks", lambda: [None], TypeError, "All hooks must be SessionRunHook inst"),
        ("prediction_hooks", lambda: "ab", TypeError, "All hooks must be SessionRunHook inst"),
        ("prediction_hooks", Hook, TypeError, "prediction_hooks must be an iterable"),
        ("scaffold", lambda: 3, TypeError, r"scaffold must be tf\.train\.Scaffold\. Given: 3"),
    ],
)
def test_refuses(place, mode, field, make, error, message):
    with pytest.raises(error, match=message):
        valid(mode, **{field: make()})


def test_train_op_may_be_an_operation_tensor_variable_or_function(place):
    for train_op in (one(), one, tf.function(one)):
        assert valid(TRAIN, train_op=train_op).train_op is train_op
    variable = tf.Variable(1.0)
    if place == "eager":
        assert valid(TRAIN, train_op=variable).train_op is variable
        return
    assert valid(TRAIN, train_op=variable).train_op is variable.op
    assert valid(TRAIN, train_op=tf.no_op()).train_op.type == "NoOp"
    step = valid(TRAIN, train_op=variable.assign_add(2.0)).train_op
    with v1.Session() as session:
        session.run(variable.initializer)
        session.run(step)
        assert session.run(variable) == 3.0


def test_takes_variables_for_tensors(place):
    variable = tf.Variable(1.0)
    spec = EstimatorSpec(
        PREDICT,
        predictions={"v": variable},
        loss=variable,
        eval_metric_ops={"m": (variable, variable)},
    )
    assert spec.predictions["v"] is spec.loss is spec.eval_metric_ops["m"][0] is variable
    assert isinstance(spec.export_outputs[SERVING].outputs["v"], tf.Tensor)


def test_metrics_are_pairs_whose_value_may_be_nested(place):
    pairs = {
        "plain": (one(), one()),
        "nested": ((one(), {"a": tf.ones([2])}), one()),
        "sparse": (sparse(), one()),
    }
    assert valid(EVAL, eval_metric_ops=pairs).eval_metric_ops == pairs


def test_functions_stand_for_metric_ops_outside_of_graphs_only():
    pairs = {"m": (tf.Variable(1.0), tf.function(one)), "n": (one, None)}
    assert valid(EVAL, eval_metric_ops=pairs).eval_metric_ops == pairs
    with tf.Graph().as_default():
        with pytest.raises(TypeError, match="tuples of tensors and operations"):
            valid(EVAL, eval_metric_ops={"m": (one(), one)})


def test_hooks_become_tuples(place):
    first, second = Hook(), Hook()
    spec = valid(TRAIN, training_hooks=(h for h in (first, second)), evaluation_hooks=[first])
    assert spec.training_hooks == (first, second)
    assert spec.evaluation_hooks == (first,)
    assert valid(TRAIN, training_hooks=False).training_hooks == ()  # `chief and [hook]`


def test_predictions_are_served_by_default(place):
    prediction = one()
    outputs = EstimatorSpec(PREDICT, predictions=prediction).export_outputs
    assert outputs[SERVING].outputs == {"output": prediction}
    outputs = EstimatorSpec(PREDICT, predictions={"a": prediction}).export_outputs
    assert outputs[SERVING].outputs == {"a": prediction}
    assert valid(EVAL).export_outputs is None


def test_export_outputs_need_a_default(place):
    one_head = {"head": RegressionOutput(one())}
    output = one_head["head"]
    assert valid(PREDICT, export_outputs=one_head).export_outputs == {
        "head": output, SERVING: output
    }  # fmt: skip
    two_heads = {"a": PredictOutput(one()), SERVING: PredictOutput(one())}
    assert valid(PREDICT, export_outputs=two_heads).export_outputs == two_heads
    two_heads["b"] = two_heads.pop(SERVING)
    with pytest.raises(ValueError, match="Multiple `export_outputs` were provided"):
        valid(PREDICT, export_outputs=two_heads)
    assert valid(TRAIN, export_outputs=two_heads).export_outputs == two_heads


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ([], "`export_outputs` must be dict, received"),
        ({"a": 1}, "Values in `export_outputs` must be ExportOutput objects"),
    ],
)
def test_export_outputs_of_wrong_type(place, outputs, message):
    with pytest.raises(TypeError, match=message):
        valid(PREDICT, export_outputs=outputs)


def test_an_export_output_of_ones_own(place):
    class Custom(ExportOutput):
        def as_signature_def(self, receiver_tensors):
            return None

    output = Custom()
    assert valid(PREDICT, export_outputs={"a": output}).export_outputs[SERVING] is output


def with_value(field, value):
    return {
        "predictions": {"a": value},
        "eval_metric_ops": {"a": (value, value)},
        "export_outputs": {"a": PredictOutput(value)},
    }.get(field, value)


@pytest.mark.parametrize(
    "field", ["loss", "train_op", "predictions", "eval_metric_ops", "export_outputs"]
)
@pytest.mark.parametrize("origin", ["graph", "eager"])
def test_tensors_come_from_the_graph_of_the_spec(eager_value, place, field, origin):
    value = eager_value
    if origin == "graph":
        with tf.Graph().as_default():
            value = one()
    assert valid(PREDICT, **{field: with_value(field, one())}).mode == PREDICT
    if origin == place == "eager":
        assert valid(PREDICT, **{field: with_value(field, value)}).mode == PREDICT
        return
    with pytest.raises(ValueError, match="must be from the default graph"):
        valid(PREDICT, **{field: with_value(field, value)})


def test_functions_use_eager_values():
    outside, variable = one(), tf.Variable(2.0)

    @tf.function
    def traced(x):
        spec = EstimatorSpec(EVAL, predictions={"x": x, "v": variable}, loss=outside)
        return spec.loss + spec.predictions["x"] + spec.predictions["v"]

    assert traced(one()) == 4.0


def test_replace_checks_again(place):
    spec = valid(EVAL)
    other = one()
    assert spec._replace(loss=other)[1] is other
    assert spec._replace(mode=EVAL)[1:] == spec[1:]
    with pytest.raises(ValueError, match="Loss must be scalar"):
        spec._replace(loss=tf.ones([2]))
    with pytest.raises(ValueError, match="Missing loss"):
        spec._replace(loss=None)
    with pytest.raises(ValueError, match="mode of EstimatorSpec cannot be changed"):
        spec._replace(mode=TRAIN)
    with pytest.raises(ValueError, match=r"Got unexpected field names: \['los'\]"):
        spec._replace(los=other)


def test_leaves_what_it_is_given_alone(place):
    given = {
        "predictions": {"p": one()},
        "eval_metric_ops": {"m": (one(), one())},
        "export_outputs": {"head": PredictOutput(one())},
    }
    before = {name: dict(value) for name, value in given.items()}
    spec = EstimatorSpec(PREDICT, **given)
    assert given == before
    for name, value in given.items():
        held = dict(getattr(spec, name))
        value.clear()
        assert getattr(spec, name) == held


def test_copies_and_pickles():
    spec = valid(TRAIN, train_op=one, loss=tf.constant([3.0]), training_hooks=[Hook()])
    for again in (pickle.loads(pickle.dumps(spec)), copy.deepcopy(spec), copy.copy(spec)):
        assert type(again) is EstimatorSpec
        assert (again.mode, again.train_op, float(again.loss)) == (TRAIN, one, 3.0)
        assert isinstance(again.training_hooks[0], Hook)
        assert isinstance(again.scaffold, v1.train.Scaffold)
    with tf.Graph().as_default():
        in_graph = valid(TRAIN)
    assert copy.copy(in_graph) == in_graph  # outside of its graph


def test_subclasses_stay_themselves(place):
    class Named(EstimatorSpec):
        @property
        def title(self):
            return f"for {self.mode}"

    assert Named(EVAL, loss=one())._replace(loss=one()).title == "for eval"


def test_loads_no_keras():
    code = """
import sys, tensorflow as tf, tfspec.spec
before = set(sys.modules)
pair = (tf.constant(1.0), tf.constant(1.0))
tfspec.spec.EstimatorSpec("eval", loss=tf.constant(1.0), eval_metric_ops={"m": pair})
try:
    tfspec.spec.EstimatorSpec("eval", loss=tf.constant(1.0), eval_metric_ops={"m": object()})
except TypeError:
    print([name for name in set(sys.modules) - before if "keras" in name])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
