"""tf.contrib.distributions: TensorFlow 1.15's numbers, samples too."""

from __future__ import annotations

import pytest

from tests.contrib import distributions_cases
from tests.contrib.recorded import check
from tfspec.compat import v1 as tf1
from tfspec.contrib import distributions


@pytest.mark.parametrize("name", distributions_cases.CASES)
def test_as_tensorflow_1_15(name):
    check(tf1, distributions_cases, name)


def test_an_event_needs_a_size():
    with pytest.raises(ValueError, match="One of loc and scale_diag must be given"):
        distributions.MultivariateNormalDiag(scale_identity_multiplier=2.0)


def test_others_are_in_tensorflow_probability():
    with pytest.raises(AttributeError, match="tensorflow_probability"):
        distributions.MixtureSameFamily  # noqa: B018
