"""`LinearSDCA`: stochastic dual coordinate ascent for linear models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec import _tf
from tfspec.canned._columns import Weights, parts
from tfspec.canned._specs import Batch
from tfspec.heads import BinaryClassHead, Head, MultiClassHead

v1 = tf.compat.v1

# Room for this many examples before the table of their states first grows.
_TABLE_BUCKETS = 1 << 17
_LOGISTIC, _SQUARED = "logistic_loss", "squared_loss"


class LinearSDCA:
    """Trains linear models by stochastic dual coordinate ascent.

    Give it to a linear estimator as its optimizer. Each example has a dual variable, kept under
    the example's id, so no learning rate is needed: see Shalev-Shwartz and Zhang,
    https://arxiv.org/abs/1209.1873.

        classifier = LinearClassifier(
            columns, optimizer=LinearSDCA("id", symmetric_l2_regularization=0.1))

    It takes two classes (logistic loss) or one number (squared loss), and columns that are
    categorical, bucketized, crossed, weighted, or dense vectors.

    Args:
        example_id_column: the feature with each example's id, strings `[batch]`, unique and
            the same in every epoch.
        num_loss_partitions: how many workers train at once; too many is safe, and slower.
        num_table_shards: into how many tables the examples' states are split; None for one.
        symmetric_l1_regularization: weight of the sum of absolute weights, 0 or more.
        symmetric_l2_regularization: weight of the sum of squared weights, above 0.
        adaptive: whether examples that changed more come up more often.

    Raises:
        ValueError: a number out of its range.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        example_id_column: str,
        num_loss_partitions: int = 1,
        num_table_shards: int | None = None,
        symmetric_l1_regularization: float = 0.0,
        symmetric_l2_regularization: float = 1.0,
        adaptive: bool = False,
    ) -> None:
        if symmetric_l1_regularization < 0:
            raise ValueError(
                "symmetric_l1_regularization should be non-negative. "
                f"Given: {symmetric_l1_regularization}"
            )
        if symmetric_l2_regularization <= 0:
            raise ValueError(
                "symmetric_l2_regularization should be positive. "
                f"Given: {symmetric_l2_regularization}"
            )
        shards = 1 if num_table_shards is None else num_table_shards
        for name, value in (
            ("num_loss_partitions", num_loss_partitions),
            ("num_table_shards", shards),
        ):
            if value < 1:
                raise ValueError(f"{name} should be at least 1. Given: {value}")
        self._example_id_column = example_id_column
        self._num_loss_partitions = num_loss_partitions
        self._num_table_shards = shards
        self._l1 = symmetric_l1_regularization
        self._l2 = symmetric_l2_regularization
        self._adaptive = adaptive

    def get_train_step(
        self,
        state_manager: Any,
        weight_column_name: str | None,
        loss_type: str,
        feature_columns: Sequence[Any],
        features: Mapping[str, Any],
        targets: tf.Tensor,
        bias_var: Any,
        global_step: tf.Variable,
    ) -> tuple[SDCAModel, tf.Operation]:
        """Adds one pass over the batch to the graph.

        Args:
            state_manager: knows the variable `weights` of each column: `get_variable(column,
                "weights")`.
            weight_column_name: the feature with the weights of the examples, or None.
            loss_type: `logistic_loss`, `squared_loss`, or another that `SdcaOptimizerV2` knows.
            feature_columns: the model's columns.
            features: the features by name.
            targets: the labels, `[batch]` or `[batch, 1]`.
            bias_var: the variable of the bias.
            global_step: counts the step.

        Returns:
            The model, and the op that improves its unshrunk weights: `model.update_weights(op)`
            then hands these on to the weights that predict.

        Raises:
            ValueError: a dense column of rank 2 or more.
        """
        inputs = _inputs(feature_columns, features, state_manager, bias_var)
        example_weights = tf.ones([inputs.size])
        if weight_column_name is not None:
            example_weights = tf.reshape(features[weight_column_name], [-1])
        model = SDCAModel(self, inputs.sparse, inputs.dense)
        model.summarize()
        with v1.name_scope("sdca"):
            train_op = model.minimize(
                ids=tf.reshape(features[self._example_id_column], [-1]),
                labels=tf.cast(tf.reshape(targets, [-1]), tf.float32),
                example_weights=tf.cast(example_weights, tf.float32),
                loss_type=loss_type,
                global_step=global_step,
            )
        return model, train_op


