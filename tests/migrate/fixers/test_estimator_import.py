"""Fixer estimator_import."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "estimator_import"


@pytest.mark.parametrize(
    "text",
    [
        "from tensorflow import keras\n",
        "from tensorflow.keras import estimators\n",
        "from . import estimator\n",
        "from .tensorflow import estimator\n",
        "from tensorflow_estimators import estimator\n",
        "from tfspec import estimator\n",
        "import tensorflow_estimator\n",
        "import estimator\n",
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tensorflow import estimator", "from tfspec import estimator"),
        ("from tensorflow import estimator as e", "from tfspec import estimator as e"),
        ("import tensorflow.estimator as e", "import tfspec.estimator as e"),
        ("from tensorflow.estimator import Estimator", "from tfspec.estimator import Estimator"),
        ("import tensorflow.estimator", "import tensorflow"),
        (
            "from tensorflow.compat.v1 import estimator",
            "from tfspec.compat.v1 import estimator",
        ),
        (
            "from tensorflow.estimator.export import PredictOutput as P",
            "from tfspec.estimator.export import PredictOutput as P",
        ),
        (
            "from tensorflow_estimator import estimator",
            "from tfspec.compat.v1 import estimator",
        ),
        (
            "from tensorflow.keras.estimator import model_to_estimator",
            "from tfspec.keras.estimator import model_to_estimator",
        ),
        (
            "from tensorflow import nn, estimator, data  # some",
            "from tfspec import estimator\nfrom tensorflow import nn, data  # some",
        ),
        (
            "from tensorflow import data, estimator as e",
            "from tfspec import estimator as e\nfrom tensorflow import data",
        ),
        (
            "import os, tensorflow.estimator as e; print(e)",
            "import tfspec.estimator as e; import os; print(e)",
        ),
    ],
)
def test_imports(before, after):
    check_transformed(before + "\n", after + "\n", FIXER)


def test_parentheses_and_comments_stay():
    check_transformed(
        """
        if True:
            from tensorflow.estimator import (
                Estimator,  # the class
                EstimatorSpec,
            )
        """,
        """
        if True:
            from tfspec.estimator import (
                Estimator,  # the class
                EstimatorSpec,
            )
        """,
        FIXER,
    )


def test_flavour_of_a_tensorflow_1_file():
    check_transformed(
        "import tensorflow as tf\nfrom tensorflow import estimator\ntf.placeholder(x)\n",
        "import tensorflow as tf\nfrom tfspec.compat.v1 import estimator\ntf.placeholder(x)\n",
        FIXER,
    )
