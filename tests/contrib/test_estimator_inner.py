"""Private names of the original estimator that programs used, by the places where it had them."""

from __future__ import annotations

import os

import numpy as np
import pytest
import tensorflow as tf

import tfspec
from tfspec.check import internal_modules, public_home
from tfspec.contrib.estimator import inner

v1 = tf.compat.v1
MODES = tfspec.estimator.ModeKeys


@pytest.mark.parametrize("module", sorted(internal_modules()))
def test_each_name_is_there(module):
    with tfspec.install():
        for name in internal_modules()[module]:
            home, length = public_home(f"tensorflow.python.{module}.{name}")
            assert length == module.count(".") + 4
            value = tfspec
            for part in home.split("."):
                value = getattr(value, part)


def columns():
    return [tf.feature_column.numeric_column("x", shape=(2,))]


MODEL_FNS = {
    "dnn": (inner.dnn_model_fn, "DNNEstimator", {"hidden_units": [3]}),
    "linear": (inner.linear_model_fn, "LinearEstimator", {"optimizer": "Ftrl"}),
    "combined": (inner.combined_model_fn, "DNNLinearCombinedEstimator", None),
    "dnn v1": (inner.dnn_model_fn_v1, "DNNEstimator", {"hidden_units": [3]}),
    "linear v1": (inner.linear_model_fn_v1, "LinearEstimator", {"optimizer": "Ftrl"}),
    "combined v1": (inner.combined_model_fn_v1, "DNNLinearCombinedEstimator", None),
}


@pytest.mark.parametrize("case", MODEL_FNS)
def test_a_model_fn_trains_like_its_estimator(case, tmp_path):
    call, name, arguments = MODEL_FNS[case]
    is_v1 = case.endswith("v1")
    space = tfspec.compat.v1.estimator if is_v1 else tfspec.estimator
    head = inner.regression_head() if is_v1 else tfspec.estimator.RegressionHead()
    if arguments is None:
        arguments = {
            "linear_feature_columns": columns(),
            "dnn_feature_columns": columns(),
            "dnn_hidden_units": [3],
        }
    else:
        arguments = {"feature_columns": columns(), **arguments}
    more = {"partitioner": None} if case == "linear v1" else {}

    def model_fn(features, labels, mode, config):
        return call(features, labels, mode, head=head, config=config, **arguments, **more)

    def input_fn():
        x = np.arange(12, dtype=np.float32).reshape(6, 2)
        return tf.data.Dataset.from_tensors(({"x": x}, x[:, :1])).repeat(4)

    config = tfspec.estimator.RunConfig(tf_random_seed=1)
    trained = []
    for folder, estimator in {
        "own": tfspec.estimator.Estimator(model_fn, str(tmp_path / "own"), config),
        "canned": getattr(space, name)(
            head=head, model_dir=str(tmp_path / "canned"), config=config, **arguments
        ),
    }.items():
        estimator.train(input_fn)
        checkpoint = tf.train.load_checkpoint(str(tmp_path / folder))
        shapes = checkpoint.get_variable_to_shape_map()
        trained.append({name: checkpoint.get_tensor(name) for name in shapes})
    tf.nest.map_structure(np.testing.assert_array_equal, *trained)


def test_logits_without_batch_norm():
    logit_fn = inner.dnn_logit_fn_builder(2, [3], columns(), tf.nn.relu, None, None)
    with tf.Graph().as_default():
        assert logit_fn({"x": tf.ones([4, 2])}, MODES.EVAL).shape == [4, 2]


@pytest.mark.parametrize("kind", ["dataset", "pair", "features"])
def test_what_an_input_fn_returned(kind):
    with tf.Graph().as_default():
        x, y = {"x": tf.ones([2])}, tf.zeros([2])
        result = {
            "dataset": tf.data.Dataset.from_tensors((x, y)),
            "pair": (x, y),
            "features": x,
        }[kind]
        features, labels, hooks = inner.parse_input_fn_result(result)
        assert (len(hooks), labels is None) == (kind == "dataset", kind == "features")
        with v1.train.MonitoredSession(hooks=hooks) as session:
            assert session.run(features)["x"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="len 2 tuple"):
        inner.parse_iterator_result([1, 2, 3])


def test_old_exports_are_found(tmp_path):
    for version in [1, 2, 3, 5, 10]:
        (tmp_path / str(version)).mkdir()
    (tmp_path / "temp").mkdir()

    def parser(path):
        version = os.path.basename(path.path)
        return path._replace(export_version=int(version)) if version.isdigit() else None

    paths = inner._get_paths(str(tmp_path), parser)
    newest = inner._largest_export_versions(2)
    kept = {
        "newest": newest,
        "old": inner._negation(newest),
        "every fifth": inner._mod_export_version(5),
        "one of two": inner._one_of_every_n_export_versions(2),
        "either": inner._union(newest, inner._mod_export_version(3)),
    }
    versions = {
        name: sorted(path.export_version for path in keep(paths)) for name, keep in kept.items()
    }
    assert versions == {
        "newest": [5, 10],
        "old": [1, 2, 3],
        "every fifth": [5, 10],
        "one of two": [2, 3, 5, 10],
        "either": [3, 5, 10],
    }