class _Sparse(NamedTuple):
    """A column of ids in a batch: entry i adds `values[i]` of `ids[i]` to example `examples[i]`."""

    examples: tf.Tensor  # int64 [entries]
    ids: tf.Tensor  # int64 [entries]
    values: tf.Tensor  # float [entries]
    weights: Any


class _Dense(NamedTuple):
    """A column of vectors in a batch."""

    values: tf.Tensor  # float [batch, size]
    weights: Any


class _Inputs(NamedTuple):
    sparse: list[_Sparse]
    dense: list[_Dense]  # the last is the bias: ones
    size: tf.Tensor


def _inputs(
    columns: Sequence[Any], features: Mapping[str, Any], state: Any, bias: Any
) -> _Inputs:
    kinds = _tf.feature_columns()
    cache = kinds.FeatureTransformationCache(features)
    sparse, dense = [], []
    for column in sorted(columns, key=lambda column: column.name):
        weights = state.get_variable(column, "weights")
        if isinstance(column, kinds.CategoricalColumn):
            pair = column.get_sparse_tensors(cache, state)
            sparse.append(_Sparse(*_entries(pair.id_tensor, pair.weight_tensor), weights))
            continue
        rank = len(column.variable_shape)
        if rank > 1:
            raise ValueError(f"Column {type(column).__name__} has rank {rank}, larger than 1.")
        dense.append(_Dense(column.get_dense_tensor(cache, state), weights))
    any_feature = next(iter(features.values()))
    size = tf.shape(any_feature)[0]
    dense.append(_Dense(tf.ones([size, 1]), bias))
    return _Inputs(sparse, dense, size)


def _entries(ids: tf.SparseTensor, weights: tf.SparseTensor | None) -> tuple[tf.Tensor, ...]:
    """Example, id and value of each entry: none of an unknown id, each id once per example."""
    known = ids.values >= 0
    examples = tf.boolean_mask(ids.indices[:, 0], known)
    values = tf.ones_like(ids.values, tf.float32)
    if weights is not None:
        values = tf.cast(weights.values, tf.float32)
    values = tf.boolean_mask(values, known)
    numbers = tf.cast(tf.boolean_mask(ids.values, known), tf.int64)
    span = tf.reduce_max(numbers) + 1
    pairs, position = tf.unique(examples * span + numbers)
    return pairs // span, pairs % span, tf.math.unsorted_segment_sum(
        values, position, tf.size(pairs)
    )  # fmt: skip


