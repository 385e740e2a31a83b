"""The example of docs/keras.md runs, with both Keras."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "keras_digits.py"
HAS_KERAS_3 = int(importlib.metadata.version("keras").split(".")[0]) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--keras-3"]] if HAS_KERAS_3 else [[]])
def test_example(tmp_path, options):
    command = [sys.executable, str(EXAMPLE), "--model-dir", str(tmp_path / "digits"), *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    accuracy, _, says, keras_says = done.stdout.splitlines()
    assert float(accuracy.removeprefix("accuracy ")) > 0.9
    served = re.fullmatch(r"says (\[.*\]) is \[.*\]", says)[1]
    assert keras_says == f"Keras says {served}"
