"""Calling a user's logit_fn."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf


def call_logit_fn(
    logit_fn: Callable[..., Any],
    features: Any,
    mode: str,
    params: Any,
    config: Any,
) -> tf.Tensor | dict[str, tf.Tensor]:
    """Calls a `logit_fn` with those arguments that it takes.

    Args:
        logit_fn: function of `features` and any of `mode`, `params` and `config` that returns
            logits of shape `[batch, logits dimension]`, or such by the name of a head.
        features: tensor or dict of tensors.
        mode: a `ModeKeys` value.
        params: hyperparameters.
        config: `RunConfig`.

    Returns:
        What `logit_fn` returned.

    Raises:
        ValueError: `logit_fn` returned neither a tensor nor a dict of tensors by strings.

    Behaviour: tf.estimator 2.15.
    """
    offered = {"mode": mode, "params": params, "config": config}
    taken = {name: value for name, value in offered.items() if name in _free_names(logit_fn)}
    logits = logit_fn(features=features, **taken)
    by_head = logits if isinstance(logits, Mapping) else {"": logits}
    if not all(isinstance(k, str) and isinstance(v, tf.Tensor) for k, v in by_head.items()):
        raise ValueError(
            "logit_fn should return a Tensor or a dictionary mapping strings to Tensors. "
            f"logit_fn returned: {logits}"
        )
    return logits


def _free_names(function: Callable[..., Any]) -> set[str]:
    """The names of the arguments that the caller can set and `functools.partial` hasn't."""
    bound: set[str] = set()
    names = set(inspect.signature(function).parameters)
    while isinstance(function, functools.partial):
        bound.update(function.keywords)
        function = function.func
    return names - bound
