"""install() and uninstall(), in processes of their own: they change what TensorFlow is."""

from __future__ import annotations

import subprocess
import sys

IMPORTS = """
import sys
import tfspec

tfspec.install()
assert "tensorflow" not in sys.modules and "tf_keras" not in sys.modules
import tensorflow as tf
import tensorflow.compat.v1 as tf1
import tensorflow.estimator.export as export
import tensorflow_estimator
from tensorflow import estimator
from tensorflow.compat.v1 import estimator as estimator_v1
from tensorflow.estimator import DNNClassifier
from tensorflow.examples.tutorials.mnist import input_data
from tensorflow.python.estimator.canned import dnn
from tensorflow.python.estimator.export.export_output import PredictOutput
from tensorflow.python.feature_column.feature_column_lib import numeric_column
from tensorflow.contrib.training.python.training import hparam
from tensorflow_estimator.python.estimator.estimator import Estimator, EstimatorV2

assert estimator is tf.estimator is tfspec.estimator
assert estimator_v1 is tf1.estimator is tf.compat.v1.estimator is tfspec.compat.v1.estimator
assert tensorflow_estimator.estimator is estimator_v1
assert export is tfspec.estimator.export and PredictOutput is export.PredictOutput
assert DNNClassifier is tfspec.estimator.DNNClassifier
assert dnn.DNNClassifier is estimator_v1.DNNClassifier
assert (Estimator, EstimatorV2) == (estimator_v1.Estimator, estimator.Estimator)
assert hparam.HParams(a=1).parse("a=2").a == 2 and callable(input_data.read_data_sets)
import tf_keras
assert issubclass(tf1.layers.Dense, tf_keras.layers.Dense)
assert tf1.nn.rnn_cell.LSTMCell is tf.compat.v1.nn.rnn_cell.LSTMCell
assert tf.keras.layers.Dense and tf.keras.estimator is tfspec.keras.estimator
try:
    dnn.nothing
except AttributeError as error:
    assert "only names that were public are there" in str(error)
try:
    import tensorflow.python.estimator.nothing
except ModuleNotFoundError:
    print("all imported")
"""

REVERSAL = """
import tensorflow as tf
import tensorflow.compat.v1 as tf1
import tfspec
import sys

HAD = [hasattr(space, "estimator") for space in (tf, tf1, tf.compat.v1, tf.compat.v2)]
LAYERS = tf1.layers
MODULES = {name for name in sys.modules if name.startswith("tensorflow")}

def is_untouched():
    new = {name for name in sys.modules if name.startswith("tensorflow")} - MODULES
    spaces = (tf, tf1, tf.compat.v1, tf.compat.v2)
    return (
        [hasattr(space, "estimator") for space in spaces] == HAD
        and tf1.layers is LAYERS
        and not any(name.startswith("tensorflow_estimator") for name in new)
        and not any(name.startswith("tensorflow.contrib") for name in new)
        and not any("tfspec" in type(finder).__module__ for finder in sys.meta_path)
    )

assert is_untouched()  # importing tfspec changes nothing
tfspec.uninstall()
with tfspec.install():
    assert tf.estimator is tfspec.estimator
    with tfspec.install():  # not its own: leaves it in place
        import tensorflow_estimator, tensorflow.contrib.layers
    assert tf1.estimator is tfspec.compat.v1.estimator
    for nested in (tf.compat.v1.compat.v1, tf.compat.v2.compat.v1):
        assert nested.estimator is tfspec.compat.v1.estimator
    assert tf.compat.v2.compat.v2.estimator is tfspec.estimator
assert is_untouched()
try:
    with tfspec.install():
        raise KeyError
except KeyError:
    assert is_untouched()
tfspec.install()
tfspec.install()
tfspec.uninstall()
assert is_untouched()
with tfspec.install():
    from tensorflow.estimator import Estimator
assert tfspec.estimator.__spec__.name == "tfspec.estimator"
print("all taken back")
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


def test_imports():
    assert run(IMPORTS) == "all imported"


def test_everything_is_taken_back():
    assert run(REVERSAL) == "all taken back"
