"""Factorizations of tf.contrib.factorization: TensorFlow 1.15's numbers."""

from __future__ import annotations

import pytest

from tests.contrib import factorization_cases
from tests.contrib.recorded import check
from tfspec.compat import v1 as tf1
from tfspec.contrib import factorization


@pytest.mark.parametrize("name", factorization_cases.CASES)
def test_as_tensorflow_1_15(name):
    check(tf1, factorization_cases, name)


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"row_weights": None}, "must both be None"),
        ({"row_weights": -1}, "Invalid weight initialization argument"),
        ({"row_weights": [1, 2]}, "row_weights: 2 values are given for 1 shards"),
        ({"col_init": [[[1.0]]] * 2}, "col_factors: 2 values are given for 1 shards"),
    ],
)
def test_wrong_arguments(settings, words):
    with tf1.Graph().as_default(), pytest.raises(ValueError, match=words):
        factorization.WALSModel(3, 3, 1, **settings)
