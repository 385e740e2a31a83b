"""Scaffolds, savers, summaries, metrics and values of other checkpoints, as in the original."""

from __future__ import annotations

import json

import numpy as np
import pytest

import tfspec.estimator
from tests.custom.cases import CASES, DATA

RECORDED = json.loads(DATA.read_text(encoding="utf-8"))


def assert_same(got, expected, where=""):
    """Equality but for the last digits of numbers."""
    if isinstance(expected, dict):
        assert sorted(got) == sorted(expected), where
        for key in expected:
            assert_same(got[key], expected[key], f"{where}/{key}")
    elif isinstance(expected, list):
        assert len(got) == len(expected), (where, got, expected)
        for index, (mine, wanted) in enumerate(zip(got, expected, strict=True)):
            assert_same(mine, wanted, f"{where}/{index}")
    elif isinstance(expected, float):
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-7, err_msg=where)
    else:
        assert got == expected, where


@pytest.mark.parametrize("name", CASES)
def test_as_in_the_original(name, tmp_path):
    got = json.loads(json.dumps(CASES[name](tfspec.estimator, tmp_path)))
    assert_same(got, RECORDED[name], name)
