"""Finding checkpoints and reading variables from them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec import checkpoints

v1 = tf.compat.v1


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory):
    """A folder with checkpoints of steps 1 and 2; `weights` equals the step."""
    folder = str(tmp_path_factory.mktemp("model"))
    with tf.Graph().as_default(), v1.Session() as session:
        step = v1.train.create_global_step()
        weights = v1.get_variable("weights", [2], initializer=v1.zeros_initializer())
        session.run(v1.global_variables_initializer())
        saver = v1.train.Saver()
        for _ in range(2):
            session.run([step.assign_add(1), weights.assign_add([1.0, 1.0])])
            saver.save(session, folder + "/model.ckpt", global_step=step)
    return folder


def test_reads_the_newest_checkpoint(model_dir):
    assert checkpoints.variable_names(model_dir) == ["global_step", "weights"]
    np.testing.assert_array_equal(checkpoints.variable_value(model_dir, "weights"), [2.0, 2.0])
    np.testing.assert_array_equal(checkpoints.variable_value(model_dir, "weights:0"), [2.0, 2.0])
    assert checkpoints.global_step(model_dir) == 2


def test_prefix_of_a_folder_or_a_checkpoint(model_dir):
    assert checkpoints.checkpoint_prefix(model_dir) == model_dir + "/model.ckpt-2"
    older = model_dir + "/model.ckpt-1"
    assert checkpoints.checkpoint_prefix(older.encode()) == older


@pytest.mark.parametrize(
    "read, error, message",
    [
        (checkpoints.variable_names, ValueError, "Could not find trained model in model_dir"),
        (lambda d: checkpoints.variable_value(d, "w"), ValueError, "Could not find trained model"),
        (checkpoints.checkpoint_prefix, ValueError, "Couldn't find 'checkpoint' file"),
        (
            lambda d: checkpoints.checkpoint_prefix(d + "/model.ckpt-1"),
            tf.errors.NotFoundError,
            "model.ckpt-1",
        ),
    ],
)
def test_without_checkpoint(tmp_path, read, error, message):
    with pytest.raises(error, match=message):
        read(str(tmp_path))
    assert checkpoints.global_step(str(tmp_path)) == 0


def test_names_the_variables_that_there_are(model_dir):
    with pytest.raises(tf.errors.NotFoundError, match="Key w not found in checkpoint.*'weights'"):
        checkpoints.variable_value(model_dir, "w")
