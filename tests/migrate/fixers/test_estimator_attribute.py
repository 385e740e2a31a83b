"""Fixer estimator_attribute."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "estimator_attribute"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import tensorflow as tf\ntf.nn.relu(x)\n", id="other name"),
        pytest.param("tf.estimator.Estimator(f)\n", id="nothing imported"),
        pytest.param("import tensor as tf\ntf.estimator.Estimator(f)\n", id="another package"),
        pytest.param("import tfspec\ntfspec.estimator.Estimator(f)\n", id="done already"),
        pytest.param(
            "import tensorflow as tf\ndef f(tf):\n    return tf.estimator.Estimator\n",
            id="shadowed by a parameter",
        ),
        pytest.param(
            "import tensorflow as tf\ntf = load()\ntf.estimator.Estimator(f)\n", id="bound again"
        ),
        pytest.param(
            "import tensorflow as tf\nprint('tf.estimator.Estimator')  # tf.estimator\n",
            id="string and comment",
        ),
        pytest.param("from tensorflow import *\nestimator.Estimator(f)\n", id="star import"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


def test_attribute():
    check_transformed(
        """
        import numpy as np
        import tensorflow as tf  # TensorFlow

        # tf.estimator stays in comments
        spec = tf.estimator.EstimatorSpec(mode=tf.estimator.ModeKeys.TRAIN,
                                          loss=tf.constant(1.))
        """,
        """
        import numpy as np
        import tensorflow as tf  # TensorFlow
        import tfspec

        # tf.estimator stays in comments
        spec = tfspec.estimator.EstimatorSpec(mode=tfspec.estimator.ModeKeys.TRAIN,
                                          loss=tf.constant(1.))
        """,
        FIXER,
    )


@pytest.mark.parametrize(
    ("written", "module", "becomes"),
    [
        ("tf.compat.v1.estimator.DNNClassifier", "tfspec.compat.v1.estimator", ".DNNClassifier"),
        ("tf.compat.v2.estimator.DNNClassifier", "tfspec.estimator", ".DNNClassifier"),
        ("tf.estimator.export.PredictOutput", "tfspec.estimator", ".export.PredictOutput"),
        ("tf.estimator", "tfspec.estimator", ""),
    ],
)
def test_namespaces(written, module, becomes):
    check_transformed(
        f"import tensorflow as tf\nx = {written}\n",
        f"import tensorflow as tf\nimport tfspec\nx = {module}{becomes}\n",
        FIXER,
        style="tf2",
    )


def test_inputs_never_were_in_tensorflow_2():
    check_transformed(
        "import tensorflow as tf\ntf.estimator.inputs.numpy_input_fn(x)\n",
        """
        import tensorflow as tf
        import tfspec
        tfspec.compat.v1.estimator.inputs.numpy_input_fn(x)
        """,
        FIXER,
        style="tf2",
    )


def test_module_alias_and_import_in_function():
    check_transformed(
        """
        def f():
            import tensorflow as tf
            est = tf.estimator
            return est.Estimator(g)
        """,
        """
        def f():
            import tensorflow as tf
            import tfspec
            est = tfspec.estimator
            return est.Estimator(g)
        """,
        FIXER,
    )


def test_one_import_per_block():
    check_transformed(
        """
        try:
            import tensorflow.compat.v2 as tf; import os
        except ImportError:
            import tensorflow as tf
        import tensorflow as tf1
        tf.estimator.Estimator(f)
        tf1.estimator.Estimator(f)
        """,
        """
        try:
            import tensorflow.compat.v2 as tf; import tfspec; import os
        except ImportError:
            import tensorflow as tf
        import tensorflow as tf1
        import tfspec
        tfspec.estimator.Estimator(f)
        tfspec.estimator.Estimator(f)
        """,
        FIXER,
    )


def test_split_over_lines():
    check_transformed(
        "import tensorflow as tf\nx = (tf\n     .estimator\n     .Estimator(f))\n",
        "import tensorflow as tf\nimport tfspec\nx = (tfspec.estimator\n     .Estimator(f))\n",
        FIXER,
    )


def test_taken_name_is_reported():
    left = check_noop("import tensorflow as tf\ntfspec = 1\ntf.estimator.Estimator(f)\n", FIXER)
    assert "`tfspec` is taken" in left[0].message and left[0].line == 3


def test_comment_inside_the_name_is_reported():
    left = check_noop("import tensorflow as tf\n(tf  # see\n .estimator.Estimator(f))\n", FIXER)
    assert left[0].message.startswith("tensorflow.estimator.Estimator: can't tell the place")
