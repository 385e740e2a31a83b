"""tf.contrib.layers: feature columns of tf.contrib.learn, as those of tf.feature_column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

_columns = tf.feature_column


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


def crossed_column(columns: Iterable[Any], hash_bucket_size: int, combiner: str = "sum") -> Any:
    """`crossed_column`; of columns with hash buckets, their features are crossed."""
    keys = [
        column.key if hasattr(column, "hash_bucket_size") and hasattr(column, "key") else column
        for column in columns
    ]
    return _columns.crossed_column(keys, hash_bucket_size)


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
    v1 = tf.compat.v1
    with v1.variable_scope(scope, "input_from_feature_columns"):
        return v1.feature_column.input_layer(
            columns_to_tensors, list(feature_columns), weight_collections, trainable
        )
