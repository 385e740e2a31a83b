"""Importing tfspec is cheap and changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROBE = """
import json, logging, os, sys, warnings
before = set(sys.modules), dict(os.environ), list(sys.path), list(sys.meta_path)
before += (list(logging.root.handlers), list(warnings.filters))
import {module}
after = set(sys.modules), dict(os.environ), list(sys.path), list(sys.meta_path)
after += (list(logging.root.handlers), list(warnings.filters))
print(json.dumps([sorted(after[0] - before[0]), before[1:] == after[1:]], default=str))
"""


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(
    "module",
    [
        "tfspec",
        "tfspec.estimator",
        "tfspec.estimator.export, tfspec.estimator.experimental",
        "tfspec.compat.v1.estimator",
        "tfspec.compat.v1.estimator.tpu.experimental",
        "tfspec.compat.v1.keras.estimator",
        "tfspec.cli",
    ],
)
def test_import_loads_only_the_standard_library(module):
    loaded, unchanged = json.loads(run_python(PROBE.format(module=module)))
    packages = {name.split(".")[0] for name in loaded}
    assert packages <= sys.stdlib_module_names | {"tfspec"}
    assert unchanged


def test_a_touched_name_is_loaded_and_kept():
    code = """
import sys, tfspec
assert "tensorflow" not in sys.modules
hook = tfspec.estimator.SessionRunHook
import tensorflow as tf
assert hook is tf.compat.v1.train.SessionRunHook
assert vars(tfspec.estimator)["SessionRunHook"] is hook
from tfspec.compat.v1.estimator import export, SessionRunHook
assert SessionRunHook is hook and export.__name__.endswith("v1.estimator.export")
print("kept")
"""
    assert run_python(code) == "kept\n"


@pytest.mark.parametrize(
    ("namespace", "name", "remedy"),
    [
        ("tfspec.estimator", "inputs", "Use tfspec.compat.v1.estimator.inputs instead"),
        ("tfspec.estimator", "multi_head", "Use tfspec.estimator.MultiHead instead"),
        ("tfspec.compat.v1.estimator.experimental", "RNNClassifier", "Use tfspec.estimator.exp"),
        ("tfspec", "no_such_name", "module 'tfspec' has no attribute 'no_such_name'$"),
    ],
)
def test_an_absent_name_says_what_to_use(namespace, name, remedy):
    module = __import__(namespace, fromlist=["x"])
    with pytest.raises(AttributeError, match=remedy):
        getattr(module, name)
    assert not hasattr(module, name)
    assert name not in dir(module)
