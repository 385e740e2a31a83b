"""Looking up weights of categorical columns whose examples have at most one value each.

TensorFlow's columns handle any number of values per example, as sparse tensors: 40 small ops for
each column. Most columns have one value, and then a few ops give the same numbers, whatever the
combiner: the sum, the mean and the scaled sum of one row are that row.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec import _tf

v1 = tf.compat.v1


def is_single_valued(column: Any, features: Any) -> bool:
    """Whether a categorical column can tell, before it is run, that no example has two values."""
    kinds = _tf.feature_columns()
    if isinstance(column, kinds.BucketizedColumn):
        return column.source_column.variable_shape.num_elements() == 1
    if isinstance(column, kinds.CrossedColumn):
        return all(
            is_single_valued(key, features)
            if not isinstance(key, str)
            else _is_single(features.get(key))
            for key in column.keys
        )
    plain = (
        kinds.HashedCategoricalColumn,
        kinds.IdentityCategoricalColumn,
        kinds.VocabularyFileCategoricalColumn,
        kinds.VocabularyListCategoricalColumn,
    )
    return isinstance(column, plain) and _is_single(features.get(column.key))


def _is_single(feature: Any) -> bool:
    if feature is None or isinstance(feature, tf.SparseTensor | tf.RaggedTensor):
        return False
    shape = tf.convert_to_tensor(feature).shape
    return shape.rank == 1 or (shape.rank == 2 and shape[1] == 1)


def lookup_single(column: Any, cache: Any, state: Any, weights: Any) -> tf.Tensor:
    """The rows of `weights` for the values of a column, zeros where an example has none.

    Args:
        column: a categorical column that `is_single_valued`.
        cache: the features.
        state: what the column made.
        weights: a variable `[num_buckets, size]`, maybe partitioned.

    Returns:
        A tensor `[batch, size]`.
    """
    kinds = _tf.feature_columns()
    if isinstance(column, kinds.BucketizedColumn):
        ids = tf.cast(tf.reshape(cache.get(column, state), [-1]), tf.int64)
        return _gather(weights, ids)
    if isinstance(column, kinds.CrossedColumn) and _has_dense_keys(column):
        return _gather(weights, _crossed(column, cache, state))
    found = column.get_sparse_tensors(cache, state).id_tensor
    rows, ids = found.indices[:, :1], tf.cast(found.values, tf.int64)
    if _may_be_unknown(column):
        known = tf.where(ids >= 0)[:, 0]
        rows, ids = tf.gather(rows, known), tf.gather(ids, known)
    size = tf.stack([found.dense_shape[0], weights.shape[1]])
    return tf.scatter_nd(rows, _gather(weights, ids), size)


def one_hot_single(column: Any, cache: Any, state: Any) -> tf.Tensor:
    """The buckets of a bucketized column that `is_single_valued`, `[batch, buckets]`."""
    buckets = tf.reshape(cache.get(column, state), [-1])
    return tf.one_hot(buckets, column.variable_shape[-1])


def _has_dense_keys(column: Any) -> bool:
    bucketized = _tf.feature_columns().BucketizedColumn
    return all(isinstance(key, str | bucketized) for key in column.keys)


def _crossed(column: Any, cache: Any, state: Any) -> tf.Tensor:
    """The id of every example, `[batch]`: none is missing where all keys are dense.

    TensorFlow makes sparse tensors of buckets, by many ops, and crosses what is sparse first.
    """
    names = [key for key in column.keys if isinstance(key, str)]
    numbers = [key for key in column.keys if not isinstance(key, str)]
    buckets = [tf.cast(cache.get(key, state), tf.int64) for key in numbers]
    words = [cache.get(name, state) for name in names]
    return tf.sparse.cross_hashed(
        [*buckets, *words], column.hash_bucket_size, column.hash_key
    ).values


def _may_be_unknown(column: Any) -> bool:
    """Whether ids may be -1: for words outside of a vocabulary without room for them."""
    kinds = _tf.feature_columns()
    vocabularies = (kinds.VocabularyFileCategoricalColumn, kinds.VocabularyListCategoricalColumn)
    return isinstance(column, vocabularies) and not column.num_oov_buckets


def _gather(weights: Any, ids: tf.Tensor) -> tf.Tensor:
    # Parts of a partitioned variable hold rows one after the other.
    return v1.nn.embedding_lookup(weights, ids, partition_strategy="div")
