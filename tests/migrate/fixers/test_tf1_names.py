"""Fixer tf1_names."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "tf1_names"
TF2 = "import tensorflow as tf\ntf.summary.create_file_writer(x)\ntf.optimizers.Adam()\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import tensorflow as tf\ntf.Session()\n", id="a file of TensorFlow 1"),
        pytest.param(TF2 + "tf.nn.relu(x)\n", id="common name"),
        pytest.param(TF2 + "tf.compat.v1.Session()\n", id="explicit"),
        pytest.param(
            TF2 + "try:\n    tf.Session()\nexcept AttributeError:\n    pass\n", id="copes without"
        ),
        pytest.param(TF2 + "tf.contrib.x\n", id="nowhere today"),
        pytest.param(TF2 + "def f(tf):\n    tf.Session()\n", id="shadowed"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.Session()", "tf.compat.v1.Session()"),
        ("tf.log(x)", "tf.math.log(x)"),
        ("tf.layers.dense(x)", "tf.compat.v1.layers.dense(x)"),
        ("tf.mul(x, y)", "tf.compat.v1.multiply(x, y)"),
        ("tf.reduce_sum(x, keep_dims=True)", "tf.compat.v1.reduce_sum(x, keep_dims=True)"),
    ],
)
def test_names(before, after):
    check_transformed(TF2 + before + "\n", TF2 + after + "\n", FIXER)


def test_without_an_installed_tensorflow(monkeypatch):
    from tfspec.migrate.fixers import tf1_names

    monkeypatch.setattr(tf1_names, "_renames", dict)
    check_transformed(TF2 + "tf.log(x)\n", TF2 + "tf.compat.v1.log(x)\n", FIXER)


def test_forced_style():
    check_transformed(
        "import tensorflow as tf\ntf.Session()\ntf.log(x)\n",
        "import tensorflow as tf\ntf.compat.v1.Session()\ntf.math.log(x)\n",
        FIXER,
        style="tf2",
    )
