"""Parsing specs: read real records with them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec import canned

COLUMNS = [
    tf.feature_column.numeric_column("age"),
    tf.feature_column.indicator_column(
        tf.feature_column.categorical_column_with_vocabulary_list("town", ["Ulm", "Bern"])
    ),
]
CLASSIFIERS = [canned.classifier_parse_example_spec, canned.classifier_parse_example_spec_v1]
REGRESSORS = [canned.regressor_parse_example_spec, canned.regressor_parse_example_spec_v1]
VERSIONS = ["v2", "v1"]


def record(**features):
    kinds = {
        "i": lambda v: tf.train.Feature(int64_list=tf.train.Int64List(value=v)),
        "f": lambda v: tf.train.Feature(float_list=tf.train.FloatList(value=v)),
        "S": lambda v: tf.train.Feature(bytes_list=tf.train.BytesList(value=v)),
    }
    feature = {key: kinds[np.array(value).dtype.kind](value) for key, value in features.items()}
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


@pytest.mark.parametrize("make_spec", CLASSIFIERS, ids=VERSIONS)
def test_classifier_reads_records(make_spec):
    spec = make_spec(COLUMNS, "bought", label_default=1, weight_column="weight")
    records = [
        record(age=[30.0], town=[b"Ulm"], bought=[0], weight=[2.0]),
        record(age=[40.0], weight=[0.5]),
    ]
    parsed = tf.io.parse_example(records, spec)
    assert sorted(parsed) == ["age", "bought", "town", "weight"]
    assert parsed["bought"].numpy().tolist() == [[0], [1]]
    assert parsed["weight"].numpy().tolist() == [[2.0], [0.5]]
    assert parsed["town"].values.numpy().tolist() == [b"Ulm"]


@pytest.mark.parametrize("make_spec", REGRESSORS, ids=VERSIONS)
def test_regressor_reads_records(make_spec):
    weight = tf.feature_column.numeric_column("weight", default_value=3.0)
    spec = make_spec(COLUMNS, "size", label_dimension=2, weight_column=weight)
    parsed = tf.io.parse_example([record(age=[30.0], town=[b"Ulm"], size=[1.0, 2.0])], spec)
    assert parsed["size"].numpy().tolist() == [[1.0, 2.0]]
    assert parsed["weight"].numpy().tolist() == [[3.0]]


@pytest.mark.parametrize("make_spec", CLASSIFIERS + REGRESSORS)
@pytest.mark.parametrize(
    ("label_key", "weight_column", "message"),
    [
        ("age", None, "label should not be used as feature. label_key: age"),
        ("y", "age", "weight_column should not be used as feature. weight_column: age"),
        ("y", "y", "weight_column should not be used as feature. weight_column: y"),
        ("y", 3, "should be an instance of tf.feature_column.numeric_column.*int.*value: 3"),
    ],
)
def test_refuses(make_spec, label_key, weight_column, message):
    with pytest.raises(ValueError, match=message):
        make_spec(COLUMNS, label_key, weight_column=weight_column)


def test_sequence_columns_are_for_v2_only():
    columns = [tf.feature_column.sequence_numeric_column("s")]
    spec = canned.classifier_parse_example_spec(columns, "y")
    assert spec["s"] == tf.io.VarLenFeature(tf.float32)
    with pytest.raises(ValueError, match="All feature_columns must be _FeatureColumn instances"):
        canned.classifier_parse_example_spec_v1(columns, "y")
