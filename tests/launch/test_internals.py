"""Names of TensorFlow's internal modules that programs of TensorFlow 1 import."""

from __future__ import annotations

import json

import pytest

from tests.launch.tools import RUN, python, write
from tfspec.check import TF1, WORKS, scan

# A statement, and an expression of what it gives: where the names were in TensorFlow 1.15.
NAMES = {
    "from tensorflow.python.ops import control_flow_ops": (
        "control_flow_ops.cond is tf.cond, control_flow_ops.while_loop is tf.while_loop, "
        "control_flow_ops.Assert is tf.Assert, control_flow_ops.case is tf.case, "
        "control_flow_ops.group is tf.group"
    ),
    "from tensorflow.python.ops.control_flow_ops import cond, group": "cond is tf.cond, True",
    "from tensorflow.python.framework import ops": (
        "ops.Tensor is tf.Tensor, ops.IndexedSlices is tf.IndexedSlices, ops.Graph is tf.Graph"
    ),
    "from tensorflow.python.ops import array_ops": (
        "array_ops.stack is tf.stack, array_ops.unstack is tf.unstack"
    ),
    "from tensorflow.python.ops import variable_scope": (
        "variable_scope.variable(1.0, name='v').name == 'v:0',"
    ),
    "from tensorflow.python.util import nest": "nest.is_sequence([1]), not nest.is_sequence(1)",
    "from tensorflow.python.training import training_ops": (
        "callable(training_ops.resource_apply_adam),"
    ),
    "from tensorflow.python.training.training_ops import apply_adam": "callable(apply_adam),",
    "from tensorflow.python.training import distribution_strategy_context as context": (
        "context.get_replica_context() is tf.distribute.get_replica_context(),"
    ),
    "from tensorflow.python.distribute import distribution_strategy_context": (
        "callable(distribution_strategy_context.get_replica_context),"
    ),
    "from tensorflow.python.saved_model import utils_impl": (
        "utils_impl.get_variables_path(b'd').endswith('variables'),"
    ),
    "from tensorflow.python.tpu import tpu_estimator, tpu_config": (
        "tpu_estimator.TPUEstimator is tf.contrib.tpu.TPUEstimator, "
        "tpu_config.RunConfig is tf.contrib.tpu.RunConfig"
    ),
    "import tensorflow.python.training.tracking.base as tracking": (
        "tracking.Trackable in tf.Variable.__mro__,"
    ),
    "from tensorflow.python.data.experimental.ops import threading_options": (
        "threading_options.ThreadingOptions is tf.data.ThreadingOptions,"
    ),
    "from tensorflow.python.ops.losses.loss_reduction import ReductionV2": (
        "ReductionV2.SUM == 'sum',"
    ),
}
PROGRAM = """
import json
import tensorflow as tf
tf.placeholder
names = json.loads(%r)
found = {}
for statement, values in names.items():
    exec(statement)
    found[statement] = all(eval("(%%s)" %% values))
try:
    from tensorflow.python.ops.control_flow_ops import no_such
except ImportError as error:
    found["no such name"] = "no_such" in str(error)
try:
    from tensorflow.python.training import no_such
except ImportError as error:
    found["no such module"] = "no_such" in str(error)
print(json.dumps(found))
"""


@pytest.mark.parametrize("style", ["--tf1", "--tf2"])
def test_are_found_where_they_were(folder, style):
    code = PROGRAM % json.dumps(NAMES)
    if style == "--tf2":
        code = code.replace("tf.placeholder", "tf = tf.compat.v1; from tensorflow import contrib")
        code = code.replace("; from tensorflow import contrib", "; tf.contrib = CONTRIB")
        code = code.replace("CONTRIB", "__import__('tfspec.contrib').contrib")
        code = code.replace("variable_scope.variable(1.0, name='v').name == 'v:0'", "True")
    write(folder, job=code)
    done = python(*RUN, style, "job.py", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found and all(found.values()), found


@pytest.mark.parametrize(
    "name",
    [
        "ops.control_flow_ops.cond", "framework.ops.Tensor", "util.nest.is_sequence",
        "training.training_ops.apply_adam", "tpu.tpu_estimator.TPUEstimator",
    ],
)
def test_check_finds_them_too(name):
    module, _, last = f"tensorflow.python.{name}".rpartition(".")
    code = f"import tensorflow as tf\nfrom {module} import {last}\ntf.placeholder\n{last}\n"
    verdicts = {f.name: f.verdict for f in scan(code, TF1).findings}
    assert verdicts[f"{module}.{last}"] == WORKS
