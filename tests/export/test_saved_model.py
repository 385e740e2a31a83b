"""What an export writes, from which checkpoint, and what is left when it fails: nothing."""

from __future__ import annotations

import itertools
import os
import pathlib
import time

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

import tfspec.compat.v1.estimator as estimator_v1
import tfspec.estimator as estimator
from tfspec.estimator import EstimatorSpec, ModeKeys
from tfspec.estimator.export import PredictOutput, TensorServingInputReceiver

v1 = tf.compat.v1


def scale_fn(features, labels, mode):
    """Multiplies by a variable; the optimizer adds a slot and the metrics two local variables."""
    scale = v1.get_variable("scale", [2], initializer=v1.ones_initializer())
    output = features * scale
    if mode == ModeKeys.PREDICT:
        return EstimatorSpec(mode, predictions=output)
    loss = tf.reduce_sum(tf.square(output - labels))
    optimizer = v1.train.MomentumOptimizer(0.1, 0.9)
    return EstimatorSpec(
        mode,
        predictions=output,
        loss=loss,
        train_op=optimizer.minimize(loss, v1.train.get_global_step()),
        eval_metric_ops={"error": v1.metrics.mean_absolute_error(labels, output)},
    )


def input_fn():
    return tf.constant([[1.0, 2.0]]), tf.constant([[3.0, 5.0]])


def serving_fn():
    given = v1.placeholder(tf.float32, [None, 2], "given")
    return TensorServingInputReceiver(given, given)


supervised_fn = estimator.experimental.build_raw_supervised_input_receiver_fn(
    tf.zeros([1, 2]), tf.zeros([1, 2])
)


def train(model_dir, model_fn=scale_fn, steps=2, kind=estimator.Estimator, **kwargs):
    trained = kind(model_fn, str(model_dir), **kwargs)
    return trained.train(input_fn, steps=steps)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return train(tmp_path_factory.mktemp("model"))


@pytest.fixture
def base(tmp_path):
    """The folder for exports; it doesn't exist yet."""
    return tmp_path / "export"


def files(folder) -> set[str]:
    folder = pathlib.Path(os.fsdecode(folder))
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


VARIABLES = {"variables/variables.index", "variables/variables.data-00000-of-00001"}


def variables(export_dir) -> dict:
    reader = tf.train.load_checkpoint(os.fsdecode(export_dir) + "/variables/variables")
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def meta_graphs(export_dir) -> dict:
    """The MetaGraphs by tag."""
    data = pathlib.Path(os.fsdecode(export_dir), "saved_model.pb").read_bytes()
    found = SavedModel.FromString(data).meta_graphs
    return {meta_graph.meta_info_def.tags[0]: meta_graph for meta_graph in found}


def test_writes_a_time_stamped_folder(trained, base):
    before = int(time.time())
    export_dir = trained.export_saved_model(str(base), serving_fn)
    assert isinstance(export_dir, bytes)
    assert os.path.dirname(export_dir) == os.fsencode(base)
    assert before <= int(os.path.basename(export_dir)) <= time.time()
    assert files(export_dir) == VARIABLES | {"saved_model.pb"}
    assert len(os.listdir(base)) == 1


def test_two_exports_within_a_second_get_folders_of_their_own(trained, base):
    folders = {trained.export_saved_model(base, serving_fn) for _ in range(2)}
    assert {os.fsencode(name) for name in os.listdir(base)} == set(map(os.path.basename, folders))
    assert len(folders) == 2


