"""Fixer tf_keras."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "tf_keras"
ESTIMATOR = "from tfspec import estimator\nestimator.Estimator(f)\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import tensorflow as tf\ntf.keras.Model()\n", id="no estimators"),
        pytest.param(ESTIMATOR + "import keras\nkeras.Model()\n", id="Keras itself"),
        pytest.param(
            "import tensorflow as tf\ntf.keras.Model(tf.placeholder(x))\n" + ESTIMATOR,
            id="TensorFlow 1, whose namespace sees to it",
        ),
        pytest.param(ESTIMATOR + "def f(tf):\n    tf.keras.Model()\n", id="shadowed"),
        pytest.param(
            ESTIMATOR + "import tensorflow as tf\ntf.losses.mean_squared_error(x, y)\n",
            id="may be TensorFlow 1's",
        ),
        pytest.param(ESTIMATOR + "import tf_keras\ntf_keras.Model()\n", id="done already"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tensorflow import keras", "import tf_keras as keras"),
        ("import tensorflow.keras as K", "import tf_keras as K"),
        ("from tensorflow.keras.layers import Dense", "from tf_keras.layers import Dense"),
        ("from tensorflow.keras import layers as L", "from tf_keras import layers as L"),
    ],
)
def test_imports(before, after):
    check_transformed(f"{ESTIMATOR}{before}\n", f"{ESTIMATOR}{after}\n", FIXER)


def test_attributes():
    check_transformed(
        """
        import tensorflow as tf
        model = tf.keras.Sequential([tf.keras.layers.Dense(3, activation=tf.nn.relu)])
        model.compile(tf.optimizers.Adam(), tf.losses.BinaryCrossentropy())
        tf.keras.estimator.model_to_estimator(model)
        tf.estimator.RunConfig()
        """,
        """
        import tensorflow as tf
        import tf_keras
        model = tf_keras.Sequential([tf_keras.layers.Dense(3, activation=tf.nn.relu)])
        model.compile(tf_keras.optimizers.Adam(), tf_keras.losses.BinaryCrossentropy())
        tf.keras.estimator.model_to_estimator(model)
        tf.estimator.RunConfig()
        """,
        FIXER,
    )


def test_taken_name_is_reported():
    text = "import tensorflow as tf\ntf_keras = 1\ntf.keras.Model()\n"
    left = check_noop(text + ESTIMATOR, FIXER)
    assert "`tf_keras` is taken" in left[0].message
