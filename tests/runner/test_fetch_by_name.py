"""Variables fetched by the names that scripts know."""

from __future__ import annotations

import re

import pytest
import tensorflow.compat.v1 as tf

import tfspec


def model_fn(features, labels, mode):
    w = tf.get_variable("w", initializer=3.0)
    loss = w * features
    train_op = tf.group(w.assign_sub(1.0), tf.train.get_global_step().assign_add(1))
    return tfspec.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def input_fn():
    return tf.data.Dataset.from_tensors(1.0).repeat()


@pytest.mark.parametrize("name", ["w:0", "w/Read/ReadVariableOp:0"])
def test_runner_reads_a_variable_by_name(name):
    with tfspec.Runner(model_fn, input_fn) as runner:
        runner.train(2)
        assert runner.run(name) == 1.0
        assert runner.run({"both": [name, "global_step:0"]}) == {"both": [1.0, 2]}


def test_a_logged_variable_shows_its_value(tmp_path, caplog):
    hook = tfspec.estimator.LoggingTensorHook(["w:0"], every_n_iter=2)
    with caplog.at_level("INFO", logger="tensorflow"):
        tfspec.estimator.Estimator(model_fn, str(tmp_path)).train(input_fn, [hook], steps=4)
    logged = re.findall(r"^w:0 = (\S+?)(?: |$)", "\n".join(caplog.messages), re.MULTILINE)
    # Nothing orders the read and the update of one run, here as in TF1.
    first, second = (float(value) for value in logged)
    assert first in (3.0, 2.0) and second in (1.0, 0.0)
