"""Runs all cases in both sessions after switching something off, as a TF1 script would.

Usage: python -m tests.graph.run_cases MODE FOLDER. Prints where outcomes differ as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

from tests.graph.cases import TABLE, Case, difference, expected_outcome, our_outcome

v1 = tf.compat.v1

MODES = {
    "v2_behavior_off": v1.disable_v2_behavior,
    "eager_execution_off": v1.disable_eager_execution,
    "resource_variables_off": v1.disable_resource_variables,
    "control_flow_v2_off": v1.disable_control_flow_v2,
    "functions_run_eagerly": lambda: tf.config.run_functions_eagerly(True),
}


def differences(folder: Path) -> dict[str, str]:
    """Where our session's outcomes differ from TensorFlow's, by case."""
    found = {}
    for name, case in TABLE.items():
        own = folder / name
        own.mkdir()
        # What TensorFlow refuses under a setting, we may refuse alike.
        expected, got = _or_error(expected_outcome, case, own), _or_error(our_outcome, case, own)
        where = difference(expected, got, case.exact)
        if where is not None:
            found[name] = where
    return found


def _or_error(run: Callable[[Case, Path], Any], case: Case, folder: Path) -> Any:
    try:
        return run(case, folder)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    MODES[sys.argv[1]]()
    json.dump(differences(Path(sys.argv[2])), sys.stdout)
