"""From features to tensors, through feature columns: the bottom of every canned model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec import _tf
from tfspec.canned._lookup import is_single_valued, lookup_single, one_hot_single

v1 = tf.compat.v1


class Weights(NamedTuple):
    """What a linear model is made of."""

    columns: list[Any]  # the variables of the columns
    bias: Any
    state: ColumnState | None = None  # knows the variables by column; None for v1 columns

    @property
    def trainable(self) -> list[Any]:
        """All of them, the bias last."""
        return [*self.columns, *parts(self.bias)]


class ColumnState:
    """Keeps what feature columns create, as their `create_state` wants it.

    Variables are made in the variable scope that is current when a column asks for them, so
    that scopes alone decide on names and partitions.
    """

    def __init__(self) -> None:
        self.variables: list[Any] = []  # trainable ones, in the order of their creation
        self._by_column: dict[tuple[Any, str], Any] = {}
        self._resources: dict[tuple[Any, str], Any] = {}

    def create_variable(
        self,
        feature_column: Any,
        name: str,
        shape: Any,
        dtype: Any = None,
        trainable: bool = True,
        use_resource: bool = True,
        initializer: Any = None,
    ) -> Any:
        del use_resource  # the scope's choice
        variable = v1.get_variable(
            name, shape, dtype or tf.float32, initializer=initializer, trainable=trainable
        )
        if trainable:
            self.variables.extend(parts(variable))
        self._by_column[feature_column, name] = variable
        return variable

    def get_variable(self, feature_column: Any, name: str) -> Any:
        return self._by_column[feature_column, name]

    def add_resource(self, feature_column: Any, name: str, resource: Any) -> None:
        self._resources[feature_column, name] = resource

    def has_resource(self, feature_column: Any, name: str) -> bool:
        return (feature_column, name) in self._resources

    def get_resource(self, feature_column: Any, name: str) -> Any:
        return self._resources[feature_column, name]


def parts(variable: Any) -> list[Any]:
    """The variables behind `variable`: itself, or the parts of a partitioned one."""
    return list(variable) if hasattr(variable, "as_tensor") else [variable]


def as_columns(columns: Any) -> tuple[Any, ...]:
    """What an estimator was given as feature columns, as a tuple; checked when they are used."""
    if columns is None:
        return ()
    if isinstance(columns, tf.__internal__.feature_column.FeatureColumn):
        return (columns,)
    return tuple(columns)


def check_features(features: Any) -> None:
    """Raises ValueError unless features came by name."""
    if not isinstance(features, Mapping):
        raise ValueError(
            f"features should be a dictionary of `Tensor`s. Given type: {type(features)}"
        )


def are_v2(columns: Sequence[Any]) -> bool:
    """Whether all columns can be used without what TensorFlow 1 had for them."""
    return _tf.feature_columns().is_feature_column_v2(columns)


def check_v2(columns: Sequence[Any]) -> None:
    """Raises ValueError if a column is of TensorFlow 1 only."""
    if not are_v2(columns):
        raise ValueError(
            "Received a feature column from TensorFlow v1, but this is a TensorFlow v2 Estimator. "
            "Please either use v2 feature columns (accessible via tf.feature_column.* in TF 2.x) "
            "with this Estimator, or switch to a v1 Estimator for use with v1 feature columns "
            "(accessible via tfspec.compat.v1.estimator.* and tf.compat.v1.feature_column.*, "
            f"respectively. Received: {columns}"
        )


def _sorted(columns: Iterable[Any]) -> list[Any]:
    """`columns` by name: the order in which variables are made and inputs joined."""
    ordered = sorted(columns, key=lambda column: column.name)
    if not ordered:
        raise ValueError("feature_columns must not be empty.")
    for one, other in zip(ordered, ordered[1:], strict=False):
        if one.name == other.name:
            raise ValueError(
                f"Duplicate feature column name found for columns: {one} and {other}. This "
                "usually means that these columns refer to same base feature. Either one must be "
                "discarded or a duplicated but renamed item must be inserted in features dict."
            )
    return ordered


def dense_input(
    features: Any, columns: Sequence[Any], shared_scope: v1.VariableScope, scope: str
) -> tuple[tf.Tensor, list[Any]]:
    """The values of dense columns side by side, in the order of their names.

    Variables are named `<scope>/<column>/...` below the current variable scope; those that
    columns share, which belong to no column, below `shared_scope`.

    Returns:
        A tensor `[batch, sum of the columns' sizes]`, and the variables to train.
    """
    if not are_v2(columns):
        variables: dict[Any, Any] = {}
        net = v1.feature_column.input_layer(features, columns, cols_to_vars=variables)
        return net, [part for made in variables.values() for part in made]
    ordered = _sorted(columns)
    _check_kind(ordered, _tf.feature_columns().DenseColumn)
    state = ColumnState()
    with v1.variable_scope(scope):
        _create_states(ordered, state)
    cache = _tf.feature_columns().FeatureTransformationCache(features)
    with v1.name_scope(scope):
        tensors = []
        with v1.variable_scope(shared_scope, auxiliary_name_scope=False):
            for column in ordered:
                with v1.name_scope(_scope_name(column)):
                    tensors.append(_flat(column, _dense_tensor(column, features, cache, state)))
        _check_batch_sizes(tensors, ordered)
        return tf.concat(tensors, axis=1), state.variables


def sequence_input(features: Any, columns: Sequence[Any]) -> tuple[tf.Tensor, tf.Tensor, list[Any]]:
    """The values of sequence columns side by side, in the order of their names.

    Variables are named `sequence_features/<column>/...` below the current variable scope.

    Returns:
        A tensor `[batch, steps, sum of the columns' sizes]`, the lengths of the sequences
        `[batch]`, and the variables to train.
    """
    ordered = _sorted(columns)
    _check_kind(ordered, _tf.feature_columns().SequenceDenseColumn)
    state = ColumnState()
    with v1.variable_scope("sequence_features"):
        _create_states(ordered, state)
    cache = _tf.feature_columns().FeatureTransformationCache(features)
    tensors, lengths = [], []
    for column in ordered:
        with v1.name_scope(_scope_name(column)):
            dense, length = column.get_sequence_dense_tensor(cache, state)
            size = column.variable_shape.num_elements()
            tensors.append(tf.reshape(dense, [*tf.unstack(tf.shape(dense)[:2]), size]))
            lengths.append(length)
    same = [v1.assert_equal(lengths[0], other) for other in lengths[1:]]
    with tf.control_dependencies(same):
        return tf.concat(tensors, axis=-1), tf.identity(lengths[0]), state.variables


def weighted_sum(
    features: Any, columns: Sequence[Any], units: int, sparse_combiner: str, scope: str
) -> tuple[tf.Tensor, Weights]:
    """The sum of columns times weights, plus a bias: a linear model.

    Variables are named `<scope>/<column>/weights` and `<scope>/bias_weights` below the current
    variable scope. They start at zero.

    Returns:
        Logits `[batch, units]`, and the variables.
    """
    if not are_v2(columns):
        return _weighted_sum_of_v1_columns(features, columns, units, sparse_combiner, scope)
    ordered = _sorted(columns)
    _check_summable(ordered)
    state = ColumnState()
    with v1.variable_scope(scope):
        weights = _create_states(ordered, state, units)
        bias = v1.get_variable("bias_weights", [units], initializer=v1.zeros_initializer())
    cache = _tf.feature_columns().FeatureTransformationCache(features)
    with v1.name_scope(scope):
        sums = []
        for column, weight in zip(ordered, weights, strict=True):
            with v1.name_scope(_scope_name(column)):
                sums.append(_column_sum(column, features, cache, state, weight, sparse_combiner))
        _check_batch_sizes(sums, ordered)
        total = tf.add_n(sums, name="weighted_sum_no_bias")
        logits = tf.nn.bias_add(total, tf.convert_to_tensor(bias), name="weighted_sum")
    return logits, Weights(state.variables, bias, state)


def _weighted_sum_of_v1_columns(
    features: Any, columns: Sequence[Any], units: int, sparse_combiner: str, scope: str
) -> tuple[tf.Tensor, Weights]:
    del scope  # always linear_model, with these columns
    variables: dict[Any, Any] = {}
    logits = v1.feature_column.linear_model(
        features, columns, units, sparse_combiner, cols_to_vars=variables
    )
    bias = variables.pop("bias")
    weights = [part for made in variables.values() for part in made]
    return logits, Weights(weights, bias[0] if len(bias) == 1 else bias)


def _check_kind(columns: Sequence[Any], kind: type) -> None:
    for column in columns:
        if not isinstance(column, kind):
            raise ValueError(
                f"Items of feature_columns must be a {kind}. You can wrap a categorical column "
                f"with an embedding_column or indicator_column. Given: {column}"
            )


def _check_summable(columns: Sequence[Any]) -> None:
    kinds = _tf.feature_columns()
    for column in columns:
        if not isinstance(column, (kinds.DenseColumn, kinds.CategoricalColumn)):
            raise ValueError(
                "Items of feature_columns must be either a DenseColumn or CategoricalColumn. "
                f"Given: {column}"
            )


def _create_states(columns: Sequence[Any], state: ColumnState, units: int = 0) -> list[Any]:
    """Lets each column make its variables; with `units` gives it weights too, and returns them."""
    weights = []
    for column in columns:
        with v1.variable_scope(_scope_name(column)):
            column.create_state(state)
            if units:
                shape = [_size(column), units]
                initializer = v1.zeros_initializer()
                weights.append(
                    state.create_variable(column, "weights", shape, initializer=initializer)
                )
    return weights


def _size(column: Any) -> int:
    if isinstance(column, _tf.feature_columns().CategoricalColumn):
        return column.num_buckets
    return column.variable_shape.num_elements()


def _column_sum(
    column: Any, features: Any, cache: Any, state: ColumnState, weight: Any, sparse_combiner: str
) -> tf.Tensor:
    if not isinstance(column, _tf.feature_columns().CategoricalColumn):
        inputs = _flat(column, column.get_dense_tensor(cache, state))
        return tf.matmul(inputs, tf.convert_to_tensor(weight), name="weighted_sum")
    # A lookup with sum as combiner is the product with a vector of counts, without the zeros.
    if is_single_valued(column, features):
        return lookup_single(column, cache, state, weight)
    pair = column.get_sparse_tensors(cache, state)
    ids, id_weights = (
        None if tensor is None else v1.sparse_reshape(tensor, [tf.shape(tensor)[0], -1])
        for tensor in (pair.id_tensor, pair.weight_tensor)
    )
    return v1.nn.safe_embedding_lookup_sparse(
        weight, ids, sparse_weights=id_weights, combiner=sparse_combiner, name="weighted_sum"
    )


def _dense_tensor(column: Any, features: Any, cache: Any, state: ColumnState) -> tf.Tensor:
    kinds = _tf.feature_columns()
    if (
        isinstance(column, kinds.EmbeddingColumn)
        and column.max_norm is None
        and column.ckpt_to_load_from is None
        and is_single_valued(column.categorical_column, features)
    ):
        weights = state.get_variable(column, "embedding_weights")
        return lookup_single(column.categorical_column, cache, state, weights)
    if isinstance(column, kinds.BucketizedColumn) and is_single_valued(column, features):
        return one_hot_single(column, cache, state)
    return column.get_dense_tensor(cache, state)


def _flat(column: Any, tensor: tf.Tensor) -> tf.Tensor:
    size = column.variable_shape.num_elements()
    if tensor.shape.rank == 2 and tensor.shape[1] == size:
        return tensor
    return tf.reshape(tensor, [tf.shape(tensor)[0], size])


def _check_batch_sizes(tensors: Sequence[tf.Tensor], columns: Sequence[Any]) -> None:
    known = [(t.shape[0], c) for t, c in zip(tensors, columns, strict=True) if t.shape[0]]
    for size, column in known[1:]:
        first_size, first = known[0]
        if size != first_size:
            raise ValueError(
                "Batch size (first dimension) of each feature must be same. Batch size of columns "
                f"({first.name}, {column.name}): ({first_size}, {size})"
            )


def _scope_name(column: Any) -> str:
    """The column's name with `_` for what the name of a variable scope can't hold."""
    return re.sub(r"[^A-Za-z0-9_.\-]", "_", column.name)
