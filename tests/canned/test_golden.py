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
from tests.canned import kernels, observe
from tests.canned.all_cases import CASES
from tests.canned.cases import Libraries

ROOT = pathlib.Path(__file__).parents[2]
GOLDEN = pathlib.Path(__file__).parent / "golden"
LIB = Libraries(tf, tf_keras, tfspec.estimator, tfspec.compat.v1.estimator)

# Relative to the largest number of the tensor, where kernels round otherwise than in the recording.
CLOSE = 1e-6
# On another processor than the recording's: all products round otherwise then, and what is left of
# large numbers after a difference is small.
FAR = 1e-5
BY_PROCESSOR = {"matmul", "rsqrt", "softmax"}  # kernels that choose their code by the processor
# Cases that may be so close, by the kernels in them: those of TensorFlow 2.21 round otherwise than
# those of 2.15.1 (kernels.json). All others are equal to the last bit.
ROUNDED = {
    ("sigmoid",): [  # binary and multi-label heads
        "v2_dnn_classifier", "v2_combined_estimator", "v1_dnn_classifier", "v1_combined_estimator",
        "partitioned", "census_v2_linear", "census_v2_dnn", "census_v2_combined",
        "census_v2_combined_head", "census_v1_linear", "census_v1_dnn", "census_v1_combined",
        "census_v1_combined_head", "columns_v2_linear", "columns_v2_linear_mean",
        "columns_v2_deep", "columns_v2_indicators", "columns_v1_linear", "columns_v1_linear_mean",
        "columns_v1_deep", "columns_v1_indicators", "options_v1_only_deep",
        "options_v1_only_linear", "options_v1_warm", "options_v2_add_metrics",
        "options_v2_multi_label", "options_v2_only_linear",
    ],
    ("sigmoid", "tanh"): [  # recurrent cells
        "rnn", "rnn_estimator", "digits_rnn", "digits_rnn_estimator", "columns_sequence",
        "columns_sequence_of_file", "columns_shared_sequence", "options_rnn", "options_v2_logistic",
    ],
}  # fmt: skip
# Predictions are equal, but losses or metrics are within 3e-7, also on TensorFlow 2.15, so that it
# isn't the kernels: most likely the graph optimizer groups the sums of logits otherwise there.
REGROUPED = ("v1_combined_regressor", "census_v1_dnn")
KERNELS_OF = {name: used for used, names in ROUNDED.items() for name in names}


@pytest.fixture(params=CASES)
def name(request):
    return request.param


@pytest.fixture
def golden(name):
    return recording(name)


@pytest.fixture(scope="session")
def kernels_here():
    return kernels.digests(tf)


@pytest.fixture
def other_kernels(golden, kernels_here):
    """The kernels that round otherwise here than where the recording was made."""
    return differing(kernels_here, golden["kernels"])


def recording(name):
    """What was recorded; the first recordings were all made in one place, which is said once."""
    recorded_kernels = json.loads((GOLDEN / "kernels.json").read_text())
    return {"kernels": recorded_kernels, **json.loads((GOLDEN / f"{name}.json").read_text())}


def differing(here, recorded):
    assert sorted(here) == sorted(recorded)
    return {kernel for kernel in here if here[kernel] != recorded[kernel]}


def tolerance(name, other_kernels):
    """0 if nothing in the case may round otherwise."""
    if BY_PROCESSOR & other_kernels:
        return FAR
    if name in REGROUPED:
        return CLOSE
    known = {kernel for used in ROUNDED for kernel in used}
    used = set(KERNELS_OF.get(name, ())) | (set(kernels.digests(tf)) - known)
    return CLOSE if used & other_kernels else 0.0


def test_training_from_scratch(name, golden, tmp_path, other_kernels):
    case = CASES[name]
    estimator = case.make(LIB, observe.config(LIB, tmp_path))
    losses = observe.train(LIB, case, estimator, observe.STEPS)
    assert observe.variables(LIB, estimator) == golden["variables"]
    assert set(golden["summary_tags"]) <= set(observe.summary_tags(LIB, estimator))
    if case.reproducible:
        within = tolerance(name, other_kernels)
        assert_close(losses, golden["losses"], within)
        assert_same_metrics(observe.evaluate(LIB, case, estimator), golden["metrics"], within)


def test_checkpoint_of_the_original(name, golden, tmp_path, other_kernels):
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
    assert_same(observe.follow(LIB, case, estimator), golden, tolerance(name, other_kernels))


def test_rounding(kernels_here):
    """Only the kernels that the table names may differ between releases, on one processor."""
    assert set(KERNELS_OF) <= set(CASES)
    known = {kernel for used in ROUNDED for kernel in used}
    assert known <= set(kernels_here)
    for name in CASES:
        other_kernels = differing(kernels_here, recording(name)["kernels"])
        if not BY_PROCESSOR & other_kernels:
            assert other_kernels <= known


def assert_same(ours, theirs, within):
    """Compares what follows from a checkpoint."""
    assert_same_metrics(ours["metrics"], theirs["metrics"], within)
    assert_same_values(by_key(ours["predictions"]), by_key(theirs["predictions"]), within)
    served = theirs.get("served", {})
    assert sorted(ours.get("served", {})) == sorted(served)
    for name, signature in served.items():
        assert ours["served"][name]["takes"] == signature["takes"]
        assert_same_values(ours["served"][name]["gives"], signature["gives"], within)
    assert_close(ours["more_losses"], theirs["more_losses"], within)


def assert_same_metrics(ours, theirs, within):
    assert ours == (pytest.approx(theirs, rel=within, abs=0) if within else theirs)


def by_key(predictions):
    """Predictions of several rows as one tensor for each key."""
    assert len({tuple(sorted(row)) for row in predictions}) == 1
    return {key: [row[key] for row in predictions] for key in predictions[0]}


def assert_same_values(ours, theirs, within):
    assert sorted(ours) == sorted(theirs)
    for key, value in theirs.items():
        if np.asarray(value).dtype.kind == "U":
            assert ours[key] == value
        else:
            assert_close(ours[key], value, within)


def assert_close(ours, theirs, within):
    largest = np.abs(theirs).max()
    assert np.shape(ours) == np.shape(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=within * largest)


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
    runs = original(names)
    assert sorted(runs) == sorted(names)
    for name, seen in runs.items():
        recorded = recording(name)
        # Bit for bit, unless its kernels round otherwise on this processor.
        within = 0.0 if seen["kernels"] == recorded["kernels"] else FAR
        assert_close(seen["losses"], recorded["losses"], within)
        assert seen["variables"] == recorded["variables"]
        assert_same(seen, recorded, within)


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
    here = kernels.digests(tf)
    for name, seen in theirs.items():
        other_kernels = differing(here, seen["kernels"])
        if "sdca" in name:  # the original reads weights while it updates them
            ours[name]["more_losses"] = seen["more_losses"]
        assert_same(ours[name], seen, tolerance(name, other_kernels))
