"""Fixer tensorflow_internals."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "tensorflow_internals"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from tensorflow.python.ops import array_ops\narray_ops.zeros\n", id="there"),
        pytest.param("from tensorflow.python.ops.math_ops import add\n", id="imported by name"),
        pytest.param("from mine.python.ops.array_ops import stack\n", id="own package"),
        pytest.param("from tensorflow.python.training import saver\n", id="other module"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from tensorflow.python.ops.control_flow_ops import cond, while_loop as loop",
            "from tensorflow.compat.v1 import cond, while_loop as loop",
        ),
        (
            "from tensorflow.python.training.checkpoint_management import latest_checkpoint",
            "from tensorflow.compat.v1.train import latest_checkpoint",
        ),
        (
            "from tensorflow.python.training import training_ops",
            "from tensorflow.python.ops import gen_training_ops as training_ops",
        ),
        (
            "from tensorflow.python.training.tracking import base",
            "from tensorflow.python.trackable import base",
        ),
    ],
)
def test_imports(before, after):
    check_transformed(before + "\n", after + "\n", FIXER)


def test_uses():
    check_transformed(
        """
        import tensorflow.compat.v1 as tf
        from tensorflow.python.ops import array_ops
        y = array_ops.stack([array_ops.zeros([2])]).shape
        """,
        """
        import tensorflow.compat.v1 as tf
        from tensorflow.python.ops import array_ops
        y = tf.stack([array_ops.zeros([2])]).shape
        """,
        FIXER,
    )


def test_without_tensorflow_it_is_left():
    left = check_noop(
        "from tensorflow.python.framework import ops\nisinstance(x, ops.Tensor)\n", FIXER
    )
    (note,) = left
    assert note.line == 2
    assert note.message.endswith("ops.Tensor: is tf.Tensor today, but tensorflow isn't imported")
