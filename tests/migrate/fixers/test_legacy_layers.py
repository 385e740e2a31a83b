"""Fixer legacy_layers."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "legacy_layers"


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\ntf.compat.v1.nn.relu(x)\n",
        "import tensorflow as tf\ntf.compat.v1.layers_of_mine(x)\n",
        "import tensorflow as tf\ntf.keras.layers.Dense(3)\n",
        "import tfspec.compat.v1 as tf\ntf.layers.dense(x)\n",
        "compat.v1.layers.dense(x)\n",
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    "name", ["layers.dense", "nn.rnn_cell.GRUCell", "keras.layers.Dense", "keras"]
)
def test_names(name):
    check_transformed(
        f"import tensorflow as tf\nx = tf.compat.v1.{name}\n",
        f"import tensorflow as tf\nimport tfspec\nx = tfspec.compat.v1.{name}\n",
        FIXER,
    )


def test_imported_whole():
    check_transformed(
        "import tensorflow.compat.v1\ntensorflow.compat.v1.layers.dense(x)\n",
        "import tensorflow.compat.v1\nimport tfspec\ntfspec.compat.v1.layers.dense(x)\n",
        FIXER,
    )
