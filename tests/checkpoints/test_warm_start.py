"""Warm starts: what settings accept, which variables take which values, and what goes wrong."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest
import tensorflow as tf

from tfspec.checkpoints import VocabInfo, WarmStartSettings, warm_start_settings
from tfspec.estimator import Estimator, EstimatorSpec
from tfspec.estimator.export import TensorServingInputReceiver

v1 = tf.compat.v1

ORIGINAL = pathlib.Path(__file__).parents[1] / "export" / "data" / "original"


def make_model_fn(shapes, start=0.0):
    """A model that adds up its variables, so that one step changes each and its slot."""

    def model_fn(features, labels, mode):
        initializer = v1.constant_initializer(start)
        total = v1.add_n(
            [
                tf.reduce_sum(v1.get_variable(name, shape, initializer=initializer))
                for name, shape in shapes.items()
            ]
        )
        optimizer = v1.train.AdagradOptimizer(0.5)
        train_op = optimizer.minimize(total, v1.train.get_global_step())
        return EstimatorSpec(mode, predictions=total, loss=total, train_op=train_op)

    return model_fn


def input_fn():
    return tf.constant([[1.0]]), tf.constant([1.0])


def receiver_fn():
    given = v1.placeholder(tf.float32, [None, 1])
    return TensorServingInputReceiver(given, given)


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A trained model with variables `a` and `b`; its slots are called `a/Adagrad`, `b/Adagrad`."""
    model_dir = str(tmp_path_factory.mktemp("old"))
    estimator = Estimator(make_model_fn({"a": [2], "b": [2]}), model_dir)
    return estimator.train(input_fn, steps=2)


def first_values(warm_start_from, shapes=None, start=7.0) -> dict:
    """The values in the checkpoint before the first step of a warm-started model."""
    model_fn = make_model_fn(shapes or {"a": [2], "b": [2]}, start)
    estimator = Estimator(model_fn, warm_start_from=warm_start_from)
    estimator.train(input_fn, steps=1)
    reader = tf.train.load_checkpoint(estimator.model_dir + "/model.ckpt-0")
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def warm(values, old) -> set[str]:
    """Names of the variables that have the old model's values."""
    return {
        name
        for name in old.get_variable_names()
        if name in values and np.array_equal(values[name], old.get_variable_value(name))
    }


def test_settings_have_the_defaults_of_the_original():
    settings = WarmStartSettings("/a")
    assert settings == ("/a", ".*", {}, {})
    assert settings._fields == (
        "ckpt_to_initialize_from",
        "vars_to_warm_start",
        "var_name_to_vocab_info",
        "var_name_to_prev_var_name",
    )


@pytest.mark.parametrize("path", [None, ""])
def test_settings_need_a_checkpoint(path):
    with pytest.raises(ValueError, match="`ckpt_to_initialize_from` MUST be set"):
        WarmStartSettings(path)


@pytest.mark.parametrize("given", [3, ["a"], ("a", ".*")])
def test_an_estimator_takes_paths_and_settings_only(given):
    with pytest.raises(ValueError, match="must be a string or a WarmStartSettings, instead got"):
        Estimator(make_model_fn({"a": []}), warm_start_from=given)


def test_paths_become_strings_that_can_be_read(tmp_path):
    assert warm_start_settings(None) is None
    for path in (str(tmp_path), str(tmp_path).encode(), tmp_path):
        assert warm_start_settings(path) == WarmStartSettings(str(tmp_path))
    for given in (str(ORIGINAL), str(ORIGINAL).encode(), WarmStartSettings(ORIGINAL)):
        path = warm_start_settings(given).ckpt_to_initialize_from
        assert path == str(ORIGINAL / "variables" / "variables")


@pytest.mark.parametrize(
    "variables, expected",
    [
        (".*", {"a", "b"}),  # trainable ones only
        ("a", {"a"}),
        ("nothing", set()),
        (None, set()),
        ([], set()),
        (["a.*"], {"a", "a/Adagrad"}),
        (["[ab].*"], {"a", "a/Adagrad", "b", "b/Adagrad"}),
    ],
)
def test_variables_by_pattern(old, variables, expected):
    assert warm(first_values(WarmStartSettings(old.model_dir, variables)), old) == expected


def test_takes_a_folder_a_checkpoint_or_an_export(old, tmp_path):
    assert warm(first_values(old.model_dir), old) == {"a", "b"}
    assert warm(first_values(old.latest_checkpoint()), old) == {"a", "b"}
    export_dir = old.export_saved_model(str(tmp_path), receiver_fn)
    assert warm(first_values(export_dir), old) == {"a", "b"}
    assert warm(first_values(WarmStartSettings(export_dir.decode(), "b")), old) == {"b"}
    first = first_values(old.model_dir + "/model.ckpt-0")
    assert first["a"].tolist() == [0.0, 0.0]


