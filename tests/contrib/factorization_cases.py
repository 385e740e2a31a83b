"""Factorizations of tf.contrib.factorization, alike with TensorFlow 1.15 and with tfspec."""

from __future__ import annotations

import functools
import tempfile

import numpy as np

from tests.contrib.recorded import numbers

ROWS, COLS, SIZE = 5, 7, 2
MATRIX = np.maximum(numbers("matrix", [ROWS, COLS], 3), 0)
MATRIX[range(5), range(5)] = MATRIX[[0, 1], [5, 6]] = 0.5  # something in each row and column


def sparse(tf, matrix, rows=None):
    """The entries of a matrix, of some rows."""
    at = np.argwhere(matrix)
    at = at if rows is None else at[np.isin(at[:, 0], rows)]
    return tf.SparseTensor(
        at.astype(np.int64), matrix[tuple(at.T)], np.array(matrix.shape, np.int64)
    )


def starts(shards):
    rows, cols = numbers("rows", [ROWS, SIZE]), numbers("cols", [COLS, SIZE])
    if shards == 1:
        return rows, cols
    return np.array_split(rows, shards), lambda: np.array_split(cols, shards)


def model(tf, shards=1, weights=(1, 1), regularization=0.3, transpose=False):
    """Two sweeps over rows and columns in batches, then projections of new rows and columns."""
    row_init, col_init = starts(shards)
    made = tf.contrib.factorization.WALSModel(
        ROWS, COLS, SIZE, 0.2, regularization, row_init, col_init, shards, shards, *weights
    )
    if transpose:
        rows = made.update_row_factors(sparse(tf, MATRIX.T), transpose_input=True), None
    else:
        rows = [made.update_row_factors(sparse(tf, MATRIX, part)) for part in ([3, 0, 2], [1, 4])]
    cols = made.update_col_factors(sparse(tf, MATRIX))
    projected = [
        made.project_row_factors(sparse(tf, MATRIX[::-1]), projection_weights=0.5),
        made.project_col_factors(
            sparse(tf, 2 * MATRIX.T), transpose_input=True,
            projection_weights=np.arange(1.0, COLS + 1, dtype=np.float32),
        ),
    ]
    found = []
    with tf.Session() as session:
        session.run(made.initialize_op)
        session.run(made.worker_init)
        for _ in range(2):
            session.run(made.row_update_prep_gramian_op)
            session.run(made.initialize_row_update_op)
            for values, update, *losses in [part for part in rows if part is not None]:
                found += session.run([values, *losses])
                session.run(update)
            session.run(made.col_update_prep_gramian_op)
            session.run(made.initialize_col_update_op)
            values, update, *losses = cols
            found += session.run([values, *losses])
            session.run(update)
        found += session.run([*made.row_factors, *made.col_factors])
        for prepare, start, projection in (
            (made.row_update_prep_gramian_op, made.initialize_row_update_op, projected[0]),
            (made.col_update_prep_gramian_op, made.initialize_col_update_op, projected[1]),
        ):
            session.run(prepare)
            session.run(start)
            found.append(session.run(projection))
    return found


def estimator(tf, steps=5, max_sweeps=None, shards=1):
    """Factors, losses, sweeps and projections of the estimator."""
    kind = tf.contrib.factorization.WALSMatrixFactorization
    row_init, col_init = starts(shards)
    made = kind(
        ROWS, COLS, SIZE, 0.2, 0.3, row_init, col_init, shards, shards, max_sweeps=max_sweeps,
        model_dir=tempfile.mkdtemp(),
    )

    def features(**more):
        return {
            kind.INPUT_ROWS: sparse(tf, MATRIX),
            kind.INPUT_COLS: sparse(tf, MATRIX.T),
            **{name: tf.constant(value) for name, value in more.items()},
        }, None

    made.fit(input_fn=lambda: features(), steps=steps)
    made.fit(input_fn=lambda: features(), steps=2)
    found = [*made.get_row_factors(), *made.get_col_factors()]
    names = ("completed_sweeps", "WALS_loss", "WALS_RWSE", "is_row_sweep", "global_step")
    found += [np.asarray(made.get_variable_value(name), np.float32) for name in names]
    for is_row in (True, False):
        asked = functools.partial(features, project_row=is_row)
        found.append(np.float32(made.evaluate(input_fn=asked, steps=1)["loss"]))
        weighted = functools.partial(asked, projection_weights=0.5)
        for function in (asked, weighted):
            rows = made.get_projections(function)
            count = ROWS if is_row else COLS
            found.append(np.array([next(rows) for _ in range(count)]))
    return [*found, np.array(sorted(made.get_variable_names()))]


def case(function, **settings):
    return functools.partial(function, **settings)


CASES = {
    "model": case(model),
    "model, transposed": case(model, transpose=True, regularization=None),
    "model, sharded": case(model, shards=2, weights=([[1, 2, 3], [4, 5]], [[1] * 4, [2] * 3])),
    "model, weights": case(model, weights=([1, 2, 3, 4, 5], 0.5)),
    "model, unweighted": case(model, weights=(None, None)),
    "estimator": case(estimator),
    "estimator of two sweeps": case(estimator, max_sweeps=2, shards=2),
}
