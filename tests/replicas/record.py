"""Runs the jobs over two replicas and writes what they return.

    python -m tests.replicas.record original OUT.json     under TensorFlow 2.15.1
    python -m tests.replicas.record tfspec OUT.json

The CPU counts as two devices, which has to be said before TensorFlow starts.
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
from typing import Any

import tensorflow as tf

from tests.replicas.cases import CASES, OURS

DEVICES = ["CPU:0", "CPU:1"]


def main(side: str, out: str) -> None:
    (cpu,) = tf.config.list_physical_devices("CPU")
    half = tf.config.LogicalDeviceConfiguration()
    tf.config.set_logical_device_configuration(cpu, [half, half])
    if side == "tfspec":
        import tfspec.estimator as est
    else:
        est = tf.estimator
    recorded: dict[str, Any] = {"certificate": {"tensorflow": tf.__version__, "side": side}}
    for name, case in (CASES | (OURS if side == "tfspec" else {})).items():
        # The original's sessions wait for ever in the default way of reducing, on a CPU.
        strategy = tf.distribute.MirroredStrategy(DEVICES, tf.distribute.ReductionToOneDevice())
        with tempfile.TemporaryDirectory() as folder:
            recorded[name] = case(est, pathlib.Path(folder), strategy)
    pathlib.Path(out).write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
