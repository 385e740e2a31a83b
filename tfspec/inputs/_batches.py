"""Batches of rows from arrays in memory, as graph tensors.

The arrays stay in Python: a graph that held them would be written out with every
checkpoint, and could not pass 2 GB. The graph counts batches and asks for their rows.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

_LOG = logging.getLogger("tfspec")


class BatchPlan(NamedTuple):
    """How rows become batches: the arguments that both input functions share.

    `passes` is the number of epochs, None for no end; `buffered_rows` how many rows may
    wait ready-made.
    """

    batch_size: int
    passes: int | None
    shuffle: bool
    buffered_rows: int


def make_plan(
    batch_size: int,
    num_epochs: int | None,
    shuffle: bool | None,
    queue_capacity: int,
    num_threads: int,
) -> BatchPlan:
    """Checks the shared arguments and returns the plan they ask for.

    Raises:
        ValueError: `shuffle` is not a bool, or a number is too small.
    """
    check_shuffle(shuffle)
    for name, value, least in (
        ("batch_size", batch_size, 1),
        ("num_epochs", 0 if num_epochs is None else num_epochs, 0),
        ("queue_capacity", queue_capacity, 1),
        ("num_threads", num_threads, 1),
    ):
        if value < least:
            raise ValueError(f"{name} must be at least {least}; got {value}")
    if num_threads > 1 and num_epochs is not None:
        _LOG.warning(
            "num_epochs=%s counts per thread, as in tf.estimator: with num_threads=%s every row "
            "comes %s times. Use num_threads=1 to limit epochs.",
            num_epochs, num_threads, num_epochs * num_threads,
        )  # fmt: skip
    passes = None if num_epochs is None else num_epochs * num_threads
    return BatchPlan(int(batch_size), passes, shuffle, int(queue_capacity))


def check_shuffle(shuffle: bool | None) -> None:
    """Raises ValueError unless `shuffle` was given as a bool."""
    if not isinstance(shuffle, bool):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean (it is recommended to set it "
            f"as True for training); got {shuffle}"
        )


class _RowOrder:
    """Row numbers of the nth batch: a pure function of n, so batches may be made in any order."""

    def __init__(self, rows: int, plan: BatchPlan, seed: Sequence[int] | None) -> None:
        self._rows = rows
        self._plan = plan
        # Without a seed every input function gets its own order, as the original's did.
        self._entropy = np.random.SeedSequence(seed).entropy
        self._epoch = functools.lru_cache(maxsize=2)(self._permutation)

    @property
    def batches(self) -> int:
        """How many there are: the last one may be short."""
        if self._plan.passes is None:
            return np.iinfo(np.int64).max
        return -(-self._rows * self._plan.passes // self._plan.batch_size)

    def __call__(self, number: int) -> np.ndarray:
        size, passes = self._plan.batch_size, self._plan.passes
        start = int(number) * size
        end = start + size if passes is None else min(start + size, self._rows * passes)
        positions = np.arange(start, end)
        if not self._plan.shuffle:
            return positions % self._rows
        epochs, offsets = np.divmod(positions, self._rows)
        parts = [self._epoch(int(e))[offsets[epochs == e]] for e in np.unique(epochs)]
        return np.concatenate(parts) if parts else positions

    def _permutation(self, epoch: int) -> np.ndarray:
        sequence = np.random.SeedSequence(self._entropy, spawn_key=(epoch,))
        return np.random.default_rng(sequence).permutation(self._rows)


def batch_tensors(columns: Sequence[np.ndarray], plan: BatchPlan) -> list[tf.Tensor]:
    """Adds an iterator over batches of `columns` to the default graph.

    Args:
        columns: arrays `[rows, ...]` of one length, at least one row.
        plan: batch size, epochs, order.

    Returns:
        A tensor `[batch, ...]` for each column; batch is static if epochs never end.

    Raises:
        RuntimeError: if called eagerly: the tensors stand for one batch after the other.
        TypeError: if an array of objects holds something other than text.
    """
    if tf.executing_eagerly():
        raise RuntimeError(
            "The input function is not compatible with eager execution: call it inside a "
            "tf.Graph, as an Estimator does, or use tf.data.Dataset.from_tensor_slices."
        )
    columns = [_as_feedable(column) for column in columns]
    dtypes = [_tensor_dtype(column) for column in columns]
    batch = plan.batch_size if plan.passes is None else None
    # One seed is drawn if rows are shuffled and none if not, as the original's queues did:
    # the seeds of the model's own random ops follow from how many were drawn before.
    seed = tf.compat.v1.get_seed(None) if plan.shuffle else (None, None)
    order = _RowOrder(len(columns[0]), plan, None if seed[0] is None else seed)

    def rows(number: np.ndarray) -> list[np.ndarray]:
        chosen = order(number)
        return [column[chosen] for column in columns]

    def make_batch(number: tf.Tensor) -> tuple[tf.Tensor, ...]:
        tensors = tf.numpy_function(rows, [number], dtypes)
        for tensor, column in zip(tensors, columns, strict=True):
            tensor.set_shape([batch, *column.shape[1:]])
        return tuple(tensors)

    dataset = tf.data.Dataset.range(order.batches).map(make_batch)
    dataset = dataset.prefetch(max(1, plan.buffered_rows // plan.batch_size))
    return list(_iterator_without_seed(dataset).get_next())


def _iterator_without_seed(dataset: tf.data.Dataset) -> tf.compat.v1.data.Iterator:
    # It would draw a seed for a dataset that has no use for one. One-shot, because callers of
    # an input function know of no iterator to initialize.
    graph = tf.compat.v1.get_default_graph()
    seed, graph.seed = graph.seed, None
    try:
        return tf.compat.v1.data.make_one_shot_iterator(dataset)
    finally:
        graph.seed = seed


def _as_feedable(column: np.ndarray) -> np.ndarray:
    """`column` itself, or for text an object array of bytes: encoded once, not per batch."""
    if column.dtype.kind not in "OU":
        return column
    flat = [value.encode() if isinstance(value, str) else value for value in column.flat]
    for value in flat:
        if not isinstance(value, bytes):
            raise TypeError(
                f"An array of dtype {column.dtype} must hold str or bytes only; got {value!r} of "
                f"type {type(value).__name__}. Fill missing values, or convert to a numeric dtype."
            )
    encoded = np.empty(len(flat), dtype=object)
    encoded[:] = flat
    return encoded.reshape(column.shape)


def _tensor_dtype(column: np.ndarray) -> tf.DType:
    return tf.string if column.dtype.kind in "OS" else tf.as_dtype(column.dtype)
