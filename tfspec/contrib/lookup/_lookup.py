"""tf.contrib.lookup: tables from files and lists of strings."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec import _tf

_ops = _tf.lookup_ops()

index_table_from_file = _ops.index_table_from_file
index_to_string_table_from_file = _ops.index_to_string_table_from_file
MutableHashTable = _ops.MutableHashTable
MutableDenseHashTable = _ops.DenseHashTable
IdTableWithHashBuckets = _ops.IdTableWithHashBuckets
InitializableLookupTableBase = _ops.InitializableLookupTableBase
LookupInterface = _ops.LookupInterface
TableInitializerBase = _ops.TableInitializerBase
TextFileIdTableInitializer = _ops.TextFileIdTableInitializer
TextFileStringTableInitializer = _ops.TextFileStringTableInitializer
HasherSpec = _ops.HasherSpec
FastHashSpec = _ops.FastHashSpec
StrongHashSpec = _ops.StrongHashSpec


def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: Any = None,
    dtype: Any = tf.string,
    name: str | None = None,
) -> Any:
    """A table from each element of `mapping`, `[size]`, to its index.

    Args:
        mapping: the keys.
        num_oov_buckets: how many indices follow for keys that are not there, chosen by hash.
        default_value: the index of keys that are not there, without buckets.
        hasher_spec: how they are hashed.
        dtype: the type of the keys.
        name: of the ops.

    Returns:
        The table, with `lookup(keys)`.
    """
    more = {} if hasher_spec is None else {"hasher_spec": hasher_spec}
    return _ops.index_table_from_tensor(
        mapping, num_oov_buckets, default_value, dtype=dtype, name=name, **more
    )


def string_to_index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: Any = _ops.FastHashSpec,
    name: str | None = None,
) -> Any:
    """`index_table_from_file` of strings."""
    return index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, name=name
    )


def string_to_index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: Any = None,
    name: str | None = None,
) -> Any:
    """`index_table_from_tensor` of strings."""
    return index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, name=name)


def index_to_string_table_from_tensor(
    mapping: Any, default_value: str = "UNK", name: str | None = None
) -> Any:
    """A table from indices to the strings of `mapping`, `[size]`."""
    return _ops.index_to_string_table_from_tensor(mapping, default_value, name)


def HashTable(  # noqa: N802 - the name that programs call
    initializer: Any, default_value: Any, shared_name: str | None = None, name: str | None = None
) -> Any:
    """A table that an initializer fills."""
    return tf.compat.v1.lookup.StaticHashTable(initializer, default_value, name)


def string_to_index(
    tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None
) -> Any:
    """The index of each string in `mapping`."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(
    tensor: Any, mapping: Any, default_value: str = "UNK", name: str | None = None
) -> Any:
    """The string of `mapping` at each index."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)
