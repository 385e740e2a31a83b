"""Fixer model_to_estimator."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "model_to_estimator"


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\ntf.keras.Model()\n",
        "import keras\nkeras.estimator.model_to_estimator(m)\n",
        "def f(tf):\n    return tf.keras.estimator.model_to_estimator(m)\n",
        "import tfspec\ntfspec.keras.estimator.model_to_estimator(m)\n",
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("written", "module"),
    [
        ("tf.keras.estimator", "tfspec.keras.estimator"),
        ("tf.compat.v1.keras.estimator", "tfspec.compat.v1.keras.estimator"),
        ("tf.compat.v2.keras.estimator", "tfspec.keras.estimator"),
    ],
)
def test_attribute(written, module):
    check_transformed(
        f"import tensorflow as tf\ne = {written}.model_to_estimator(keras_model=m)\n",
        f"import tensorflow as tf\nimport tfspec\ne = {module}.model_to_estimator(keras_model=m)\n",
        FIXER,
    )


def test_tensorflow_1():
    check_transformed(
        "import tensorflow as tf\ntf.keras.estimator.model_to_estimator(m)\n",
        "import tensorflow as tf\nimport tfspec\n"
        "tfspec.compat.v1.keras.estimator.model_to_estimator(m)\n",
        FIXER,
        style="tf1",
    )
