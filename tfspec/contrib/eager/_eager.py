"""tf.contrib.eager: what is left of it outside the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def list_devices() -> list[str]:
    """Names of all devices that TensorFlow sees."""
    return [device.name for device in tf.config.list_logical_devices()]


def num_gpus() -> int:
    """How many GPUs TensorFlow sees."""
    return len(tf.config.list_logical_devices("GPU"))


def defun(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    **others: Any,
) -> Any:
    """`tf.function`."""
    return tf.function(func, input_signature=input_signature, autograph=autograph)


def implicit_value_and_gradients(f: Callable[..., Any]) -> Callable[..., tuple[Any, list[Any]]]:
    """A function that gives `f`'s value and what `implicit_gradients` gives."""

    def compute(*args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        with tf.GradientTape() as tape:
            value = _value(f, args, kwargs)
        variables = tape.watched_variables()
        if not variables:
            raise ValueError(
                f"no trainable variable was read while {_name(f)} was computed, so there is "
                "nothing to differentiate by"
            )
        return value, list(zip(tape.gradient(value, variables), variables, strict=True))

    return compute


def implicit_gradients(f: Callable[..., Any]) -> Callable[..., list[Any]]:
    """A function of `f`'s arguments that gives `f`'s gradients by the variables it reads.

    Returns:
        A function that returns pairs of gradient and trainable variable, for an optimizer's
        `apply_gradients`. It raises a ValueError where `f` returns None or reads no variable.
    """
    both = implicit_value_and_gradients(f)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def value_and_gradients_function(
    f: Callable[..., Any], params: list[int] | None = None
) -> Callable[..., tuple[Any, list[Any]]]:
    """A function that gives `f`'s value and what `gradients_function` gives."""

    def compute(*args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        tensors = [tf.convert_to_tensor(arg) for arg in args]
        chosen = tensors if params is None else [tensors[i] for i in params]
        with tf.GradientTape() as tape:
            tape.watch(chosen)
            value = _value(f, tensors, kwargs)
        return value, tape.gradient(value, chosen)

    return compute


def gradients_function(
    f: Callable[..., Any], params: list[int] | None = None
) -> Callable[..., list[Any]]:
    """A function of `f`'s arguments that gives `f`'s gradients by them.

    Args:
        f: a function of tensors.
        params: positions of the arguments to differentiate by; None for all.

    Returns:
        A function that returns a gradient, or None, for each. It raises a ValueError where `f`
        returns None.
    """
    both = value_and_gradients_function(f, params)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def Iterator(dataset: tf.data.Dataset) -> Any:  # noqa: N802
    """`iter(dataset)`, whose elements `next()` gives."""
    return iter(dataset)


def _value(f: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    value = f(*args, **kwargs)
    if value is None:
        raise ValueError(f"{_name(f)} returned None, which can't be differentiated")
    return value


def _name(f: Callable[..., Any]) -> str:
    return f"`{getattr(f, '__name__', f)}`"
