"""tf.contrib.factorization.WALSModel: the graph of weighted alternating least squares."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

v1 = tf.compat.v1


class _Side(NamedTuple):
    """Of one kind of factors, rows or columns: what `WALSModel` keeps."""

    count: int
    factors: list[tf.Variable]
    weights: list[tf.Variable] | None
    gramian: tf.Variable


class WALSModel:
    """Factors of a sparse matrix, rows and columns in turn fitted by least squares.

    An update of rows: run `row_update_prep_gramian_op` and `initialize_row_update_op`, then the op
    of `update_row_factors` for batches until each row was in one; columns likewise.

    Args:
        input_rows, input_cols: how many rows and columns the matrix has.
        n_components: size of a factor.
        unobserved_weight: weight of entries that aren't given, taken for 0.
        regularization: weight of the factors' squares, or None.
        row_init, col_init: the first factors: `random`, an array or tensor, a list of one for
            each shard, or a function that returns one of these.
        num_row_shards, num_col_shards: over how many variables factors are spread.
        row_weights, col_weights: a number, one for each row or column, or a list of such for each
            shard; both may be None for `unobserved_weight` alone.
        use_factors_weights_cache, use_gramian_cache: no effect: nothing is copied.
        use_scoped_vars: whether variables are created in name scopes.

    Raises:
        ValueError: weights of another kind, only one of both, or not one for each shard.
    """

    def __init__(
        self,
        input_rows: int,
        input_cols: int,
        n_components: int,
        unobserved_weight: float = 0.1,
        regularization: float | None = None,
        row_init: Any = "random",
        col_init: Any = "random",
        num_row_shards: int = 1,
        num_col_shards: int = 1,
        row_weights: Any = 1,
        col_weights: Any = 1,
        use_factors_weights_cache: bool = True,
        use_gramian_cache: bool = True,
        use_scoped_vars: bool = False,
    ) -> None:
        if (row_weights is None) != (col_weights is None):
            raise ValueError("row_weights and col_weights must both be None, or neither.")
        self._unobserved_weight, self._regularization = unobserved_weight, regularization
        self._components = n_components
        sizes = {
            "row": _shard_sizes(input_rows, num_row_shards),
            "col": _shard_sizes(input_cols, num_col_shards),
        }
        made = {}
        for what, given in (
            ("weights", {"row": row_weights, "col": col_weights}),
            ("factors", {"row": row_init, "col": col_init}),
        ):
            create = _weights if what == "weights" else self._factors
            for side in ("row", "col"):
                name = f"{side}_{what}"
                with v1.name_scope(name if use_scoped_vars else None):
                    made[name] = create(name, given[side], sizes[side])
        for side in ("row", "col"):
            zeros = tf.zeros([n_components, n_components])
            made[f"{side}_gramian"] = v1.Variable(zeros, name=f"{side}_gramian")
        self._rows, self._cols = (
            _Side(
                sum(sizes[side]),
                made[f"{side}_factors"],
                made[f"{side}_weights"],
                made[f"{side}_gramian"],
            )
            for side in ("row", "col")
        )
        with v1.name_scope("row_prepare_gramian"):
            self._row_prep = _assign_gramian(self._cols)
        with v1.name_scope("col_prepare_gramian"):
            self._col_prep = _assign_gramian(self._rows)

    def _factors(self, name: str, init: Any, sizes: Sequence[int]) -> list[tf.Variable]:
        init = init() if callable(init) else init
        is_random = isinstance(init, str) and init == "random"
        if not is_random:
            init = init if isinstance(init, list) else [init]
            _one_for_each_shard(name, init, sizes)
        return [
            v1.Variable(
                lambda n=n, size=size: (
                    tf.random.normal([size, self._components]) if is_random else init[n]
                ),
                dtype=tf.float32,
                name=f"{name}_shard_{n}",
            )
            for n, size in enumerate(sizes)
        ]

    @property
    def row_factors(self) -> list[tf.Variable]:
        """The rows' factors, a list of the shards' variables."""
        return self._rows.factors

    @property
    def col_factors(self) -> list[tf.Variable]:
        """The columns' factors, a list of the shards' variables."""
        return self._cols.factors

    @property
    def row_weights(self) -> list[tf.Variable] | None:
        """The rows' weights, a list of the shards' variables."""
        return self._rows.weights

    @property
    def col_weights(self) -> list[tf.Variable] | None:
        """The columns' weights, a list of the shards' variables."""
        return self._cols.weights

    @property
    def initialize_op(self) -> tf.Operation:
        """The op that initializes all of the model's variables."""
        return v1.variables_initializer(
            [
                *self._rows.factors,
                *self._cols.factors,
                self._rows.gramian,
                self._cols.gramian,
                *(self._rows.weights or []),
                *(self._cols.weights or []),
            ]
        )

    @property
    def worker_init(self) -> tf.Operation:
        """An op that workers run before the first update; does nothing here."""
        return tf.no_op("worker_init")

    @property
    def row_update_prep_gramian_op(self) -> tf.Operation:
        """The op to run before rows are updated: the columns' gramian."""
        return self._row_prep

    @property
    def col_update_prep_gramian_op(self) -> tf.Operation:
        """The op to run before columns are updated: the rows' gramian."""
        return self._col_prep

    def prepare(self, rows: bool) -> tf.Operation:
        """A new op to run before rows, or columns, are updated."""
        return _assign_gramian(self._cols if rows else self._rows)

    @property
    def initialize_row_update_op(self) -> tf.Operation:
        """An op that workers run before rows are updated; does nothing here."""
        return tf.no_op()

    @property
    def initialize_col_update_op(self) -> tf.Operation:
        """An op that workers run before columns are updated; does nothing here."""
        return tf.no_op()

    def update_row_factors(self, sp_input: Any = None, transpose_input: bool = False) -> Any:
        """Fits the factors of the rows in `sp_input`.

        Args:
            sp_input: a float SparseTensor `[rows, columns]` with all entries of some rows.
            transpose_input: whether it is `[columns, rows]`.

        Returns:
            A tuple of: the new factors, in the order in which rows come first; the op that
            updates; the loss, estimated for all rows, without and of the regularization; the
            sum of all weights.
        """
        return self._fit(self._rows, self._cols, sp_input, transpose_input, True, "row_update")

    def update_col_factors(self, sp_input: Any = None, transpose_input: bool = False) -> Any:
        """Fits the factors of the columns in `sp_input`: see `update_row_factors`.

        Args:
            sp_input: a float SparseTensor `[rows, columns]` with all entries of some columns.
            transpose_input: whether it is `[columns, rows]`.
        """
        return self._fit(
            self._cols, self._rows, sp_input, not transpose_input, True, "col_update"
        )

    def project_row_factors(
        self, sp_input: Any = None, transpose_input: bool = False, projection_weights: Any = None
    ) -> tf.Tensor:
        """The factors that rows would get, which may be new ones.

        Args:
            sp_input: a float SparseTensor `[rows, columns]`.
            transpose_input: whether it is `[columns, rows]`.
            projection_weights: of the rows, a number or one for each; 1 by default.
        """
        weights = 1 if projection_weights is None else projection_weights
        return self._fit(self._rows, self._cols, sp_input, transpose_input, weights)[0]

    def project_col_factors(
        self, sp_input: Any = None, transpose_input: bool = False, projection_weights: Any = None
    ) -> tf.Tensor:
        """The factors that columns would get: see `project_row_factors`."""
        weights = 1 if projection_weights is None else projection_weights
        return self._fit(self._cols, self._rows, sp_input, not transpose_input, weights)[0]

    def _fit(
        self,
        left: _Side,
        right: _Side,
        given: tf.SparseTensor,
        transposed: bool,
        weights: Any,
        name: str | None = None,
    ) -> tuple[Any, ...]:
        """Fits factors of the left side; `weights` are True for the side's own."""
        first = 1 if transposed else 0
        indices, rows = tf.unique(given.indices[:, first])
        others, cols = tf.unique(given.indices[:, 1 - first])
        factors = _lookup(right.factors, others)
        weighted = left.weights is not None
        if not weighted:
            row_weights = None
        elif weights is True:
            row_weights = _lookup(left.weights, indices)
        else:
            row_weights = tf.broadcast_to(tf.cast(weights, tf.float32), tf.shape(indices))
        col_weights = _lookup(right.weights, others) if weighted else None
        at = tf.stack([rows, cols], 1)
        shape = tf.stack([tf.size(indices), tf.size(others)])
        entry_weights = (
            tf.gather(row_weights, rows) * tf.gather(col_weights, cols)
            if weighted
            else tf.zeros_like(given.values)
        )

        def times(values: tf.Tensor, dense: tf.Tensor) -> tf.Tensor:
            sparse = tf.SparseTensor(tf.cast(at, tf.int64), values, tf.cast(shape, tf.int64))
            return tf.sparse.sparse_dense_matmul(sparse, dense)

        fitted = self._solve(right, factors, given.values, entry_weights, times, weighted)
        update = None
        if name is not None:
            update = _update(left, indices, fitted, name)
        approximate = tf.reduce_sum(tf.gather(fitted, rows) * tf.gather(factors, cols), 1)
        return (
            fitted,
            update,
            *self._losses(left, right, fitted, given.values, approximate, entry_weights),
        )

    def _solve(
        self,
        right: _Side,
        factors: tf.Tensor,
        values: tf.Tensor,
        weights: tf.Tensor,
        times: Any,
        weighted: bool,
    ) -> tf.Tensor:
        """The factors of least squares, `[rows, n_components]`."""
        size = self._components
        common = self._unobserved_weight * tf.convert_to_tensor(right.gramian)
        if self._regularization is not None:
            common += self._regularization * tf.eye(size)
        wanted = times((self._unobserved_weight + weights) * values, factors)
        if not weighted:
            return tf.transpose(tf.linalg.solve(common, tf.transpose(wanted)))
        squares = tf.reshape(factors[:, :, None] * factors[:, None, :], [-1, size * size])
        own = tf.reshape(times(weights, squares), [-1, size, size])
        return tf.linalg.solve(common + own, wanted[:, :, None])[:, :, 0]

    def _losses(
        self,
        left: _Side,
        right: _Side,
        fitted: tf.Tensor,
        values: tf.Tensor,
        approximate: tf.Tensor,
        weights: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The loss without regularization, that of regularization, and the sum of weights."""
        share = left.count / tf.cast(tf.shape(fitted)[0], tf.float32)
        errors = tf.square(values - approximate)
        gramian, other = tf.matmul(fitted, fitted, True), tf.convert_to_tensor(right.gramian)
        unobserved = (
            tf.reduce_sum(errors)
            - tf.reduce_sum(tf.square(approximate))
            + tf.linalg.trace(tf.matmul(gramian, other))
        )
        loss = self._unobserved_weight * unobserved + tf.reduce_sum(weights * errors)
        regularization = tf.constant(0.0)
        if self._regularization is not None:
            regularization = self._regularization * (
                tf.linalg.trace(gramian) * share + tf.linalg.trace(other)
            )
        total = self._unobserved_weight * float(left.count * right.count)
        return loss * share, regularization, total + tf.reduce_sum(weights) * share


def _shard_sizes(count: int, shards: int) -> list[int]:
    size, more = divmod(count, shards)
    return [size + 1] * more + [size] * (shards - more)


def _one_for_each_shard(name: str, given: Sequence[Any], sizes: Sequence[int]) -> None:
    if len(given) != len(sizes):
        raise ValueError(f"{name}: {len(given)} values are given for {len(sizes)} shards.")


def _weights(name: str, given: Any, sizes: Sequence[int]) -> list[tf.Variable] | None:
    """The variables of the shards' weights."""
    if given is None:
        return None
    if isinstance(given, Iterable):
        if len(sizes) == 1 and len(given) == sizes[0]:
            given = [given]
        _one_for_each_shard(name, given, sizes)
    elif isinstance(given, numbers.Real) and given >= 0:
        given = [given * tf.ones([size]) for size in sizes]
    else:
        raise ValueError(
            "Invalid weight initialization argument. Must be one of these: None, a real "
            "non-negative real number, or a list of lists of non-negative real numbers (or "
            "equivalent iterables) corresponding to sharded factors."
        )
    return [
        v1.Variable(lambda n=n: given[n], dtype=tf.float32, name=f"{name}_shard_{n}")
        for n in range(len(sizes))
    ]


def _assign_gramian(side: _Side) -> tf.Operation:
    return v1.assign(
        side.gramian, tf.add_n([tf.matmul(part, part, True) for part in side.factors])
    ).op


def _lookup(parts: list[tf.Variable], ids: tf.Tensor) -> tf.Tensor:
    return v1.nn.embedding_lookup(parts, ids, partition_strategy="div")


def _update(side: _Side, ids: tf.Tensor, values: tf.Tensor, name: str) -> tf.Operation:
    """Sets factors, each in its shard."""
    if len(side.factors) == 1:
        return v1.scatter_update(side.factors[0], ids, values, name=name).op
    size, more = divmod(side.count, len(side.factors))
    larger = ids // (size + 1)  # the first shards have one more
    shard = tf.maximum(larger, (ids - more) // max(size, 1))
    inner = tf.where(shard < more, ids % (size + 1), (ids - more) % max(size, 1))
    parts = [
        tf.dynamic_partition(part, tf.cast(shard, tf.int32), len(side.factors))
        for part in (inner, values)
    ]
    updates = [
        v1.scatter_update(factor, *part).op
        for factor, *part in zip(side.factors, *parts, strict=True)
    ]
    return tf.group(*updates, name=name)
