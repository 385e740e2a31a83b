"""Training and evaluation over two replicas leave what they left in the original."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests.custom.test_recorded import assert_same
from tests.replicas.cases import CASES

DATA = pathlib.Path(__file__).parent / "data" / "replicas.json"
RECORDED = json.loads(DATA.read_text(encoding="utf-8"))
ORIGINAL = os.environ.get("TFSPEC_ORIGINAL_PYTHON")


def run(python, side, folder):
    """In a process of its own, whose CPU is two devices."""
    out = folder / "outcome.json"
    environment = {k: v for k, v in os.environ.items() if k != "TF_USE_LEGACY_KERAS"}
    finished = subprocess.run(
        [python, "-m", "tests.replicas.record", side, str(out)],
        capture_output=True, text=True, check=False, env=environment,
    )
    assert finished.returncode == 0, finished.stderr[-4000:]
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return run(sys.executable, "tfspec", tmp_path_factory.mktemp("ours"))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_as_in_the_original(name, ours):
    assert_same(ours[name], RECORDED[name], name)


@pytest.mark.slow
def test_a_step_takes_a_batch_for_each_replica(ours):
    short = ours["input_too_short"]
    assert short["step"] == 2
    assert short["evaluation of five"] == short["evaluation of four"]


@pytest.mark.slow
def test_one_replica_is_where_its_strategy_says(ours):
    assert ours["other_device"]["device"].endswith("device:CPU:1")


@pytest.mark.slow
@pytest.mark.skipif(not ORIGINAL, reason="needs TFSPEC_ORIGINAL_PYTHON")
def test_the_original_does_as_recorded(tmp_path):
    again = run(ORIGINAL, "original", tmp_path)
    assert_same(again, {**RECORDED, "certificate": again["certificate"]})
