"""Subclasses that override more than an Estimator allows, and say so as programs did."""

from __future__ import annotations

import pytest

from tfspec.estimator import Estimator


class Overrides(Estimator):
    def train(self, *args, **kwargs):
        """Not the Estimator's."""


def model_fn(features, labels, mode):
    """Never called."""


def test_members_are_kept(tmp_path):
    with pytest.raises(ValueError, match=r"does override \['train'\]"):
        Overrides(model_fn, str(tmp_path))


def test_the_check_can_be_taken_out(tmp_path, monkeypatch):
    # As a static function: the original calls it through the class.
    monkeypatch.setattr(
        Estimator, "_assert_members_are_not_overridden", staticmethod(lambda estimator: None)
    )
    assert Overrides(model_fn, str(tmp_path)).train() is None
