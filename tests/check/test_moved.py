"""Names that TensorFlow's internal modules lost since TensorFlow 1.

The table in `notes.json` has those of the loaded modules `tensorflow.python...` of TensorFlow
1.15.5 whose value was also a name of `tf.compat.v1`, and which the module of TensorFlow 2.21 lacks;
without those of raw ops, of TPU embeddings and of Keras, and with `nest.is_sequence`.
"""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
import tensorflow as tf

import tfspec
from tfspec.check import WORKS, judge, moved_modules, moved_names

NAMES = [(module, name) for module, names in moved_names().items() for name in names]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_lost_name_is_what_is_public(module, name):
    path = moved_names()[module][name]
    value = tf.compat.v1
    if path.startswith("tensorflow."):
        home, _, path = path.rpartition(".")
        value = importlib.import_module(home)
    for part in path.split("."):
        value = getattr(value, part)
    with tfspec.install():
        owner = importlib.import_module(module)
        assert getattr(owner, name) is value or name in vars(owner)
    assert judge(f"{module}.{name}", "v1").verdict == WORKS


@pytest.mark.parametrize("old", sorted(moved_modules()))
def test_a_module_is_found_where_it_was(old):
    with tfspec.install():
        assert importlib.import_module(old).__name__ in (old, moved_modules()[old])


PROGRAM = """
import tfspec
tfspec.install()
from tensorflow.python.ops import array_ops, control_flow_ops
from tensorflow.python.ops.control_flow_ops import while_loop
from tensorflow.python.training import training_ops
from tensorflow.python.training.tracking import base, graph_view
import tensorflow as tf
assert control_flow_ops.cond is tf.compat.v1.cond and while_loop is tf.compat.v1.while_loop
assert array_ops.stack is tf.stack and training_ops.resource_apply_adam
assert graph_view.ObjectGraphView and issubclass(tf.Module, base.Trackable)
own = "stack" in array_ops.stack.__module__ and not hasattr(array_ops, "nothing")
tfspec.uninstall()
print(own)
"""


def test_in_a_program():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120
    )
    assert run.stdout == "True\n", run.stderr
