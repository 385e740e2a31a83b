"""Checks of what a head's constructor is given. Each returns the value to keep."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

_LOSS_FN_REQUIRED = ("labels", "logits")
_LOSS_FN_ALLOWED = {"labels", "logits", "features", "loss_reduction"}


def n_classes_above(minimum: int, n_classes: Any, purpose: str = "") -> Any:
    """`n_classes`, a number or an integer tensor, if there are more than `minimum` classes."""
    rule = f"n_classes must be > {minimum}{purpose}. Given: {n_classes}"
    if n_classes is None:
        raise ValueError(f"n_classes cannot be None: {rule}")
    if tf.is_tensor(n_classes):
        tf.debugging.assert_greater(n_classes, minimum, message=rule)
    elif not n_classes > minimum:
        raise ValueError(rule)
    return n_classes


def thresholds(values: Iterable[float] | None) -> tuple[float, ...]:
    """Decision thresholds as a tuple, all of them inside (0, 1)."""
    values = tuple(values or ())
    outside = [value for value in values if not 0 < value < 1]
    if outside:
        raise ValueError(
            f"thresholds not in (0, 1): all thresholds must be in (0, 1) range. Given: {outside[0]}"
        )
    return values


def label_vocabulary(values: Any, n_classes: Any = None) -> tuple[Any, ...] | None:
    """The label vocabulary as a tuple; with a known `n_classes` it has one entry per class."""
    if values is None:
        return None
    if not isinstance(values, list | tuple):
        raise ValueError(f"label_vocabulary must be a list or tuple. Given type: {type(values)}")
    if n_classes is not None and not tf.is_tensor(n_classes) and len(values) != n_classes:
        raise ValueError(
            f"Length of label_vocabulary must be n_classes ({n_classes}). Given: {len(values)}, "
            f"label_vocabulary={list(values)}"
        )
    return tuple(values)


def label_dimension(value: int) -> int:
    """The number of regression labels per example, at least one."""
    if value < 1:
        raise ValueError(f"Invalid label_dimension {value}. Give a number of at least 1.")
    return value


def loss_reduction(value: Any, allowed: Sequence[str], home: str) -> str:
    """`value` if it is among `allowed`, the values of the enumeration called `home`."""
    if value not in allowed:
        raise ValueError(
            f"Invalid loss_reduction: {value}. See `{home}` for valid options: "
            f"{', '.join(sorted(allowed))}."
        )
    return value


def loss_fn(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """A custom loss function whose arguments are `labels`, `logits` and at most `features`."""
    if function is None:
        return None
    given = argument_names(function)
    for name in _LOSS_FN_REQUIRED:
        if name not in given:
            raise ValueError(f"loss_fn must contain argument: {name}. Given arguments: {given}")
    unexpected = [name for name in given if name not in _LOSS_FN_ALLOWED]
    if unexpected:
        raise ValueError(f"loss_fn has unexpected args: {unexpected}")
    return function


def argument_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """The named arguments which are still open in `function`, in order."""
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    bound = function.keywords if isinstance(function, functools.partial) else {}
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.kind not in variable and p.name not in bound)


def prediction_keys(keys: Sequence[str] | None, available: Sequence[str]) -> list[str]:
    """The keys to predict: those asked for, or all that the head has."""
    for key in keys or ():
        if key not in available:
            raise ValueError(
                f"Prediction key must be in PredictionKeys, given: {key}. "
                f"Valid prediction keys include {list(available)}."
            )
    return list(keys or available)
