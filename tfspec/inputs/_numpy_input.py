"""`numpy_input_fn`: batches from a dict of arrays, or from one array."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tfspec.inputs._batches import batch_tensors, check_shuffle, make_plan

Arrays = np.ndarray | Mapping[str, np.ndarray]


def numpy_input_fn(
    x: Arrays,
    y: Arrays | None = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """Returns an input function that yields batches of numpy arrays.

    Arrays are read when batches are made, not copied into the graph. Batches run across the
    end of an epoch; only the last one of all may be short. With `shuffle`, every epoch visits
    each row once, in an order that follows from the graph's seed.

        age = np.arange(4) * 1.0
        input_fn = numpy_input_fn({"age": age}, np.arange(4), batch_size=2, shuffle=False)
        estimator.train(input_fn)

    Args:
        x: the features: an array `[rows, ...]`, or a dict of them with sortable keys.
        y: the labels, likewise; None if there are none (for predict).
        batch_size: rows in a batch, at least 1.
        num_epochs: how often to go through the rows; None for no end.
        shuffle: whether to visit rows in random order. There is no default.
        queue_capacity: how many rows may wait ready-made.
        num_threads: multiplies `num_epochs` and does nothing else.

    Returns:
        A function without arguments that returns `(features, labels)`, or `features` alone if
        `y` is None: tensors with the structure of `x` and `y`, dicts sorted by key.

    Raises:
        ValueError: if `shuffle` is not a bool. Other faults show when the function is called:
            `x` or `y` empty (ValueError), of different lengths (ValueError), sharing keys
            (ValueError), or neither array nor dict (TypeError).

    Behaviour: tf.estimator 2.15, but for the shuffled order, which was never reproducible there.
    """
    check_shuffle(shuffle)

    def input_fn() -> Any:
        features = _columns("x", x)
        labels = {} if y is None else _columns("y", y)
        _check_distinct(features, labels)
        _check_lengths(x, y, [*features.values(), *labels.values()])
        plan = make_plan(batch_size, num_epochs, shuffle, queue_capacity, num_threads)
        tensors = batch_tensors([*features.values(), *labels.values()], plan)
        batch = _like(x, features, tensors[: len(features)])
        if y is None:
            return batch
        return batch, _like(y, labels, tensors[len(features) :])

    return input_fn


_ONLY = object()  # stands for the key where one array takes the place of a dict


def _columns(name: str, value: Any) -> dict[Any, np.ndarray]:
    """`value` as a dict sorted by key, checked."""
    if isinstance(value, np.ndarray):
        # Labels without rows are a matter of lengths, compared with `x` later.
        if name == "x" and value.size == 0:
            raise ValueError("x cannot be an empty array")
        columns = {_ONLY: value}
    elif isinstance(value, Mapping):
        if not value:
            ending = "an empty dict" if name == "x" else "empty dict, use None instead."
            raise ValueError(f"{name} cannot be {ending}")
        columns = {key: value[key] for key in sorted(value)}
    else:
        raise TypeError(f"{name} must be a dict or array; got {type(value).__name__}")
    for key, column in columns.items():
        where = name if key is _ONLY else f"{name}[{key!r}]"
        if not isinstance(column, np.ndarray) or column.ndim == 0:
            kind = "a scalar" if isinstance(column, np.ndarray) else type(column).__name__
            raise TypeError(f"{where} must be an array with at least 1 dimension; got {kind}")
    return columns


def _check_distinct(features: dict[Any, Any], labels: dict[Any, Any]) -> None:
    shared = sorted(key for key in features if key is not _ONLY and key in labels)
    if shared:
        raise ValueError(f"{len(shared)} duplicate keys are found in both x and y: {shared}")


def _check_lengths(x: Any, y: Any, columns: list[np.ndarray]) -> None:
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(
            "Length of tensors in x and y is mismatched. All elements in x and y must have the "
            f"same length.\nShapes in x: {_shapes(x)}\nShapes in y: {_shapes(y)}\n"
        )
    if 0 in lengths:
        raise ValueError(f"x cannot be an empty array; shapes in x: {_shapes(x)}")


def _shapes(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: column.shape for key, column in value.items()}
    return None if value is None else value.shape


def _like(given: Any, columns: dict[Any, Any], tensors: list[Any]) -> Any:
    if not isinstance(given, Mapping):
        return tensors[0]
    return dict(zip(columns, tensors, strict=True))
