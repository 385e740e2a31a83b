"""`pandas_input_fn`: batches from a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tfspec.inputs._batches import batch_tensors, check_shuffle, make_plan

if TYPE_CHECKING:
    import pandas as pd


def pandas_input_fn(
    x: pd.DataFrame,
    y: pd.Series | pd.DataFrame | None = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int | None = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """Returns an input function that yields batches of a DataFrame's rows.

    Batches and order are those of `numpy_input_fn`. The index is no feature.

        frame = pd.DataFrame({"age": [30.0, 40.0], "town": ["Ulm", "Bern"]})
        input_fn = pandas_input_fn(frame, pd.Series([0, 1]), shuffle=True, num_epochs=None)
        estimator.train(input_fn, steps=100)

    Args:
        x: the features, a column each. Besides numpy's dtypes, string, categorical and nullable
            columns are taken if no value is missing.
        y: the labels, with the index of `x`: a Series, or a DataFrame for a dict of labels.
            None if there are none (for predict).
        batch_size: rows in a batch, at least 1.
        num_epochs: how often to go through the rows; None for no end.
        shuffle: whether to visit rows in random order. There is no default.
        queue_capacity: how many rows may wait ready-made; None for as many as `x` has.
        num_threads: multiplies `num_epochs` and does nothing else.
        target_column: a name that no column of `x` has. Only checked.

    Returns:
        A function without arguments that returns `(features, labels)`, or `features` alone if
        `y` is None. Features are a dict of tensors `[batch]`, in the order of the columns.

    Raises:
        TypeError: if `x` is no DataFrame, `y` neither Series nor DataFrame, `target_column` no
            string; when the function is called, if a column has no tensor dtype.
        ValueError: if `shuffle` is not a bool, `x` and `y` differ in their index,
            or `target_column` is the name of a column of `x`.

    Behaviour: tf.estimator 2.15, but for the shuffled order, which was never reproducible there.
    """
    check_shuffle(shuffle)
    if not isinstance(target_column, str):
        raise TypeError(f"target_column must be a string type; got {target_column!r}")
    _check_frames(x, y, target_column)

    def input_fn() -> Any:
        capacity = max(1, len(x)) if queue_capacity is None else queue_capacity
        plan = make_plan(batch_size, num_epochs, shuffle, capacity, num_threads)
        features = _column_arrays(x)
        labels = {} if y is None else _column_arrays(y.to_frame() if y.ndim == 1 else y)
        if not len(x):
            raise ValueError("x cannot be an empty DataFrame")
        tensors = batch_tensors([*features.values(), *labels.values()], plan)
        batch = dict(zip(features, tensors, strict=False))
        targets = tensors[len(features) :]
        if y is None:
            return batch
        return batch, targets[0] if y.ndim == 1 else dict(zip(labels, targets, strict=True))

    return input_fn


def _check_frames(x: Any, y: Any, target_column: str) -> None:
    import pandas as pd

    if not isinstance(x, pd.DataFrame):
        raise TypeError(f"x must be a pandas DataFrame; got {type(x).__name__}")
    if y is None:
        return
    if not isinstance(y, pd.Series | pd.DataFrame):
        raise TypeError(f"y must be a pandas Series or DataFrame; got {type(y).__name__}")
    if target_column in x:
        raise ValueError(
            f"Cannot use name {target_column} for target column: DataFrame already has a column "
            f"with that name: {x.columns}"
        )
    if not x.index.equals(y.index):
        raise ValueError(
            f"Index for x and y are mismatched.\nIndex for x: {x.index}\nIndex for y: {y.index}\n"
        )


def _column_arrays(frame: pd.DataFrame) -> dict[Any, np.ndarray]:
    if not frame.columns.is_unique:
        twice = sorted(set(frame.columns[frame.columns.duplicated()]))
        raise ValueError(f"Column names must be unique; these come more than once: {twice}")
    return {name: _values(frame[name]) for name in frame.columns}


def _values(series: pd.Series) -> np.ndarray:
    """The column in the numpy dtype that it stands for; text as objects."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return series.to_numpy()
    if dtype.name == "category":
        return _values(series.astype(dtype.categories.dtype))
    # Nullable numbers name their numpy dtype; strings have none that a tensor could take.
    numpy_dtype = getattr(dtype, "numpy_dtype", np.dtype(object))
    if numpy_dtype.kind in "biuf" and not series.isna().any():
        return series.to_numpy(dtype=numpy_dtype)
    return series.to_numpy(dtype=object)
