"""Every head says of the same batches what the original said on TensorFlow 2.15.1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.heads import record

RECORDED = json.loads((Path(__file__).parent / "data" / "original.json").read_text())

# float32: kernels of sigmoid and exp differ in the last bits between TensorFlow 2.15 and later.
TOLERANCE = 1e-6


def close(value):
    """The same structure with numbers that compare approximately."""
    if isinstance(value, dict):
        return {key: close(item) for key, item in value.items()}
    if isinstance(value, list):
        return [close(item) for item in value]
    return pytest.approx(value, rel=TOLERANCE) if isinstance(value, float) else value


def test_every_case_was_recorded():
    cases = {f"{flavour} {name}" for flavour in ("v1", "v2") for name in record.names(flavour)}
    assert cases == set(RECORDED)


@pytest.mark.parametrize("case", RECORDED)
def test_equals_the_original(case):
    flavour, _, name = case.partition(" ")
    seen = record.observe(lambda: record.tfspec_head(flavour, name), name)
    assert seen == close(RECORDED[case])
