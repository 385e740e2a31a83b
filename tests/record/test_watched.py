"""What a recording holds of programs that tidy up, and of exports of all kinds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ORIGINAL = os.environ.get("TFSPEC_ORIGINAL_PYTHON")
PYTHONS = [
    pytest.param((sys.executable, "tfspec"), id="tfspec"),
    pytest.param(
        (ORIGINAL, "original"), id="original",
        marks=pytest.mark.skipif(not ORIGINAL, reason="needs TFSPEC_ORIGINAL_PYTHON"),
    ),
]

MODEL = """
import shutil, tempfile
import numpy as np
import tensorflow.compat.v1 as tf

def model_fn(features, labels, mode):
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    loss = tf.reduce_mean((w * features["x"] - labels) ** 2)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, {"y": w * features["x"]}, loss, train)

def input_fn():
    ones = np.ones(3, np.float32)
    return tf.data.Dataset.from_tensors(({"x": ones}, ones)).repeat()

def train(folder, steps):
    estimator = tf.estimator.Estimator(model_fn, folder)
    return estimator.train(input_fn, steps=steps)
"""


def record(whose, script: str, folder: Path) -> dict:
    python, estimator = whose
    (folder / "job.py").write_text(MODEL + textwrap.dedent(script))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if estimator == "original":
        environment.pop("TF_USE_LEGACY_KERAS", None)  # it has its own Keras 2, no tf_keras
    run = subprocess.run(
        [python, "-m", "tfspec", "record", "--with", estimator, "-o", "out.json", "job.py"],
        cwd=folder, capture_output=True, text=True, timeout=900,
        env=environment,
    )
    assert run.returncode == 0, run.stderr
    return json.loads((folder / "out.json").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("whose", PYTHONS)
def test_folders_that_the_program_deletes(whose, tmp_path):
    """Each is read before it goes; one that is written anew counts again."""
    made = record(
        whose,
        """
        with tempfile.TemporaryDirectory() as folder:
            train(folder, 1)
        for steps, delete in enumerate(
            (shutil.rmtree, tf.gfile.DeleteRecursively, tf.io.gfile.rmtree, None), 2
        ):
            train("model", steps)
            if delete:
                delete("model")
        """,
        tmp_path,
    )
    steps = [
        int(folder["variables"]["global_step"]["sample"][0]) for folder in made["folders"].values()
    ]
    assert sorted(steps) == [1, 2, 3, 4, 5]
    again = [name for name in made["folders"] if name.endswith(")")]
    assert [name[-3:] for name in again] == ["(2)", "(3)", "(4)"]


@pytest.mark.slow
@pytest.mark.parametrize("whose", PYTHONS)
def test_signatures_without_dtype(whose, tmp_path):
    """TensorFlow 2 names its initializer, an operation, among the signatures."""
    made = record(
        whose,
        """
        import tensorflow as tf2
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.float32, [None])
            y = x * tf.get_variable("w", [], initializer=tf.ones_initializer())
            session.run(tf.global_variables_initializer())
            tf.saved_model.simple_save(session, "exports/1", {"x": x}, {"y": y})
        module = tf2.Module()
        module.double = tf2.function(lambda x: 2.0 * x, [tf2.TensorSpec([None], tf2.float32)])
        tf2.saved_model.save(module, "exports/2", {"double": module.double})
        """,
        tmp_path,
    )
    simple, of_module = made["exports"].values()
    assert simple == {
        "serve:serving_default": {
            "method": "tensorflow/serving/predict",
            "inputs": {"x": ["float32", [None]]},
            "outputs": {"y": ["float32", [None]]},
        }
    }
    assert of_module["serve:double"]["outputs"] == {"output_0": ["float32", [None]]}
    initializer = of_module["serve:__saved_model_init_op"]
    assert initializer["outputs"] == {"__saved_model_init_op": [None, None]}


@pytest.mark.parametrize(("status", "code", "said"), [("'a word'", 1, "a word\n"), ("3", 3, "")])
def test_the_programs_own_exit(status, code, said, tmp_path):
    (tmp_path / "job.py").write_text(f"import sys\nsys.exit({status})\n")
    done = subprocess.run(
        [sys.executable, "-m", "tfspec", "record", "-o", "out.json", "job.py"],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr.startswith(f"{said}tfspec record: ")) == (code, True)