def test_variables_under_another_name(old):
    settings = WarmStartSettings(old.model_dir, var_name_to_prev_var_name={"c": "a"})
    values = first_values(settings, {"c": [2], "b": [2]})
    np.testing.assert_array_equal(values["c"], old.get_variable_value("a"))
    assert warm(values, old) == {"b"}


@pytest.mark.parametrize("use", ["evaluate", "predict"])
def test_counts_until_the_model_has_a_checkpoint_of_its_own(old, use):
    estimator = Estimator(make_model_fn({"a": [2], "b": [2]}, 7.0), warm_start_from=old.model_dir)
    total = sum(old.get_variable_value(name).sum() for name in "ab")
    if use == "evaluate":
        assert estimator.evaluate(input_fn, steps=1) == {
            "loss": pytest.approx(total), "global_step": 0,
        }
    else:
        predictions = estimator.predict(input_fn, yield_single_examples=False)
        assert next(predictions) == pytest.approx(total)
    estimator.train(input_fn, steps=1)
    trained = estimator.get_variable_value("a")
    estimator.train(input_fn, steps=1)
    assert (estimator.get_variable_value("a") < trained).all()


@pytest.fixture
def vocabularies(tmp_path):
    """Writes a vocabulary file and returns its path."""

    def write(words):
        path = tmp_path / f"{words}.txt"
        path.write_text("\n".join(words) + "\n")
        return str(path)

    return write


@pytest.mark.parametrize("axis", [0, 1])
def test_growing_vocabularies(vocabularies, tmp_path, axis):
    old_shape, new_shape = ([3, 2], [5, 2]) if axis == 0 else ([2, 3], [2, 4])

    def model_fn(features, labels, mode):
        values = np.arange(10.0, 16.0, dtype=np.float32).reshape(old_shape)
        table = v1.get_variable("table", initializer=values)
        step = v1.train.get_global_step()
        return EstimatorSpec(mode, loss=tf.reduce_sum(table), train_op=step.assign_add(1))

    old = Estimator(model_fn, str(tmp_path / "old")).train(input_fn, steps=1)
    table = np.moveaxis(old.get_variable_value("table"), axis, 0)
    # Rows: the new words, then (for rows only) an out-of-vocabulary bucket.
    info = VocabInfo(
        new_vocab=vocabularies("cdab"),
        new_vocab_size=4,
        num_oov_buckets=1 if axis == 0 else 0,
        old_vocab=vocabularies("abc"),
        backup_initializer=v1.ones_initializer(),
        axis=axis,
    )
    settings = WarmStartSettings(old.model_dir, var_name_to_vocab_info={"table": info})
    values = np.moveaxis(first_values(settings, {"table": new_shape})["table"], axis, 0)
    expected = [table[2], [1.0, 1.0], table[0], table[1]] + [[1.0, 1.0]] * (axis == 0)
    np.testing.assert_array_equal(values, expected)


def test_starts_from_what_the_original_trained():
    values = first_values(str(ORIGINAL), {"embedding": [4, 2], "weights": [2, 1]})
    for name in ("embedding", "weights"):
        saved = tf.train.load_variable(str(ORIGINAL / "variables" / "variables"), name)
        np.testing.assert_array_equal(values[name], saved)
    assert values["global_step"] == 0


@pytest.mark.parametrize(
    "changes, shapes, error, message",
    [
        ({}, {"a": [3], "b": [2]}, ValueError, "Shape of variable a.*doesn't match"),
        ({}, {"a": [2], "c": [2]}, ValueError, "c is not found in .* checkpoint"),
        ({"vars_to_warm_start": 3}, None, ValueError, "must be a `list` or `str`.*<class 'int'>"),
        (
            {"var_name_to_prev_var_name": {"zz": "a"}}, None,
            ValueError, "var_name_to_prev_var_name that were not used: {'zz'}",
        ),
        (
            {"var_name_to_vocab_info": {"zz": VocabInfo("x", 1, 0, "y")}}, None,
            ValueError, "var_name_to_vocab_info that were not used: {'zz'}",
        ),
        (
            {"ckpt_to_initialize_from": "/nowhere"}, None,
            tf.errors.NotFoundError, "Failed to find any matching files for /nowhere",
        ),
        (
            {"ckpt_to_initialize_from": str(ORIGINAL / "assets")}, None,
            ValueError, "Couldn't find 'checkpoint' file or checkpoints in given directory",
        ),
    ],
)
def test_a_wrong_warm_start_leaves_no_checkpoint(old, tmp_path, changes, shapes, error, message):
    settings = WarmStartSettings(old.model_dir)._replace(**changes)
    model_fn = make_model_fn(shapes or {"a": [2], "b": [2]})
    estimator = Estimator(model_fn, str(tmp_path), warm_start_from=settings)
    with pytest.raises(error, match=message):
        estimator.train(input_fn, steps=1)
    assert estimator.latest_checkpoint() is None