class SDCAModel:
    """The primal and dual variables of a linear model that SDCA trains.

    Weights come in two versions: unshrunk ones, which the ascent changes, and those that
    predict, which L1 regularization pulls towards zero.
    """

    def __init__(
        self, optimizer: LinearSDCA, sparse: Sequence[_Sparse], dense: Sequence[_Dense]
    ) -> None:
        self._optimizer = optimizer
        self._sparse = sparse
        self._dense = dense
        self._weights = [column.weights for column in (*sparse, *dense)]
        self._unshrunk = [
            [
                tf.Variable(tf.zeros(part.shape), name=f"{part.op.name}_unshrunk")
                for part in parts(weights)
            ]
            for weights in self._weights
        ]
        self._states = _ExampleStates(optimizer._num_table_shards)

    def minimize(
        self,
        ids: tf.Tensor,
        labels: tf.Tensor,
        example_weights: tf.Tensor,
        loss_type: str,
        global_step: tf.Variable,
    ) -> tf.Operation:
        """An op that ascends once along the dual variable of every example in the batch."""
        keys = tf.raw_ops.SdcaFprint(input=ids)
        touched = [tf.unique(column.ids)[0] for column in self._sparse]
        whole = [tf.concat(variables, axis=0) for variables in self._unshrunk]
        count = len(self._sparse)
        updates = tf.raw_ops.SdcaOptimizerV2(
            sparse_example_indices=[column.examples for column in self._sparse],
            sparse_feature_indices=[column.ids for column in self._sparse],
            sparse_feature_values=[column.values for column in self._sparse],
            dense_features=[column.values for column in self._dense],
            example_weights=example_weights,
            example_labels=labels,
            sparse_indices=touched,
            sparse_weights=[tf.gather(w, i) for w, i in zip(whole, touched, strict=False)],
            dense_weights=whole[count:],
            example_state_data=self._states.lookup(keys),
            loss_type=loss_type,
            l1=self._optimizer._l1,
            l2=self._optimizer._l2,
            num_loss_partitions=self._optimizer._num_loss_partitions,
            num_inner_iterations=1,
            adaptive=self._optimizer._adaptive,
        )
        ops = [self._states.insert(keys, updates.out_example_state_data)]
        deltas = updates.out_delta_sparse_weights
        for variables, rows, delta in zip(self._unshrunk, touched, deltas, strict=False):
            ops += _scatter_add(variables, rows, delta)
        for variables, delta in zip(
            self._unshrunk[count:], updates.out_delta_dense_weights, strict=True
        ):
            sizes = [tf.compat.dimension_value(variable.shape[0]) for variable in variables]
            pieces = tf.split(delta, sizes, axis=0)
            ops += [v.assign_add(piece) for v, piece in zip(variables, pieces, strict=True)]
        with tf.control_dependencies(ops):
            return global_step.assign_add(1).op

    def update_weights(self, train_op: Any) -> tf.Operation:
        """An op that, after `train_op`, gives the unshrunk weights, shrunk, to those in use."""
        by_l1 = self._optimizer._l1 / self._optimizer._l2
        with tf.control_dependencies([train_op]):
            assigned = []
            for weights, unshrunk in zip(self._weights, self._unshrunk, strict=True):
                for part, source in zip(parts(weights), unshrunk, strict=True):
                    value = source.read_value()
                    if by_l1 > 0:
                        value = tf.sign(value) * tf.maximum(0.0, tf.abs(value) - by_l1)
                    assigned.append(part.assign(value))
            return tf.group(*assigned)

    def summarize(self) -> None:
        """Writes how many examples have been seen, and how far primal and dual loss are apart."""
        every = [part for weights in self._weights for part in parts(weights)]
        l1 = tf.add_n([tf.reduce_sum(tf.abs(tf.cast(w, tf.float64))) for w in every])
        l2 = tf.add_n([tf.reduce_sum(tf.square(tf.cast(w, tf.float64))) for w in every])
        # A state holds the dual variable, primal and dual loss, and the example's weight.
        _, primal, dual, weight = tf.unstack(self._states.total(), num=4)
        gap = primal + dual + self._optimizer._l1 * l1 + self._optimizer._l2 * l2
        v1.summary.scalar("approximate_duality_gap", gap / weight)
        v1.summary.scalar("examples_seen", self._states.size())


def _scatter_add(
    variables: Sequence[tf.Variable], rows: tf.Tensor, delta: tf.Tensor
) -> list[tf.Operation]:
    """Adds `delta` to rows of a matrix whose parts, one below the other, are `variables`."""
    if len(variables) == 1:
        return [v1.scatter_add(variables[0], rows, delta).op]
    ops, start = [], 0
    for variable in variables:
        end = start + tf.compat.dimension_value(variable.shape[0])
        inside = (rows >= start) & (rows < end)
        mine = tf.boolean_mask(rows, inside) - start
        ops.append(v1.scatter_add(variable, mine, tf.boolean_mask(delta, inside)).op)
        start = end
    return ops


