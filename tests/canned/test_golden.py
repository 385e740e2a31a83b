"""Every canned model against recordings of tf.estimator 2.15.1: see record.py."""

from __future__ import annotations

import json
import pathlib
import shutil

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import tfspec.compat.v1.estimator
import tfspec.estimator
from tests.canned import observe
from tests.canned.cases import CASES, Libraries

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
    metrics = observe.evaluate(LIB, case, estimator)
    assert metrics == pytest.approx(golden["metrics"], rel=1e-5, abs=1e-6)
    predictions = observe.predict(LIB, case, estimator)
    for ours, theirs in zip(predictions, golden["predictions"], strict=True):
        assert sorted(ours) == sorted(theirs)
        for key, value in theirs.items():
            if isinstance(np.ravel(value)[0], str):
                assert ours[key] == value
            else:
                np.testing.assert_allclose(ours[key], value, **CLOSE)
    more = observe.train(LIB, case, estimator, observe.MORE_STEPS)
    np.testing.assert_allclose(more, golden["more_losses"], **CLOSE)
