"""Our session and TensorFlow's run the same graphs to the same outcomes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.graph.cases import TABLE, difference, expected_outcome, our_outcome
from tests.graph.run_cases import MODES


@pytest.mark.parametrize("name", TABLE)
def test_outcome_is_that_of_a_session(name, tmp_path):
    case = TABLE[name]
    expected, got = expected_outcome(case, tmp_path), our_outcome(case, tmp_path)
    assert difference(expected, got, case.exact) is None


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_outcomes_whatever_the_script_switched_off(mode, tmp_path):
    command = [sys.executable, "-m", "tests.graph.run_cases", mode, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}
