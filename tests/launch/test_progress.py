"""`tfspec run --progress`: a live line on a terminal, the log lines of the original elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.demo.test_demo import read_to_the_end

pytestmark = pytest.mark.slow

SCRIPT = """
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.INFO)

def model_fn(features, labels, mode):
    loss = tf.losses.mean_squared_error([[1.0]], tf.layers.dense(features, 1))
    step = tf.train.get_global_step()
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

def input_fn():
    return tf.data.Dataset.from_tensors([[1.0]]).repeat()

estimator = tf.estimator.Estimator(model_fn, "out")
estimator.train(input_fn, max_steps=30.5)
print("done", estimator.get_variable_value("global_step"))
"""


@pytest.fixture
def command(tmp_path) -> list[str]:
    (tmp_path / "job.py").write_text(SCRIPT)
    return [sys.executable, "-m", "tfspec", "run", "--progress", "job.py"]


def test_elsewhere_the_log_lines_appear(command, tmp_path):
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "done 31\n"
    assert re.search(r"INFO:tensorflow:loss = [\d.]+, step = 1\n", done.stderr)
    assert "INFO:tensorflow:Saving checkpoints for 31 into out/model.ckpt." in done.stderr
    assert "steps/s" not in done.stderr


def test_a_live_line_on_a_terminal(command, tmp_path):
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a matter of Unix")
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = read_to_the_end(ours)
        assert process.stdout.read() == b"done 31\n"
    assert process.returncode == 0
    assert re.search(r"step 31 of 31  loss [\d.e-]+  [\d,]+ steps/s  0:00:00 left", shown)
    assert "INFO:tensorflow" not in shown
