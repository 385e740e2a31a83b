"""Every canned model against recordings of tf.estimator 2.15.1: see record.py."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import tfspec.compat.v1.estimator
import tfspec.estimator
from tests.canned import observe
from tests.canned.all_cases import CASES
from tests.canned.cases import Libraries

ROOT = pathlib.Path(__file__).parents[2]
GOLDEN = pathlib.Path(__file__).parent / "golden"
LIB = Libraries(tf, tf_keras, tfspec.estimator, tfspec.compat.v1.estimator)

# TensorFlow's kernels differ in the last bits between releases.
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


@pytest.fixture(params=CASES)
def name(request):
    return request.param


@pytest.fixture
def golden(name):
    return json.loads((GOLDEN / f"{name}.json").read_text())


def test_training_from_scratch(name, golden, tmp_path):
    case = CASES[name]
    estimator = case.make(LIB, observe.config(LIB, tmp_path))
    losses = observe.train(LIB, case, estimator, observe.STEPS)
    assert observe.variables(LIB, estimator) == golden["variables"]
    assert set(golden["summary_tags"]) <= set(observe.summary_tags(LIB, estimator))
    if case.reproducible:
        np.testing.assert_allclose(losses, golden["losses"], **CLOSE)
        metrics = observe.evaluate(LIB, case, estimator)
        assert metrics == pytest.approx(golden["metrics"], rel=1e-5, abs=1e-6)


def test_checkpoint_of_the_original(name, golden, tmp_path):
    case = CASES[name]
    if not case.checkpoint:
        # What follows from its checkpoint follows from training as well, as it has no randomness.
        assert case.reproducible
        return
    prefix = f"model.ckpt-{observe.STEPS}"
    for part in GOLDEN.glob(f"{name}.[di]*"):
        shutil.copy(part, tmp_path / (prefix + part.suffix))
    (tmp_path / "checkpoint").write_text(f'model_checkpoint_path: "{prefix}"\n')
    estimator = case.make(LIB, observe.config(LIB, tmp_path))
    assert_same(observe.follow(LIB, case, estimator), golden)


def assert_same(ours, theirs):
    """Compares what follows from a checkpoint."""
    assert ours["metrics"] == pytest.approx(theirs["metrics"], rel=1e-5, abs=1e-6)
    for one, other in zip(ours["predictions"], theirs["predictions"], strict=True):
        assert_same_values(one, other)
    served = theirs.get("served", {})
    assert sorted(ours.get("served", {})) == sorted(served)
    for name, signature in served.items():
        assert ours["served"][name]["takes"] == signature["takes"]
        assert_same_values(ours["served"][name]["gives"], signature["gives"])
    np.testing.assert_allclose(ours["more_losses"], theirs["more_losses"], **CLOSE)


def assert_same_values(ours, theirs):
    assert sorted(ours) == sorted(theirs)
    for key, value in theirs.items():
        if isinstance(np.ravel(value)[0], str):
            assert ours[key] == value
        else:
            np.testing.assert_allclose(ours[key], value, **CLOSE)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Runs record.py with the original, for cases by name, and returns what it wrote."""
    python = os.environ.get("TFSPEC_ORIGINAL_PYTHON")
    if not python:
        pytest.skip("TFSPEC_ORIGINAL_PYTHON names no interpreter with TensorFlow 2.15")

    def run(names, *options):
        out = tmp_path_factory.mktemp("original")
        command = [python, "-m", "tests.canned.record", *names, "--out", str(out), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment.pop("TF_USE_LEGACY_KERAS", None)  # its Keras is 2 anyway
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return {path.stem: json.loads(path.read_text()) for path in out.glob("*.json")}

    return run


@pytest.mark.slow
def test_recordings_are_what_the_original_does(original):
    # LinearSDCA's losses now and then: the original reads weights while it updates them.
    names = [name for name, case in CASES.items() if case.reproducible and case.checkpoint]
    for name, seen in original(names).items():
        recorded = json.loads((GOLDEN / f"{name}.json").read_text())
        np.testing.assert_allclose(seen["losses"], recorded["losses"], **CLOSE)
        assert seen["variables"] == recorded["variables"]
        assert_same(seen, recorded)


@pytest.mark.slow
def test_the_original_goes_on_from_our_checkpoints(original, tmp_path):
    ours = {}
    for name, case in CASES.items():
        trained = case.make(LIB, observe.config(LIB, tmp_path / "ours" / name))
        observe.train(LIB, case, trained, observe.STEPS)
        shutil.copytree(tmp_path / "ours" / name, tmp_path / "theirs" / name)
        ours[name] = observe.follow(LIB, case, trained)
    theirs = original(ours, "--resume", str(tmp_path / "theirs"))
    assert sorted(theirs) == sorted(ours)
    for name, seen in theirs.items():
        assert_same(ours[name], seen)