class _ExampleStates:
    """What is known of each example, in tables that checkpoints keep."""

    def __init__(self, shards: int) -> None:
        with v1.name_scope("ShardedMutableHashTable"):
            self._tables = [
                tf.lookup.experimental.DenseHashTable(
                    tf.int64,
                    tf.float32,
                    default_value=tf.zeros([4]),
                    # Two keys that no fingerprint takes.
                    empty_key=tf.constant([0, 0], tf.int64),
                    deleted_key=tf.constant([1, 1], tf.int64),
                    initial_num_buckets=_TABLE_BUCKETS,
                    name=f"ShardedMutableHashTable-{number + 1}-of-{shards}",
                )
                for number in range(shards)
            ]

    def _shard_of(self, keys: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.abs(keys[:, 0]) % len(self._tables), tf.int32)

    def lookup(self, keys: tf.Tensor) -> tf.Tensor:
        """The states `[n, 4]` of examples with fingerprints `[n, 2]`: zeros for new ones."""
        if len(self._tables) == 1:
            return self._tables[0].lookup(keys)
        shard, count = self._shard_of(keys), len(self._tables)
        found = [
            table.lookup(mine)
            for table, mine in zip(
                self._tables, tf.dynamic_partition(keys, shard, count), strict=True
            )
        ]
        places = tf.dynamic_partition(tf.range(tf.shape(keys)[0]), shard, count)
        return tf.dynamic_stitch(places, found)

    def insert(self, keys: tf.Tensor, states: tf.Tensor) -> tf.Operation:
        """An op that stores the states of examples."""
        shard, count = self._shard_of(keys), len(self._tables)
        return tf.group(
            *(
                table.insert(mine, values)
                for table, mine, values in zip(
                    self._tables,
                    tf.dynamic_partition(keys, shard, count),
                    tf.dynamic_partition(states, shard, count),
                    strict=True,
                )
            )
        )

    def total(self) -> tf.Tensor:
        """The sum of all states, float64 `[4]`."""
        return tf.add_n(
            [tf.reduce_sum(tf.cast(t.export()[1], tf.float64), axis=0) for t in self._tables]
        )

    def size(self) -> tf.Tensor:
        """How many examples have a state."""
        return tf.add_n([table.size() for table in self._tables])


def sdca_step(
    optimizer: LinearSDCA, head: Head, columns: Sequence[Any], batch: Batch, weights: Weights
) -> Callable[[tf.Tensor], tf.Operation]:
    """A function from a loss to the op that trains a linear model by SDCA.

    Raises:
        ValueError: a task or columns that SDCA can't handle.
    """
    if isinstance(head, MultiClassHead):
        raise ValueError("LinearSDCA cannot be used in a multi-class setting.")
    if head.logits_dimension != 1:
        raise ValueError(
            "LinearSDCA can only be used with one-dimensional label. "
            f"The head's logits_dimension: {head.logits_dimension}"
        )
    if weights.state is None:
        raise ValueError(
            "LinearSDCA needs feature columns of tf.feature_column; those of "
            "tf.compat.v1.feature_column alone won't do."
        )
    model, train_op = optimizer.get_train_step(
        weights.state,
        _weight_name(head),
        _LOGISTIC if isinstance(head, BinaryClassHead) else _SQUARED,
        columns,
        batch.features,
        batch.labels,
        weights.bias,
        v1.train.get_global_step(),
    )

    def train_op_fn(loss: tf.Tensor) -> tf.Operation:
        # The loss is that of the weights before the step.
        with tf.control_dependencies([loss]):
            return model.update_weights(train_op)

    return train_op_fn


def _weight_name(head: Head) -> str | None:
    column = getattr(head, "_weight_column", None)
    return getattr(column, "key", column)
