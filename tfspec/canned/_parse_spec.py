"""Parsing specs for tf.Example records that carry features, a label and maybe a weight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

ParseSpec = dict[Any, Any]


def classifier_parse_example_spec(
    feature_columns: Iterable[Any],
    label_key: str,
    label_dtype: tf.DType = tf.int64,
    label_default: Any = None,
    weight_column: Any = None,
) -> ParseSpec:
    """Returns what `tf.io.parse_example` needs to read a classifier's training data.

        columns = [tf.feature_column.numeric_column("age")]
        spec = classifier_parse_example_spec(columns, label_key="bought")
        dataset = tf.data.TFRecordDataset(path).batch(32).map(
            lambda records: tf.io.parse_example(records, spec))

    Args:
        feature_columns: every feature column that the model uses.
        label_key: name of the label in the records.
        label_dtype: what a label is: int64 for class numbers, string for a vocabulary.
        label_default: stands in where a record has no label; None makes that an error.
        weight_column: name of the weight in the records (float32, one per record), or a
            `tf.feature_column.numeric_column`.

    Returns:
        A dict from names to `FixedLenFeature` or `VarLenFeature`. The label has shape `[1]`.

    Raises:
        ValueError: if label or weight are among the features, `weight_column` is neither a name
            nor a numeric column, or `feature_columns` holds something else.

    Behaviour: tf.estimator 2.15.
    """
    label = tf.io.FixedLenFeature((1,), label_dtype, label_default)
    make_spec = tf.feature_column.make_parse_example_spec
    return _add_label_and_weight(make_spec(feature_columns), label_key, label, weight_column)


def regressor_parse_example_spec(
    feature_columns: Iterable[Any],
    label_key: str,
    label_dtype: tf.DType = tf.float32,
    label_default: Any = None,
    label_dimension: int = 1,
    weight_column: Any = None,
) -> ParseSpec:
    """Returns what `tf.io.parse_example` needs to read a regressor's training data.

    Args:
        feature_columns: every feature column that the model uses.
        label_key: name of the label in the records.
        label_dtype: the label's dtype.
        label_default: stands in where a record has no label: a number, or `label_dimension`
            numbers; None makes that an error.
        label_dimension: how many numbers a label has.
        weight_column: name of the weight in the records (float32, one per record), or a
            `tf.feature_column.numeric_column`.

    Returns:
        A dict from names to `FixedLenFeature` or `VarLenFeature`. The label has shape
        `[label_dimension]`.

    Raises:
        ValueError: as `classifier_parse_example_spec`.

    Behaviour: tf.estimator 2.15.
    """
    label = tf.io.FixedLenFeature((label_dimension,), label_dtype, label_default)
    make_spec = tf.feature_column.make_parse_example_spec
    return _add_label_and_weight(make_spec(feature_columns), label_key, label, weight_column)


def classifier_parse_example_spec_v1(
    feature_columns: Iterable[Any],
    label_key: str,
    label_dtype: tf.DType = tf.int64,
    label_default: Any = None,
    weight_column: Any = None,
) -> ParseSpec:
    """`classifier_parse_example_spec` without columns that TensorFlow 1 lacked (sequences)."""
    label = tf.io.FixedLenFeature((1,), label_dtype, label_default)
    make_spec = tf.compat.v1.feature_column.make_parse_example_spec
    return _add_label_and_weight(make_spec(feature_columns), label_key, label, weight_column)


def regressor_parse_example_spec_v1(
    feature_columns: Iterable[Any],
    label_key: str,
    label_dtype: tf.DType = tf.float32,
    label_default: Any = None,
    label_dimension: int = 1,
    weight_column: Any = None,
) -> ParseSpec:
    """`regressor_parse_example_spec` without columns that TensorFlow 1 lacked (sequences)."""
    label = tf.io.FixedLenFeature((label_dimension,), label_dtype, label_default)
    make_spec = tf.compat.v1.feature_column.make_parse_example_spec
    return _add_label_and_weight(make_spec(feature_columns), label_key, label, weight_column)


def _add_label_and_weight(
    spec: ParseSpec, label_key: str, label: Any, weight_column: Any
) -> ParseSpec:
    if label_key in spec:
        raise ValueError(
            f"label should not be used as feature. label_key: {label_key}, "
            f"features: {spec.keys()}"
        )
    spec[label_key] = label
    if weight_column is None:
        return spec
    numeric_column = tf.feature_column.numeric_column
    column = numeric_column(weight_column) if isinstance(weight_column, str) else weight_column
    # The public constructor is the only public way to the class.
    if not isinstance(column, type(numeric_column("any"))):
        raise ValueError(
            "weight_column should be an instance of tf.feature_column.numeric_column. "
            f"Given type: {type(column)} value: {column}"
        )
    if column.key in spec:
        raise ValueError(
            f"weight_column should not be used as feature. weight_column: {column.key}, "
            f"features: {spec.keys()}"
        )
    spec.update(tf.feature_column.make_parse_example_spec([column]))
    return spec
