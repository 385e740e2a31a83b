"""tf.contrib.factorization.WALSMatrixFactorization: `WALSModel` as an estimator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec.contrib.factorization._wals import WALSModel
from tfspec.contrib.learn._estimator import Estimator, ModeKeys, ModelFnOps

v1 = tf.compat.v1


class WALSMatrixFactorization(Estimator):
    """Factors a sparse matrix by weighted alternating least squares.

    Input functions give features: `INPUT_ROWS` and `INPUT_COLS`, float SparseTensors
    `[num_rows, num_cols]` with whole rows and `[num_cols, num_rows]` with whole columns; and for
    evaluation and projection `PROJECT_ROW`, a bool tensor, and maybe `PROJECTION_WEIGHTS`. A step
    fits the factors of the rows of a batch until each row was in one, then those of columns.

    Args:
        num_rows, num_cols: of the matrix.
        embedding_dimension: size of a factor.
        unobserved_weight, regularization_coeff, row_init, col_init: see `WALSModel`.
        num_row_shards, num_col_shards, row_weights, col_weights: see `WALSModel`.
        use_factors_weights_cache_for_training, use_gramian_cache_for_training: no effect.
        max_sweeps: after so many sweeps, over rows or columns, training ends.
        model_dir: the folder of checkpoints and event files.
        config: a `RunConfig`.
    """

    INPUT_ROWS = "input_rows"
    INPUT_COLS = "input_cols"
    PROJECT_ROW = "project_row"
    PROJECTION_WEIGHTS = "projection_weights"
    PROJECTION_RESULT = "projection"
    COMPLETED_SWEEPS = "completed_sweeps"
    LOSS = "WALS_loss"
    RWSE = "WALS_RWSE"

    def __init__(
        self,
        num_rows: int,
        num_cols: int,
        embedding_dimension: int,
        unobserved_weight: float = 0.1,
        regularization_coeff: float | None = None,
        row_init: Any = "random",
        col_init: Any = "random",
        num_row_shards: int = 1,
        num_col_shards: int = 1,
        row_weights: Any = 1,
        col_weights: Any = 1,
        use_factors_weights_cache_for_training: bool = True,
        use_gramian_cache_for_training: bool = True,
        max_sweeps: int | None = None,
        model_dir: str | None = None,
        config: Any = None,
    ) -> None:
        arguments = (
            num_rows, num_cols, embedding_dimension, unobserved_weight, regularization_coeff,
            row_init, col_init, num_row_shards, num_col_shards, row_weights, col_weights,
        )
        self._shards = num_row_shards, num_col_shards
        params = {"model": arguments, "sizes": (num_rows, num_cols), "max_sweeps": max_sweeps}
        super().__init__(model_fn=_model_fn, params=params, model_dir=model_dir, config=config)

    def get_row_factors(self) -> list[np.ndarray]:
        """The rows' factors, a list of the shards' arrays."""
        return self._values("row")

    def get_col_factors(self) -> list[np.ndarray]:
        """The columns' factors, a list of the shards' arrays."""
        return self._values("col")

    def _values(self, side: str) -> list[np.ndarray]:
        count = self._shards[side == "col"]
        return [self.get_variable_value(f"{side}_factors_shard_{n}") for n in range(count)]

    def get_projections(self, input_fn: Callable[[], Any]) -> Iterator[np.ndarray]:
        """The factors of the rows, or columns, that `input_fn` gives."""
        results = self.predict(input_fn=input_fn)
        return (result[self.PROJECTION_RESULT] for result in results)


_Names = WALSMatrixFactorization


def _model_fn(features: Any, labels: Any, mode: str, params: Any) -> ModelFnOps:
    model = WALSModel(*params["model"])
    if mode == ModeKeys.TRAIN:
        return _training(model, features, params)
    is_row = features[_Names.PROJECT_ROW]
    if mode == ModeKeys.INFER:
        weights = features.get(_Names.PROJECTION_WEIGHTS)
        projection = v1.cond(
            is_row,
            lambda: model.project_row_factors(features[_Names.INPUT_ROWS], False, weights),
            lambda: model.project_col_factors(features[_Names.INPUT_COLS], True, weights),
        )
        return ModelFnOps(mode, {_Names.PROJECTION_RESULT: projection})

    def loss_of(result: tuple[Any, ...]) -> tf.Tensor:
        _, _, loss, regularization, _ = result
        return loss + regularization

    loss = v1.cond(
        is_row,
        lambda: loss_of(model.update_row_factors(features[_Names.INPUT_ROWS], False)),
        lambda: loss_of(model.update_col_factors(features[_Names.INPUT_COLS], True)),
    )
    return ModelFnOps(mode, {}, loss, tf.no_op(), {})


class _Sweeps:
    """What training keeps about sweeps, variables of the checkpoint."""

    def __init__(self, rows: int, cols: int) -> None:
        self.is_row = _state(True, "is_row_sweep")
        self.is_done = _state(False, "is_sweep_done")
        self.completed = _state(0, _Names.COMPLETED_SWEEPS)
        self.loss = _state(0.0, _Names.LOSS)
        self.error = _state(0.0, _Names.RWSE)
        self.processed_rows = _state([False] * rows, "processed_rows")
        self.processed_cols = _state([False] * cols, "processed_cols")

    def switch(self) -> tf.Operation:
        """To the other side, of which nothing is done."""
        other = v1.assign(self.is_row, tf.logical_not(self.is_row))
        seen = (self.processed_rows, self.processed_cols)
        return tf.group(other, *[v1.assign(s, tf.zeros_like(s)) for s in seen])

    def fit(self, result: tuple[Any, ...], processed: tf.Variable, items: Any) -> tf.Operation:
        """One update, and what it means for the sweep."""
        _, update, loss, regularization, weights = result
        values = [
            v1.assign(self.loss, loss + regularization),
            v1.assign(self.error, tf.sqrt(loss / weights)),
        ]
        with tf.control_dependencies([update, *values]):
            seen = v1.scatter_update(processed, items, tf.ones_like(items, tf.bool))
        with tf.control_dependencies([tf.group(seen)]):
            is_done = tf.reduce_all(tf.identity(processed))
            return tf.group(
                v1.assign(self.is_done, is_done),
                v1.assign_add(self.completed, tf.cast(is_done, tf.int32)),
            )


def _state(value: Any, name: str) -> tf.Variable:
    return v1.Variable(value, trainable=False, name=name)


def _training(model: WALSModel, features: Any, params: Any) -> ModelFnOps:
    """A step: the next sweep's start, if one has ended, and an update."""
    sweeps = _Sweeps(*params["sizes"])
    rows, cols = features[_Names.INPUT_ROWS], features[_Names.INPUT_COLS]
    step = v1.train.get_or_create_global_step()

    def of_rows() -> tf.Operation:
        result = model.update_row_factors(rows, False)
        return sweeps.fit(result, sweeps.processed_rows, rows.indices[:, 0])

    def of_cols() -> tf.Operation:
        result = model.update_col_factors(cols, True)
        return sweeps.fit(result, sweeps.processed_cols, cols.indices[:, 0])

    with tf.control_dependencies([_if(sweeps.is_done, sweeps.switch, tf.no_op)]):
        is_row = tf.identity(sweeps.is_row)
    # A sweep leaves the other side's factors as they are, so that each of its steps may prepare.
    prepared = _if(is_row, lambda: model.prepare(True), lambda: model.prepare(False))
    with tf.control_dependencies([prepared]):
        fitted = _if(is_row, of_rows, of_cols)
    with tf.control_dependencies([fitted]):
        loss = tf.identity(sweeps.loss)
        v1.summary.scalar("loss", loss)
        v1.summary.scalar("root_weighted_squared_error", tf.identity(sweeps.error))
        completed = tf.identity(sweeps.completed)
        v1.summary.scalar("completed_sweeps", completed)
        train = tf.group(v1.assign_add(step, 1))
    last = params["max_sweeps"]
    hooks = [] if last is None else [_StopAtSweep(completed, last)]
    return ModelFnOps(ModeKeys.TRAIN, {}, loss, train, {}, training_hooks=hooks)


def _if(condition: Any, act: Callable[[], Any], otherwise: Callable[[], Any]) -> tf.Operation:
    return tf.group(v1.cond(condition, lambda: tf.group(act()), lambda: tf.group(otherwise())))


class _StopAtSweep(v1.train.SessionRunHook):
    """Stops after so many sweeps."""

    def __init__(self, completed: tf.Tensor, last: int) -> None:
        self._completed, self._last = completed, last

    def before_run(self, run_context: Any) -> Any:
        return v1.train.SessionRunArgs(self._completed)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        if run_values.results >= self._last:
            run_context.request_stop()
