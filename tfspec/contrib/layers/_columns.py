"""tf.contrib.layers: feature columns of tf.contrib.learn, as those of tf.feature_column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_columns = tf.feature_column

SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY = 0xDECAFCAFFE


def real_valued_column(
    column_name: str,
    dimension: int = 1,
    default_value: Any = None,
    dtype: Any = tf.float32,
    normalizer: Callable[[Any], Any] | None = None,
) -> Any:
    """`numeric_column`."""
    return _columns.numeric_column(column_name, (dimension,), default_value, dtype, normalizer)


def bucketized_column(source_column: Any, boundaries: Sequence[float]) -> Any:
    """`bucketized_column`."""
    return _columns.bucketized_column(source_column, list(boundaries))


def sparse_column_with_hash_bucket(
    column_name: str, hash_bucket_size: int, combiner: str = "sum", dtype: Any = tf.string
) -> Any:
    """`categorical_column_with_hash_bucket`."""
    return _columns.categorical_column_with_hash_bucket(column_name, hash_bucket_size, dtype)


def sparse_column_with_keys(
    column_name: str, keys: Sequence[Any], default_value: int = -1, combiner: str = "sum",
    dtype: Any = None,
) -> Any:
    """`categorical_column_with_vocabulary_list`."""
    return _columns.categorical_column_with_vocabulary_list(
        column_name, keys, dtype, default_value
    )


def sparse_column_with_integerized_feature(
    column_name: str, bucket_size: int, combiner: str = "sum", dtype: Any = tf.int64
) -> Any:
    """`categorical_column_with_identity`."""
    return _columns.categorical_column_with_identity(column_name, bucket_size)


def sparse_column_with_vocabulary_file(
    column_name: str,
    vocabulary_file: str,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    combiner: str = "sum",
    dtype: Any = tf.string,
) -> Any:
    """`categorical_column_with_vocabulary_file`.

    Raises:
        ValueError: no `vocab_size`.
    """
    if vocab_size is None:
        raise ValueError(f"vocab_size should be defined. column_name: {column_name}")
    return v1.feature_column.categorical_column_with_vocabulary_file(
        column_name, vocabulary_file, vocab_size, num_oov_buckets,
        None if num_oov_buckets else default_value, dtype,
    )


def weighted_sparse_column(
    sparse_id_column: Any, weight_column_name: str, dtype: Any = tf.float32
) -> Any:
    """`weighted_categorical_column`."""
    return _columns.weighted_categorical_column(sparse_id_column, weight_column_name, dtype)


def crossed_column(
    columns: Iterable[Any],
    hash_bucket_size: int,
    combiner: str = "sum",
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    hash_key: int | None = None,
) -> Any:
    """`crossed_column`, over the features themselves of plain columns, in the order of names.

    Without a `hash_key` tf.contrib had another hash: other buckets, as many collisions.

    Raises:
        ValueError: weights are to be loaded from a checkpoint.
    """
    if ckpt_to_load_from is not None or tensor_name_in_ckpt is not None:
        raise ValueError("Weights can't be loaded here: use warm_start_from of the estimator.")
    crossed = [
        column.key if hasattr(column, "key") else column
        for column in sorted(columns, key=lambda column: getattr(column, "name", column))
    ]
    return _columns.crossed_column(crossed, hash_bucket_size, hash_key)


def one_hot_column(sparse_id_column: Any) -> Any:
    """`indicator_column`."""
    return _columns.indicator_column(sparse_id_column)


def embedding_column(
    sparse_id_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> Any:
    """`embedding_column`."""
    return _columns.embedding_column(
        sparse_id_column,
        dimension,
        combiner,
        initializer,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )


def shared_embedding_columns(
    sparse_id_columns: Sequence[Any],
    dimension: int,
    combiner: str = "mean",
    shared_embedding_name: str | None = None,
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> list[Any]:
    """`shared_embedding_columns` of TensorFlow 1."""
    return v1.feature_column.shared_embedding_columns(
        sparse_id_columns,
        dimension,
        combiner,
        initializer,
        shared_embedding_name,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )


def create_feature_spec_for_parsing(feature_columns: Iterable[Any]) -> dict[str, Any]:
    """`make_parse_example_spec`."""
    return _columns.make_parse_example_spec(list(feature_columns))


def input_from_feature_columns(
    columns_to_tensors: dict[str, Any],
    feature_columns: Iterable[Any],
    weight_collections: Sequence[str] | None = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """`input_layer`."""
    with v1.variable_scope(scope, "input_from_feature_columns"):
        return v1.feature_column.input_layer(
            columns_to_tensors, list(feature_columns), weight_collections, trainable
        )


def weighted_sum_from_feature_columns(
    columns_to_tensors: dict[str, Any],
    feature_columns: Iterable[Any],
    num_outputs: int,
    weight_collections: Sequence[str] | None = None,
    trainable: bool = True,
    scope: Any = None,
) -> tuple[Any, dict[Any, list[Any]], Any]:
    """`linear_model`.

    Returns:
        Sums, `[batch, num_outputs]`; the variables of each column; the variable of the bias.
    """
    variables: dict[Any, list[Any]] = {}
    with v1.variable_scope(scope, "weighted_sum_from_feature_columns"):
        sums = v1.feature_column.linear_model(
            columns_to_tensors,
            list(feature_columns),
            num_outputs,
            weight_collections=weight_collections,
            trainable=trainable,
            cols_to_vars=variables,
        )
    (bias,) = variables.pop("bias")
    return sums, variables, bias


def parse_feature_columns_from_examples(
    serialized: Any, feature_columns: Iterable[Any], name: str | None = None,
    example_names: Any = None,
) -> dict[str, Any]:
    """The features that columns take, of serialized examples, `[batch]`."""
    spec = create_feature_spec_for_parsing(feature_columns)
    return v1.parse_example(serialized, spec, name=name, example_names=example_names)


def make_place_holder_tensors_for_base_features(feature_columns: Iterable[Any]) -> dict[str, Any]:
    """Placeholders for the features that columns take."""
    found = {}
    for name, feature in create_feature_spec_for_parsing(feature_columns).items():
        if isinstance(feature, tf.io.VarLenFeature):
            found[name] = v1.sparse_placeholder(feature.dtype, name=f"Placeholder_{name}")
        else:
            shape = [None, *feature.shape]
            found[name] = v1.placeholder(feature.dtype, shape, name=f"Placeholder_{name}")
    return found


def check_feature_columns(feature_columns: Iterable[Any]) -> None:
    """Raises `ValueError` where two columns are of one name."""
    names = set()
    for column in feature_columns:
        if column.name in names:
            raise ValueError(
                f"Duplicate feature column key found for column: {column.name}. This usually means "
                "that the column is almost identical to another column, and one must be discarded."
            )
        names.add(column.name)
