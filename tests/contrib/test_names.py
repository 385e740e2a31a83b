"""Every name of tf.contrib that tfspec declares is there, and absent ones say what to use."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

import tfspec.contrib
from tfspec import _lazy
from tfspec.check import UNSUPPORTED, judge
from tfspec.check._names import load, slim_names

ROOT = Path(tfspec.contrib.__file__).parent
PACKAGES = sorted(
    ".".join(("tfspec", "contrib", *path.parent.relative_to(ROOT).parts))
    for path in ROOT.rglob("__init__.pyi")
)
TABLES = load("contrib.json")
# Packages that names are taken from where they are installed.
ABSENT = tuple(p for p in ("tf_slim", "tensorboard") if importlib.util.find_spec(p) is None)
ABSENT += ("tensorflow_gan",)  # only there after tfspec.install(), see test_gan


@pytest.mark.parametrize("package", PACKAGES)
def test_declared_names_are_there(package):
    module = importlib.import_module(package)
    names = {
        name
        for name, target in _lazy.declared_names(package).items()
        if not target.module.startswith(ABSENT)
    }
    assert {name for name in names if getattr(module, name, None) is None} == set()


def names_of_contrib() -> set[str]:
    """What tfspec.contrib declares, and what its tables have a word about."""
    names = {name for table in ("homes", "homes_for", "remedies") for name in TABLES[table]}
    for package in PACKAGES:
        inside = package.removeprefix("tfspec.")
        importlib.import_module(package)
        declared = set(_lazy.declared_names(package))
        for module in _lazy.starred_modules(package):
            declared |= slim_names(module) if module.startswith("tf_slim") else set()
        names |= {f"{inside}.{name}" for name in declared}
    return names


def test_check_says_works_of_what_is_there_and_of_nothing_else():
    wrong = {}
    for name in sorted(names_of_contrib()):
        judgement = judge(f"tensorflow.{name}", "tf1")
        if judgement.served_by in ABSENT:
            continue
        try:
            value = tfspec
            for part in name.split("."):
                value = getattr(value, part)
            there = True
        except AttributeError:
            there = False
        except ModuleNotFoundError as error:
            there = "pip install" in str(error)
        if there != (judgement.verdict != UNSUPPORTED):
            wrong[name] = judgement
    assert not wrong


@pytest.mark.parametrize(
    "path, same",
    [
        ("tpu.python.tpu.tpu_config.TPUConfig", "tpu.TPUConfig"),
        ("training.python.training.hparam.HParams", "training.HParams"),
        ("learn.python.learn.learn_runner.run", "learn.learn_runner.run"),
        ("learn.python.learn.datasets.mnist.read_data_sets", "learn.datasets.mnist.read_data_sets"),
        ("layers.convolution2d", "layers.conv2d"),
        ("slim.python.slim.nets.vgg.vgg_16", "slim.nets.vgg.vgg_16"),
        ("slim.python.slim.nets.resnet_v2.resnet_v2_50", "slim.nets.resnet_v2.resnet_v2_50"),
        ("slim.python.slim.learning.train_step", "slim.learning.train_step"),
    ],
)
def test_inner_modules_have_their_packages_names(path, same):
    if path.startswith("slim"):
        pytest.importorskip("tf_slim")

    def follow(name):
        value = tfspec.contrib
        for part in name.split("."):
            value = getattr(value, part)
        return value

    assert follow(path) is follow(same)


def test_a_function_stands_in_the_place_of_its_module():
    """`from tensorflow.contrib.framework.python.ops import arg_scope` gave the function."""
    ops = tfspec.contrib.framework.python.ops

    @ops.add_arg_scope
    def named(name="none"):
        return name

    with ops.arg_scope([named], name="given"):
        assert named() == "given"
    with pytest.raises(TypeError, match="is not callable"):
        ops.variables()


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


def test_an_absent_name_of_an_inner_module_is_looked_for_once():
    with tfspec.install(), pytest.raises(ImportError, match="_bahdanau_scores"):
        from tensorflow.contrib.seq2seq.python.ops.attention_wrapper import (
            _bahdanau_scores,  # noqa: F401 - there is none
        )


@pytest.mark.skipif("tensorboard" not in ABSENT, reason="about absent packages")
def test_so_does_the_package_itself():
    with tfspec.install():
        from tensorboard.summary.v2 import scalar  # noqa: F401 - stands in for it

        with pytest.raises(ModuleNotFoundError, match="pip install tensorboard"):
            from tensorboard import compat  # noqa: F401
