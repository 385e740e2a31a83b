"""What custom models hang onto their training does as in the original: see the cases."""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pytest

import tfspec.estimator
from tests.custom.all_cases import CASES
from tests.custom.record import DATA

RECORDED = {
    module: json.loads((DATA / f"{module}.json").read_text(encoding="utf-8")) for module in CASES
}
ORIGINAL = os.environ.get("TFSPEC_ORIGINAL_PYTHON")
NAMES = [(module, name) for module, cases in CASES.items() for name in cases]


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


@pytest.mark.parametrize("module, name", NAMES)
def test_as_in_the_original(module, name, tmp_path):
    got = json.loads(json.dumps(CASES[module][name](tfspec.estimator, tmp_path)))
    assert_same(got, RECORDED[module][name], name)


@pytest.mark.slow
@pytest.mark.skipif(not ORIGINAL, reason="needs TFSPEC_ORIGINAL_PYTHON")
@pytest.mark.parametrize("module", CASES)
def test_the_original_does_as_recorded(module, tmp_path):
    """In one of three tries: its hooks read the step while it is counted up."""
    environment = {k: v for k, v in os.environ.items() if k != "TF_USE_LEGACY_KERAS"}
    for tries_left in (2, 1, 0):
        subprocess.run(
            [ORIGINAL, "-m", "tests.custom.record", module], check=True, capture_output=True,
            env={**environment, "OUT": str(tmp_path)},
        )
        again = json.loads((tmp_path / f"{module}.json").read_text(encoding="utf-8"))
        try:
            assert_same(again, {**RECORDED[module], "certificate": again["certificate"]}, module)
        except AssertionError:
            if not tries_left:
                raise
        else:
            return
