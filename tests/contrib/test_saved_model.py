"""tf.contrib.saved_model: Keras models, TensorFlow 1.15's too, are saved and loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat import v1 as tf1
from tfspec.contrib import saved_model

OLD = Path(__file__).parent / "data" / "keras_model"
X = np.float32([[1, 2]])
SCRIPT = """
import sys
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
model.compile(tf.train.AdamOptimizer(0.1), "mse")
model.fit(np.ones([4, 3]), np.ones([4, 2]), verbose=0)
folder = tf.contrib.saved_model.save_keras_model(model, sys.argv[1])
again = tf.contrib.saved_model.load_keras_model(folder)
np.testing.assert_allclose(again.predict(np.ones([1, 3])), model.predict(np.ones([1, 3])))
with tf.Graph().as_default(), tf.Session() as session:
    graph = tf.saved_model.load(session, ["serve"], folder)
    signature = graph.signature_def["serving_default"]
    (output,), (given,) = signature.outputs.values(), signature.inputs.values()
    served = session.run(output.name, {given.name: np.ones([1, 3])})
np.testing.assert_allclose(served, model.predict(np.ones([1, 3])), rtol=1e-5)
"""


def sequential():
    return tf1.keras.Sequential([tf1.keras.layers.Dense(2, input_shape=(3,))])


def test_tensorflow_1_15_saved_it():
    model = saved_model.load_keras_model(str(OLD))
    np.testing.assert_allclose(model.predict(X, verbose=0), [[0.85]], rtol=1e-6)


def test_there_and_back(tmp_path):
    model = sequential()
    folder = saved_model.save_keras_model(model, str(tmp_path / "model"))
    again = saved_model.load_keras_model(folder)
    x = np.ones([1, 3], np.float32)
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0))
    with pytest.raises(AssertionError, match="Export directory already exists"):
        saved_model.save_keras_model(model, folder)


def test_a_script_of_tensorflow_1(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    run = [sys.executable, "-m", "tfspec", "run", str(script), str(tmp_path / "model")]
    done = subprocess.run(run, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("settings", [{"as_text": True}, {"input_signature": [1]}])
def test_what_it_has_not(settings, tmp_path):
    with pytest.raises(NotImplementedError, match="model.save"):
        saved_model.save_keras_model(sequential(), str(tmp_path / "model"), **settings)


def test_no_architecture(tmp_path):
    with pytest.raises(tf.errors.NotFoundError):
        saved_model.load_keras_model(str(tmp_path))
