"""Estimators from Keras 2 models do and write what the original's did on TensorFlow 2.15.1."""

from __future__ import annotations

import json

import pytest
import tf_keras

from tests.keras import record
from tests.keras.models import CASES
from tfspec.estimator import RunConfig
from tfspec.keras.estimator import model_to_estimator

RECORDED = json.loads(record.DATA.read_text())

# float32: sums and square roots differ in the last bits between TensorFlow 2.15 and later, and
# sums between processors as well: their vectors are of other lengths. Steps carry that on.
RELATIVE, ABSOLUTE = 1e-5, 1e-6


def close(value):
    """The same structure with numbers that compare approximately."""
    if isinstance(value, dict):
        return {key: close(item) for key, item in value.items()}
    if isinstance(value, list):
        return [close(item) for item in value]
    if isinstance(value, float):
        return pytest.approx(value, rel=RELATIVE, abs=ABSOLUTE)
    return value


def test_every_case_was_recorded():
    assert sorted(RECORDED) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_equals_the_original(name):
    seen = record.observe(CASES[name], tf_keras, model_to_estimator, RunConfig)
    assert seen == close(RECORDED[name])
