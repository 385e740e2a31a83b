"""call_logit_fn passes what a logit_fn takes and checks what it returns."""

from __future__ import annotations

import functools

import pytest
import tensorflow as tf

from tfspec.spec import call_logit_fn

OFFERED = {"mode": "train", "params": {"scale": 2.0}, "config": "the config"}


class Logits:
    def __call__(self, features, mode):
        return features, mode

    def method(self, params, features):
        return features, params


def features_only(features):
    return (features,)


def everything(features, mode, params, config):
    return features, mode, params, config


def keyword_only(*, features, config):
    return features, config


@pytest.mark.parametrize(
    ("logit_fn", "taken"),
    [
        (features_only, []),
        (everything, ["mode", "params", "config"]),
        (keyword_only, ["config"]),
        (Logits(), ["mode"]),
        (Logits().method, ["params"]),
        (lambda features, other=None, **rest: (features, *rest), []),
    ],
)
def test_passes_the_arguments_that_are_named(logit_fn, taken):
    seen = []

    @functools.wraps(logit_fn)
    def recording(*args, **kwargs):
        seen.append(logit_fn(*args, **kwargs))
        return kwargs["features"]

    features = tf.constant([[1.0]])
    assert call_logit_fn(recording, features, **OFFERED) is features
    assert seen == [(features, *(OFFERED[name] for name in taken))]


def test_a_partial_keeps_its_arguments():
    def scaled(features, params, config):
        return features * params["scale"] * config

    logits = call_logit_fn(functools.partial(scaled, config=5.0), tf.constant(1.0), **OFFERED)
    assert logits == 10.0


def test_logits_by_head():
    logits = {"a": tf.constant(1.0), "b": tf.constant(2.0)}
    assert call_logit_fn(lambda features: logits, None, **OFFERED) is logits


@pytest.mark.parametrize(
    "returned", [None, 1.0, [tf.constant(1.0)], {1: tf.constant(1.0)}, {"a": 1.0}]
)
def test_refuses_other_results(returned):
    message = "logit_fn should return a Tensor or a dictionary mapping strings to Tensors"
    with pytest.raises(ValueError, match=message):
        call_logit_fn(lambda features: returned, None, **OFFERED)
