"""Every name of tf.contrib that tfspec declares is there, and absent ones say what to use."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

import tfspec.contrib
from tfspec import _lazy

ROOT = Path(tfspec.contrib.__file__).parent
PACKAGES = sorted(
    ".".join(("tfspec", "contrib", *path.parent.relative_to(ROOT).parts))
    for path in ROOT.rglob("__init__.pyi")
)
TF_SLIM = importlib.util.find_spec("tf_slim") is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_declared_names_are_there(package):
    module = importlib.import_module(package)
    names = {
        name
        for name, target in _lazy.declared_names(package).items()
        if TF_SLIM or not target.module.startswith("tf_slim")
    }
    assert names or package.endswith("slim")
    assert {name for name in names if getattr(module, name, None) is None} == set()


@pytest.mark.parametrize(
    "path, same",
    [
        ("tpu.python.tpu.tpu_config.TPUConfig", "tpu.TPUConfig"),
        ("training.python.training.hparam.HParams", "training.HParams"),
        ("learn.python.learn.learn_runner.run", "learn.learn_runner.run"),
        ("learn.python.learn.datasets.mnist.read_data_sets", "learn.datasets.mnist.read_data_sets"),
        ("layers.convolution2d", "layers.conv2d"),
    ],
)
def test_inner_modules_have_their_packages_names(path, same):
    def follow(name):
        value = tfspec.contrib
        for part in name.split("."):
            value = getattr(value, part)
        return value

    assert follow(path) is follow(same)


@pytest.mark.parametrize(
    "package, name, remedy",
    [
        ("tfspec.contrib", "quantize", "tensorflow_model_optimization"),
        ("tfspec.contrib.tpu", "keras_to_tpu_model", "TPUStrategy"),
        ("tfspec.contrib.framework", "CriticalSection", "Instead: tf.CriticalSection"),
        ("tfspec.contrib.learn", "SVM", "Instead: tf.estimator"),
    ],
)
def test_an_absent_name_says_what_to_use(package, name, remedy):
    with pytest.raises(AttributeError, match=remedy):
        getattr(importlib.import_module(package), name)
