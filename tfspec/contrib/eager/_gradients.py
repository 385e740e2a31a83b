"""tf.contrib.eager: gradients of functions, and iterators, as it had them before the core did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf


def implicit_value_and_gradients(f: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that gives the value of `f` and its gradients by the variables it used.

    Args:
        f: a function that returns one number, a scalar tensor.

    Returns:
        A function of the arguments of `f`: a pair of the value and a list of pairs
        `(gradient, variable)`, as `Optimizer.apply_gradients` takes them.

    Raises:
        ValueError: by that function, if `f` uses no trainable variable or returns None.
    """

    def value_and_gradients(*args: Any, **kwargs: Any) -> tuple[Any, list[tuple[Any, Any]]]:
        with tf.GradientTape() as tape:
            value = _value(f, args, kwargs)
        variables = tape.watched_variables()
        if not variables:
            raise ValueError("No trainable variables were accessed while f was computed.")
        return value, list(zip(tape.gradient(value, variables), variables, strict=True))

    return value_and_gradients


def implicit_gradients(f: Callable[..., Any]) -> Callable[..., Any]:
    """`implicit_value_and_gradients` without the value."""
    both = implicit_value_and_gradients(f)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def value_and_gradients_function(
    f: Callable[..., Any], params: Iterable[int | str] | None = None
) -> Callable[..., Any]:
    """Returns a function that gives the value of `f` and its gradients by its arguments.

    Args:
        f: a function of tensors that returns one number, a scalar tensor.
        params: positions of the arguments that count; None for all.

    Returns:
        A function of the arguments of `f`: a pair of the value and a list of gradients.

    Raises:
        ValueError: by that function, if `f` returns None; at once, if a parameter is given by
            name.
    """
    places = None if params is None else list(params)
    if places is not None and not all(isinstance(place, int) for place in places):
        raise ValueError(f"params must be positions of arguments. Given: {params!r}")

    def value_and_gradients(*args: Any, dy: Any = None) -> tuple[Any, Sequence[Any]]:
        tensors = [tf.convert_to_tensor(argument) for argument in args]
        by = [tensors[i] for i in (range(len(tensors)) if places is None else places)]
        with tf.GradientTape() as tape:
            tape.watch(by)
            value = _value(f, tensors, {})
        return value, tape.gradient(value, by, dy)

    return value_and_gradients


def gradients_function(
    f: Callable[..., Any], params: Iterable[int | str] | None = None
) -> Callable[..., Any]:
    """`value_and_gradients_function` without the value."""
    both = value_and_gradients_function(f, params)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def _value(f: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]) -> Any:
    value = f(*args, **kwargs)
    if value is None:
        raise ValueError(f"{getattr(f, '__name__', f)} returns None: there is no gradient of it.")
    return value


class Iterator:
    """The elements of a dataset, with eager execution: for `for`, `next` and `get_next()`.

    Args:
        dataset: a `tf.data.Dataset`.
    """

    def __init__(self, dataset: tf.data.Dataset) -> None:
        self._elements = iter(dataset)

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        return next(self._elements)

    next = __next__

    def get_next(self, name: str | None = None) -> Any:
        """The next element; `OutOfRangeError` if there is none."""
        try:
            return next(self._elements)
        except StopIteration:
            raise tf.errors.OutOfRangeError(None, None, "End of sequence") from None
