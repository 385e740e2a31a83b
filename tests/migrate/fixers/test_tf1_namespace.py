"""Fixer tf1_namespace."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "tf1_namespace"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import tensorflow as tf\ntf.function(f)\ntf.nn.relu(x)\n", id="common names"),
        pytest.param("import tensorflow as tf\ntf.compat.v1.placeholder(x)\n", id="explicit"),
        pytest.param(
            "import tensorflow as tf\ntf.summary.create_file_writer(x)\n", id="TensorFlow 2"
        ),
        pytest.param("import tensorflow.compat.v1 as tf\ntf.placeholder(x)\n", id="nothing more"),
        pytest.param("import tfspec.compat.v1 as tf\ntf.layers.dense(x)\n", id="done already"),
        pytest.param(
            "import tensorflow as tf\nif hasattr(tf, 'layers'):\n    tf.layers.dense(x)\n",
            id="copes without",
        ),
        pytest.param(
            "import tensorflow as tf\n"
            "if tf.__version__.startswith('1.'):\n    f = tf.placeholder\n"
            "else:\n    f = tf.compat.v1.placeholder\n",
            id="branch for an old version",
        ),
        pytest.param("def f(tf):\n    return tf.placeholder(x)\n", id="parameter"),
        pytest.param("from tensorflow.python.framework import ops\nops.x\n", id="internal"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


def test_names_that_tensorflow_has():
    check_transformed(
        '''
        """Doc."""
        import os, tensorflow as tf  # both

        def f(x):
            return tf.log(tf.compat.v1.placeholder(tf.float32))
        ''',
        '''
        """Doc."""
        import tensorflow.compat.v1 as tf
        import os  # both
        tf.disable_v2_behavior()

        def f(x):
            return tf.log(tf.placeholder(tf.float32))
        ''',
        FIXER,
    )


@pytest.mark.parametrize(
    "name",
    ["estimator.Estimator", "layers.dense", "nn.rnn_cell.LSTMCell", "contrib.x", "keras.Model"],
)
def test_names_that_tfspec_adds(name):
    check_transformed(
        f"import tensorflow as tf\ntf.{name}(tf.placeholder(y))\n",
        f"import tfspec.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.{name}(tf.placeholder(y))\n",
        FIXER,
    )
    check_transformed(
        f"from tensorflow.compat import v1 as tf\ntf.{name}(x)\n",
        f"from tfspec.compat import v1 as tf\ntf.{name}(x)\n",
        FIXER,
    )


def test_switch_is_not_repeated():
    check_transformed(
        """
        try:
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
        except ImportError:
            import tensorflow as tf
        tf.layers.dense(x)
        """,
        """
        try:
            import tfspec.compat.v1 as tf
            tf.disable_v2_behavior()
        except ImportError:
            import tensorflow as tf
        tf.layers.dense(x)
        """,
        FIXER,
    )


def test_import_on_a_line_with_others():
    check_transformed(
        "def f():\n    import tensorflow as tf; return tf.Session()\n",
        "def f():\n    import tensorflow.compat.v1 as tf; tf.disable_v2_behavior(); "
        "return tf.Session()\n",
        FIXER,
    )


def test_every_import_of_a_notebook():
    check_transformed(
        """
        import tensorflow as tf
        tf.Session()
        import tensorflow as tf
        tf.layers.dense(x)
        """,
        """
        import tfspec.compat.v1 as tf
        tf.disable_v2_behavior()
        tf.Session()
        import tfspec.compat.v1 as tf
        tf.layers.dense(x)
        """,
        FIXER,
    )


def test_from_imports():
    check_transformed(
        """
        from tensorflow import placeholder, Session
        from tensorflow import layers
        from tensorflow.nn import rnn_cell as cells
        from tensorflow.keras.layers import Dense
        from tensorflow.python.platform import gfile
        """,
        """
        from tensorflow.compat.v1 import placeholder, Session
        from tfspec.compat.v1 import layers
        from tfspec.compat.v1.nn import rnn_cell as cells
        from tf_keras.layers import Dense
        from tensorflow.python.platform import gfile
        """,
        FIXER,
    )


def test_tensorflow_2_is_a_step_away():
    check_transformed(
        "import tensorflow as tf\ntf.Session(tf.placeholder(x))\ntf.sparse.bincount(x)\n"
        "tf.summary.create_file_writer(x)\n",
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
        "tf.Session(tf.placeholder(x))\ntf.sparse.bincount(x)\n"
        "tf.compat.v2.summary.create_file_writer(x)\n",
        FIXER,
    )


@pytest.mark.parametrize(
    "evidence",
    [
        "tf.reduce_sum(x, keep_dims=True)",
        "tf.keras.backend.get_session()",
        "x.make_one_shot_iterator()",
        "estimator.export_savedmodel(d, f)",
        "tf.estimator.inputs.numpy_input_fn(x)",
    ],
)
def test_what_tells_tensorflow_1(evidence):
    needs = "keras" in evidence or "tf.estimator" in evidence
    module = "tfspec.compat.v1" if needs else "tensorflow.compat.v1"
    check_transformed(
        f"import tensorflow as tf\ntf.zeros(3)\n{evidence}\n",
        f"import {module} as tf\ntf.disable_v2_behavior()\ntf.zeros(3)\n{evidence}\n",
        FIXER,
    )


def test_forced_style():
    text = "import tensorflow as tf\ntf.nn.dropout(x, 0.5)\n"
    check_noop(text, FIXER)
    check_noop(text, FIXER, style="tf2")
    check_transformed(
        text,
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.nn.dropout(x, 0.5)\n",
        FIXER,
        style="tf1",
    )


def test_bare_import_of_a_submodule_is_reported():
    left = check_noop("from tensorflow import *\nplaceholder(x)\n", FIXER)
    assert "`from tensorflow import *` is TensorFlow 2" in left[0].message
    left = check_noop("tf = __import__('tensorflow')\ntf.placeholder(x)\n", FIXER)
    assert "tf: a call imports TensorFlow 2" in left[0].message
    left = check_noop("import tensorflow.app\ntensorflow.placeholder(x)\n", FIXER)
    assert "`import tensorflow.app` binds all of tensorflow" in left[0].message


def test_end_of_file_without_line_end():
    check_transformed(
        "x = lambda: tf.Session()\nimport tensorflow as tf",
        "x = lambda: tf.Session()\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()",
        FIXER,
    )


def test_windows_line_ends():
    check_transformed(
        "import tensorflow as tf\r\nx = tf.Session()\r\n",
        "import tensorflow.compat.v1 as tf\r\ntf.disable_v2_behavior()\r\nx = tf.Session()\r\n",
        FIXER,
    )


def test_modules_inside_contrib_are_their_packages():
    check_transformed(
        """
        import tensorflow as tf
        from tensorflow.contrib.learn.python.learn import learn_runner
        from tensorflow.contrib.learn.python.learn.preprocessing import text
        from tensorflow.contrib.tpu.python.tpu import tpu_config as config
        from tensorflow.examples.tutorials.mnist import input_data
        input_data.read_data_sets("data")
        learn_runner.run(config.RunConfig(), tf.app, text.VocabularyProcessor(3))
        """,
        """
        import tensorflow.compat.v1 as tf
        tf.disable_v2_behavior()
        from tfspec.contrib.learn import learn_runner
        from tfspec.contrib.learn import preprocessing as text
        from tfspec.contrib import tpu as config
        from tfspec.contrib.learn.datasets.mnist import input_data
        input_data.read_data_sets("data")
        learn_runner.run(config.RunConfig(), tf.app, text.VocabularyProcessor(3))
        """,
        FIXER,
    )


def test_names_below_keras_are_those_of_keras_2():
    check_transformed(
        """
        import tensorflow as tf
        from tensorflow.keras import layers
        from tensorflow.keras.layers import Dense, Flatten as F
        layers.Dense(tf.placeholder, Dense, F)
        """,
        """
        import tensorflow.compat.v1 as tf
        tf.disable_v2_behavior()
        from tfspec.compat.v1.keras import layers
        from tf_keras.layers import Dense, Flatten as F
        layers.Dense(tf.placeholder, Dense, F)
        """,
        FIXER,
    )
