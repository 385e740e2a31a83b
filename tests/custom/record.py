"""Runs the cases under the original and writes what they return to data/, a file per module.

    python -m tests.custom.record [MODULE...]      under TensorFlow 2.15.1

With the environment variable OUT, to that folder instead.
"""

from __future__ import annotations

import json
import os
import pathlib
import platform
import sys
import tempfile
from typing import Any

import tensorflow as tf

from tests.custom.all_cases import CASES

DATA = pathlib.Path(__file__).parent / "data"


def main(modules: list[str], out: pathlib.Path = DATA) -> None:
    for module in modules or CASES:
        recorded: dict[str, Any] = {
            "certificate": {
                "script": "python -m tests.custom.record",
                "tensorflow": tf.__version__,
                "estimator": tf.estimator.Estimator.__module__,
                "python": platform.python_version(),
            }
        }
        for name, function in CASES[module].items():
            with tempfile.TemporaryDirectory() as folder:
                recorded[name] = function(tf.estimator, pathlib.Path(folder))
        text = json.dumps(recorded, indent=1) + "\n"
        (out / f"{module}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:], pathlib.Path(os.environ.get("OUT", DATA)))
