"""tfspec does, bit for bit on the same processor, what the original `tf.estimator` did.

The references are the recordings in `data/` (see `record.py`). With the path of an interpreter
that has TensorFlow 2.15.1 in the environment variable TFSPEC_ORIGINAL_PYTHON, the original is
also run on the spot, and reads checkpoints that tfspec wrote.
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.fidelity.case import DATA, NAMES
from tests.fidelity.compare import CLOSE, differences
from tests.fidelity.record import EXCHANGED, load, record

# Models that use kernels whose results changed after 2.15 in the last bit.
NOT_BIT_EQUAL = {"rnn": "tanh and sigmoid"}
# Another processor sums in other blocks, another architecture rounds differently, and training
# amplifies it.
CLOSE_ON_ANOTHER_PROCESSOR = 1e-5
CLOSE_ELSEWHERE = 1e-3

ORIGINAL = os.environ.get("TFSPEC_ORIGINAL_PYTHON")
REFERENCES = ["recorded", "live"] if ORIGINAL else ["recorded"]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """`runs(python, implementation, behavior)`: a directory with recordings of all models."""
    made = {}

    def run(python, implementation, behavior):
        key = (python, implementation, behavior)
        if key not in made:
            made[key] = tmp_path_factory.mktemp(implementation)
            record(*key, made[key], list(NAMES))
        return made[key]

    return run


def assert_same(reference, observed, name):
    """Compares as exactly as the kernels and the machine allow."""
    there, here = reference["certificate"], observed["certificate"]
    exact = name not in NOT_BIT_EQUAL or there["tensorflow"] == here["tensorflow"]
    close = CLOSE
    if there["machine"] != here["machine"]:
        exact, close = False, CLOSE_ELSEWHERE
    elif there["processor"] != here["processor"]:
        exact, close = False, CLOSE_ON_ANOTHER_PROCESSOR
    assert differences(reference, observed, exact, close) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("behavior", ["v2", "v1"])
@pytest.mark.parametrize("reference", REFERENCES)
def test_model_does_as_in_the_original(reference, behavior, name, runs):
    if reference == "live":
        expected = load(runs(ORIGINAL, "original", behavior) / f"{name}.{behavior}.json")
    else:
        expected = load(DATA / f"{name}.{behavior}.json")
    ours = load(runs(sys.executable, "tfspec", behavior) / f"{name}.{behavior}.json")
    assert_same(expected, ours, name)


@pytest.mark.parametrize("name", EXCHANGED)
def test_checkpoint_of_the_original_restores_here(name, tmp_path):
    record(sys.executable, "tfspec", "v2", tmp_path, [name], checkpoints=DATA)
    assert_same(load(DATA / f"{name}.v2.json"), load(tmp_path / f"{name}.v2.json"), name)


if ORIGINAL:

    @pytest.mark.parametrize("name", EXCHANGED)
    def test_checkpoint_from_here_restores_in_the_original(name, runs, tmp_path):
        written = runs(sys.executable, "tfspec", "v2")
        record(ORIGINAL, "original", "v2", tmp_path, [name], checkpoints=written)
        assert_same(load(tmp_path / f"{name}.v2.json"), load(written / f"{name}.v2.json"), name)