def test_gives_up_if_all_names_are_taken(trained, base, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(time, "time", lambda: 1234.5)
    (base / "1234").mkdir(parents=True)
    with pytest.raises(RuntimeError, match="unique export directory name after 10 attempts"):
        trained.export_saved_model(str(base), serving_fn)
    assert os.listdir(base) == ["1234"]


def test_text_and_extra_assets(trained, base, tmp_path):
    source = tmp_path / "notes.txt"
    source.write_text("read me")
    export_dir = trained.export_saved_model(
        str(base), serving_fn, {"docs/notes.txt": str(source)}, as_text=True
    )
    extra = "assets.extra/docs/notes.txt"
    assert files(export_dir) == VARIABLES | {"saved_model.pbtxt", extra}
    assert pathlib.Path(os.fsdecode(export_dir), extra).read_text() == "read me"
    assert set(tf.saved_model.load(os.fsdecode(export_dir)).signatures) == {"serving_default"}


def test_exports_the_newest_checkpoint_or_the_given_one(trained, base):
    values = trained.get_variable_value("scale")
    exported = variables(trained.export_saved_model(str(base), serving_fn))
    assert set(exported) == {"scale", "global_step"}  # what serving needs
    np.testing.assert_array_equal(exported["scale"], values)
    for path in (f"{trained.model_dir}/model.ckpt-0", f"{trained.model_dir}/model.ckpt-0".encode()):
        export_dir = trained.export_saved_model(str(base), serving_fn, checkpoint_path=path)
        np.testing.assert_array_equal(variables(export_dir)["scale"], [1.0, 1.0])


def test_exports_the_values_that_it_would_be_warm_started_with(trained, base):
    fresh = estimator.Estimator(scale_fn, warm_start_from=trained.model_dir)
    exported = variables(fresh.export_saved_model(str(base), serving_fn))
    np.testing.assert_array_equal(exported["scale"], trained.get_variable_value("scale"))


MODES = [ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT]
TAGS = {ModeKeys.TRAIN: "train", ModeKeys.EVAL: "eval", ModeKeys.PREDICT: "serve"}


@pytest.mark.parametrize(
    "modes", [modes for n in (1, 2, 3) for modes in itertools.combinations(MODES, n)], ids=str
)
def test_modes(trained, base, modes):
    receiver_fns = {mode: supervised_fn for mode in modes}
    if ModeKeys.PREDICT in modes:
        receiver_fns[ModeKeys.PREDICT] = serving_fn
    export_dir = trained.experimental_export_all_saved_models(str(base), receiver_fns)
    assert files(export_dir) == VARIABLES | {"saved_model.pb"}
    found = meta_graphs(export_dir)
    assert set(found) == {TAGS[mode] for mode in modes}
    assert ("scale/Momentum" in variables(export_dir)) == (modes != (ModeKeys.PREDICT,))
    for mode in modes:
        signature_key = "serving_default" if mode == ModeKeys.PREDICT else mode
        assert list(found[TAGS[mode]].signature_def) == [signature_key]
    for mode in set(modes) - {ModeKeys.PREDICT}:
        signature = found[TAGS[mode]].signature_def[mode]
        assert set(signature.inputs) == {"input", "label"}
        assert set(signature.outputs) == {
            "loss", "predictions", "metrics/error/value", "metrics/error/update_op",
        }
        assert "saved_model_train_op" in found[TAGS[mode]].collection_def


def test_one_mode(trained, base):
    export_dir = trained.export_saved_model(
        str(base), supervised_fn, experimental_mode=ModeKeys.EVAL
    )
    with v1.Session(graph=tf.Graph()) as session:
        loaded = v1.saved_model.load(session, ["eval"], export_dir.decode())
        signature = loaded.signature_def["eval"]
        feed = {signature.inputs["input"].name: [[1.0, 1.0]]}
        feed[signature.inputs["label"].name] = [[0.0, 0.0]]
        scale = trained.get_variable_value("scale")
        loss = session.run(signature.outputs["loss"].name, feed)
        np.testing.assert_allclose(loss, np.sum(scale**2), rtol=1e-6)
        session.run(signature.outputs["metrics/error/update_op"].name, feed)
        value = session.run(signature.outputs["metrics/error/value"].name)
        np.testing.assert_allclose(value, np.mean(np.abs(scale)), rtol=1e-6)


def test_ignores_what_is_no_mode(trained, base):
    receiver_fns = {"elsewhere": serving_fn, ModeKeys.PREDICT: serving_fn, ModeKeys.EVAL: None}
    export_dir = trained.experimental_export_all_saved_models(str(base), receiver_fns)
    assert set(meta_graphs(export_dir)) == {"serve"}


@pytest.mark.parametrize("strip", [True, False])
def test_strips_default_attributes(trained, base, strip):
    older = estimator_v1.Estimator(scale_fn, trained.model_dir)
    export_dir = older.export_savedmodel(str(base), serving_fn, strip_default_attrs=strip)
    meta_graph = meta_graphs(export_dir)["serve"]
    (scale,) = (node for node in meta_graph.graph_def.node if node.name == "scale")
    assert ("container" in scale.attr) != strip
    assert meta_graph.meta_info_def.stripped_default_attrs == strip


def test_runs_the_local_init_op_of_the_scaffold(base, tmp_path):
    def model_fn(features, labels, mode):
        number = v1.get_local_variable("number", initializer=1.0)
        with tf.control_dependencies([v1.local_variables_initializer()]):
            local_init_op = number.assign(12345.0).op
        return EstimatorSpec(
            mode,
            predictions=features * number,
            loss=tf.constant(0.0),
            train_op=v1.train.get_global_step().assign_add(1).op,
            scaffold=v1.train.Scaffold(local_init_op=local_init_op),
        )

    export_dir = train(tmp_path / "model", model_fn).export_saved_model(str(base), serving_fn)
    serve = tf.saved_model.load(export_dir.decode()).signatures["serving_default"]
    assert serve(tf.ones([1, 2]))["output"].numpy().tolist() == [[12345.0, 12345.0]]


@pytest.mark.parametrize("make_saver", [
    lambda scale: v1.train.Saver({"renamed": scale, "global_step": v1.train.get_global_step()}),
    lambda scale: tf.train.Checkpoint(scale=scale, step=v1.train.get_global_step()),
], ids=["renaming", "objects"])
def test_uses_the_saver_of_the_scaffold(base, tmp_path, make_saver):
    def model_fn(features, labels, mode):
        scale = v1.get_variable("scale", [2], initializer=v1.ones_initializer())
        step = v1.train.get_global_step()
        with tf.control_dependencies([scale.assign_add([1.0, 2.0])]):
            train_op = step.assign_add(1)
        return EstimatorSpec(
            mode,
            predictions=features * scale,
            loss=tf.constant(0.0),
            train_op=train_op,
            scaffold=v1.train.Scaffold(saver=make_saver(scale)),
        )

    trained = train(tmp_path / "model", model_fn)
    assert "scale" not in trained.get_variable_names()
    export_dir = trained.export_saved_model(str(base), serving_fn)
    serve = tf.saved_model.load(export_dir.decode()).signatures["serving_default"]
    assert serve(tf.ones([1, 2]))["output"].numpy().tolist() == [[3.0, 5.0]]


def with_more_variables(features, labels, mode):
    v1.get_variable("another", [])
    return scale_fn(features, labels, mode)


def with_another_shape(features, labels, mode):
    scale = v1.get_variable("scale", [3])
    return EstimatorSpec(mode, predictions=scale + 0.0)


def failing():
    raise OSError("out of order")


def outputs_none(features, labels, mode):
    return EstimatorSpec(mode, predictions=features, export_outputs={"a": PredictOutput(None)})


@pytest.mark.parametrize(
    "model_fn, given, error, message",
    [
        (scale_fn, {"receiver": None}, ValueError, "An input_receiver_fn must be defined"),
        (scale_fn, {"experimental_mode": "foo"}, ValueError, "No valid modes for exporting found"),
        (scale_fn, {"receiver": failing}, OSError, "out of order"),
        (scale_fn, {"receiver": lambda: None}, AttributeError, "no attribute 'features'.*returned"),
        (scale_fn, {"receiver": lambda: {"a": 1}}, AttributeError, "expected a ServingInputRec"),
        (
            scale_fn, {"checkpoint_path": "/nowhere/model.ckpt-1"},
            ValueError, "not a valid checkpoint: /nowhere/model.ckpt-1",
        ),
        (
            scale_fn, {"experimental_mode": ModeKeys.TRAIN},
            ValueError, "None values not supported",  # no labels in the receiver
        ),
        (
            with_more_variables, {}, ValueError,
            r"Could not load all requested variables[\w\W]*`infer`[\w\W]*another not found",
        ),
        (
            with_another_shape, {}, tf.errors.InvalidArgumentError,
            r"mismatch between the current graph and the graph from the check[\w\W]*\[2\].*\[3\]",
        ),
        (outputs_none, {}, ValueError, "Prediction output value must be a Tensor; got None"),
        (scale_fn, {"assets_extra": {"a": "/nowhere/a"}}, tf.errors.NotFoundError, "/nowhere/a"),
        (scale_fn, {"assets_extra": {"../../a": __file__}}, ValueError, "outside of the SavedMod"),
        (scale_fn, {"assets_extra": ["a"]}, AttributeError, "assets_extra must be a dict"),
    ],
)
def test_a_failed_export_leaves_nothing(trained, base, model_fn, given, error, message):
    base.mkdir()
    other = estimator.Estimator(model_fn, trained.model_dir)
    receiver_fn = given.pop("receiver", serving_fn)
    with pytest.raises(error, match=message):
        other.export_saved_model(str(base), receiver_fn, **given)
    assert os.listdir(base) == []


def test_needs_a_trained_model(base, tmp_path):
    untrained = estimator.Estimator(scale_fn, str(tmp_path / "untrained"))
    with pytest.raises(ValueError, match="Couldn't find trained model at .*untrained. Call train"):
        untrained.export_saved_model(str(base), serving_fn)
    assert not base.exists()


@pytest.mark.parametrize(
    "make_base, error, message",
    [
        (lambda tmp_path: None, TypeError, "binary or unicode string, got None"),
        (
            lambda tmp_path: __file__, tf.errors.FailedPreconditionError,
            "not a directory.*Give an `export_dir_base` in which",
        ),
        (
            lambda tmp_path: f"{__file__}/below", tf.errors.FailedPreconditionError,
            "test_saved_model.py/below.*Give an `export_dir_base` in which",
        ),
        (lambda tmp_path: "/proc/export", tf.errors.OpError, "/proc/export.*Give an"),
    ],
)
def test_needs_a_folder_to_write_to(trained, tmp_path, make_base, error, message):
    with pytest.raises(error, match=message):
        trained.export_saved_model(make_base(tmp_path), serving_fn)
