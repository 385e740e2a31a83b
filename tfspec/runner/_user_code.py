"""Calls the user's `input_fn` and `model_fn` the way that their signatures ask for."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec.spec import EstimatorSpec

v1 = tf.compat.v1


def argument_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the arguments that a caller may pass, without `self` and bound ones."""
    if isinstance(function, functools.partial):
        inner = argument_names(function.func)
        return tuple(
            name for name in inner[len(function.args):] if name not in (function.keywords or {})
        )
    if not inspect.isroutine(function) and not inspect.isclass(function):
        function = function.__call__  # an object that can be called
    parameters = inspect.signature(function).parameters.values()
    return tuple(
        p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    )


def call_input_fn(input_fn: Callable[..., Any], offered: dict[str, Any]) -> Any:
    """Calls an input_fn with those of `offered` (mode, params, config...) that it takes.

    Raises:
      TypeError: if it can't be called.
    """
    if not callable(input_fn):
        raise TypeError(
            "input_fn must be a function that returns the input, so that it runs in the model's "
            f"graph. Received: {input_fn!r} of type {type(input_fn).__name__}"
        )
    names = argument_names(input_fn)
    with v1.device("/cpu:0"):
        return input_fn(**{name: offered[name] for name in offered if name in names})


def call_model_fn(
    model_fn: Callable[..., Any],
    features: Any,
    labels: Any,
    offered: dict[str, Any],
    split: bool = False,
) -> Any:
    """Calls a model_fn with `features` and those of labels and `offered` that it takes.

    Returns:
      An `EstimatorSpec`; with `split`, a `TPUEstimatorSpec` as the model_fn returned it.

    Raises:
      ValueError: if there are labels and it doesn't take them, or if it doesn't return an
        `EstimatorSpec`.
    """
    names = argument_names(model_fn)
    arguments = {name: offered[name] for name in offered if name in names}
    if "labels" in names:
        arguments["labels"] = labels
    elif labels is not None:
        raise ValueError("model_fn does not take labels, but input_fn returns labels.")
    v1.logging.info("Calling model_fn.")
    spec = model_fn(features=features, **arguments)
    splittable = hasattr(spec, "as_estimator_spec")  # a TPUEstimatorSpec
    if splittable and not split:
        spec = spec.as_estimator_spec()
    v1.logging.info("Done calling model_fn.")
    if not (isinstance(spec, EstimatorSpec) or splittable):
        raise ValueError(
            "model_fn should return an EstimatorSpec. "
            f"Received: {spec!r} of type {type(spec).__name__}"
        )
    return spec


class StartIterator(v1.train.SessionRunHook):
    """Starts the iterator over a dataset that an input_fn returned."""

    def __init__(self, iterator: Any) -> None:
        self._start = iterator.initializer

    def after_create_session(self, session: Any, coord: Any) -> None:
        session.run(self._start)


def split_input(result: Any) -> tuple[Any, Any, list[v1.train.SessionRunHook]]:
    """What an input_fn returned, as features, labels (or None) and hooks to run it.

    Raises:
      ValueError: if there is nothing, or a sequence that isn't a pair.
    """
    hooks: list[v1.train.SessionRunHook] = []
    if isinstance(result, tf.data.Dataset):
        iterator = v1.data.make_initializable_iterator(result)
        hooks.append(StartIterator(iterator))
        result = iterator.get_next()
    if result is None:
        raise ValueError(
            "input_fn should return a tf.data.Dataset, features, or (features, labels). "
            "Received: None. Is a return statement missing?"
        )
    if isinstance(result, (list, tuple)):
        if len(result) != 2:
            raise ValueError(
                "input_fn should return (features, labels) as a len 2 tuple. "
                f"Received: {len(result)} elements"
            )
        return result[0], result[1], hooks
    return result, None, hooks


def warn_if_endless(features: Any) -> None:
    """Warns if nothing in the default graph can bring prediction to an end."""
    from_dataset = any(
        isinstance(value, tf.Tensor) and value.op.type == "IteratorGetNext"
        for value in tf.nest.flatten(features)
    )
    if not from_dataset and not v1.get_collection(v1.GraphKeys.QUEUE_RUNNERS):
        v1.logging.warning(
            "Input graph does not use tf.data.Dataset or contain a QueueRunner. "
            "That means predict yields forever. This is probably a mistake."
        )
