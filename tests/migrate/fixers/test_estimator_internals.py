"""Fixer estimator_internals."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "estimator_internals"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from tensorflow.python.framework import ops\nops.Tensor\n", id="not ours"),
        pytest.param("from tensorflow_estimator.python.estimator import util\n", id="unused"),
        pytest.param(
            "from tensorflow_estimator.python.estimator.canned import dnn\n"
            "dnn._DNNModel\n",
            id="never public",
        ),
        pytest.param(
            "from tensorflow.python.estimator.canned.dnn import _add_layer_summary\n", id="private"
        ),
        pytest.param("from mine.python.estimator.estimator import Estimator\n", id="own package"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from tensorflow.python.estimator.inputs.numpy_io import numpy_input_fn",
            "from tfspec.compat.v1.estimator.inputs import numpy_input_fn",
        ),
        (
            "from tensorflow_estimator.python.estimator.estimator import EstimatorV2 as E",
            "from tfspec.estimator import Estimator as E",
        ),
        (
            "from tensorflow_estimator.python.estimator.canned.dnn import DNNClassifierV2",
            "from tfspec.estimator import DNNClassifier as DNNClassifierV2",
        ),
        (
            "from tensorflow.python.estimator.canned.head import _Head, _regression_head",
            "from tfspec.contrib.estimator.inner import _Head, regression_head as _regression_head",
        ),
        (
            "from tensorflow_estimator.python.estimator.util import parse_input_fn_result",
            "from tfspec.contrib.estimator.inner import parse_input_fn_result",
        ),
        (
            "from tensorflow.python.estimator.canned.dnn import _dnn_model_fn as dnn",
            "from tfspec.contrib.estimator.inner import dnn_model_fn_v1 as dnn",
        ),
        (
            "from tensorflow.python.estimator.model_fn import EstimatorSpec, ModeKeys",
            "from tfspec.estimator import EstimatorSpec, ModeKeys",
        ),
    ],
)
def test_classes(before, after):
    check_transformed(before + "\n", after + "\n", FIXER)


def test_module():
    check_transformed(
        """
        from tensorflow_estimator.python.estimator.canned import dnn

        class Mine(dnn.DNNClassifierV2):
            pass
        """,
        """
        import tfspec

        class Mine(tfspec.estimator.DNNClassifier):
            pass
        """,
        FIXER,
    )


def test_module_that_is_needed_for_more_stays():
    left = check_transformed(
        """
        from tensorflow.python.estimator.canned import head
        import sys
        head._binary(sys.argv)
        from tensorflow.python.estimator import estimator
        estimator.Estimator(estimator.mine)
        """,
        """
        from tensorflow.python.estimator.canned import head
        import sys
        head._binary(sys.argv)
        from tensorflow.python.estimator import estimator
        import tfspec
        tfspec.compat.v1.estimator.Estimator(estimator.mine)
        """,
        FIXER,
    )
    assert [note.line for note in left] == [3, 6]
    assert all("not public" in note.message for note in left)
