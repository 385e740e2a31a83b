"""Vocabularies of every kind in canned models, and warm starts of models whose vocabulary grew.

Three classes, so that nothing in the cases rounds otherwise in another TensorFlow.
"""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np

from tests.canned import real_tables
from tests.canned.cases import Case, Libraries, of
from tests.canned.column_cases import SIZE, VOCABULARY
from tests.canned.real_cases import parse_spec_of

FOLDER = pathlib.Path(__file__).parent
GROWN = FOLDER / "new_words.txt"
GROWN_SIZE = len(GROWN.read_text().split())
HOURS = np.digitize(real_tables.CENSUS["hr_per_week"], [38, 45])
CLASSES, MORE_CLASSES = FOLDER / "classes.txt", FOLDER / "new_classes.txt"
NAMES, MORE_NAMES = CLASSES.read_text().split(), MORE_CLASSES.read_text().split()
NAMED = np.array([name.encode() for name in NAMES])[HOURS]

_DEEP, _LINEAR = "dnn/input_from_feature_columns/input_layer/", "linear/linear_model/"


def _columns(tf: Any, path: pathlib.Path = VOCABULARY, size: int = SIZE) -> dict[str, Any]:
    """Columns of a list and of a file: with buckets, with a default, with neither."""
    make = tf.feature_column
    listed = make.categorical_column_with_vocabulary_list
    filed = make.categorical_column_with_vocabulary_file
    years = listed("years", [3, 4, 9], tf.int64)
    old_filed = tf.compat.v1.feature_column.categorical_column_with_vocabulary_file
    return {
        "default": listed("marital", ["Divorced", "Never-married"], default_value=1),
        "buckets": listed("education", ["HS-grad", "Masters"], num_oov_buckets=3),
        "numbers": listed("decade", [2, 3, 5], dtype=tf.int64, num_oov_buckets=1),
        "neither": listed("type_employer", ["Private", "State-gov"]),
        "many": old_filed("words", str(path), size, num_oov_buckets=2),
        "first": filed("relationship", str(path), size, default_value=0),
        "weighted": make.weighted_categorical_column(years, "counts"),
    }


def _pair(tf: Any, path: pathlib.Path = VOCABULARY, size: int = SIZE) -> list[Any]:
    """Two columns of one vocabulary, to share an embedding."""
    filed = tf.feature_column.categorical_column_with_vocabulary_file
    return [filed(key, str(path), size, num_oov_buckets=1) for key in ("marital", "education")]


def _wide(tf: Any, *vocabulary: Any) -> list[Any]:
    return list(_columns(tf, *vocabulary).values())


def _deep(tf: Any, *vocabulary: Any) -> list[Any]:
    make = tf.feature_column
    columns = _columns(tf, *vocabulary)
    return [
        make.indicator_column(columns["default"]),
        make.embedding_column(columns["buckets"], 2, combiner="sum"),
        make.indicator_column(columns["numbers"]),
        make.embedding_column(columns["neither"], 2),
        make.embedding_column(columns["many"], 3, combiner="sqrtn", max_norm=1.0),
        make.embedding_column(columns["first"], 2),
        make.embedding_column(columns["weighted"], 2),
    ]


def _shared(space: str, tf: Any, *vocabulary: Any) -> list[Any]:
    """All dense columns, with two that share an embedding as the namespace has it."""
    with tf.Graph().as_default():  # they can't be made eagerly
        pair = _pair(tf, *vocabulary)
        if space == "v2":
            shared = tf.feature_column.shared_embeddings(pair, 2, "sum")
        else:
            shared = tf.compat.v1.feature_column.shared_embedding_columns(pair, 2, "sum")
        return [*_deep(tf, *vocabulary), *shared]


def _grew(lib: Libraries, space: str, buckets: int, **options: Any) -> Any:
    """How rows of the old vocabulary become rows of the new one."""
    return getattr(lib, space).VocabInfo(
        str(GROWN), GROWN_SIZE, buckets, str(VOCABULARY), **options
    )


def _warm(lib: Libraries, space: str, source: str, **options: Any) -> Any:
    path = str(FOLDER / "golden" / f"vocabulary_{space}_{source}")
    return getattr(lib, space).WarmStartSettings(path, **options)


def _linear_grew(lib: Libraries, space: str) -> Any:
    ones = lib.tf.compat.v1.ones_initializer()
    return _warm(
        lib, space, "linear",
        vars_to_warm_start=f"{_LINEAR}(words|relationship|marital|years)",
        var_name_to_vocab_info={
            f"{_LINEAR}words/weights": _grew(lib, space, 2),
            f"{_LINEAR}relationship/weights": _grew(
                lib, space, 0, old_vocab_size=4, backup_initializer=ones
            ),
        },
    )  # fmt: skip


def _deep_grew(lib: Libraries, space: str) -> Any:
    """Embeddings, one of them shared, and the classes: columns of a kernel."""
    zeros = lib.tf.compat.v1.zeros_initializer()
    ones = lib.tf.compat.v1.ones_initializer()
    classes = (str(MORE_CLASSES), len(MORE_NAMES), 0, str(CLASSES))
    info = getattr(lib, space).VocabInfo
    shared = "education_marital_shared_embedding"
    if space == "v1":
        shared = f"{_DEEP}{shared}/embedding_weights"
    return _warm(
        lib, space, "deep",
        # Not the bias of the logits: of a vocabulary, the original only takes matrices.
        vars_to_warm_start="(dnn/(input|hidden|logits/kernel)|education).*",
        var_name_to_vocab_info={
            f"{_DEEP}words_embedding/embedding_weights": _grew(
                lib, space, 2, backup_initializer=ones
            ),
            f"{_DEEP}relationship_embedding/embedding_weights": _grew(lib, space, 0),
            shared: _grew(lib, space, 1, old_vocab_size=SIZE, backup_initializer=zeros),
            "dnn/logits/kernel": info(*classes, axis=1),
        },
    )  # fmt: skip


def _parsed(tf: Any) -> list[Any]:
    """What to parse: v1's shared embeddings have a parse spec of their own only."""
    return [*_wide(tf), *_pair(tf)]


def _of_namespace(space: str) -> dict[str, Case]:
    new = (GROWN, GROWN_SIZE)

    def linear(lib: Libraries) -> Any:
        return (_wide(lib.tf),), {"n_classes": 3}

    def linear_warm(lib: Libraries) -> Any:
        options = {"n_classes": 3, "warm_start_from": _linear_grew(lib, space)}
        if space == "v1":  # whose variables may have several parts
            parts = lib.tf.compat.v1.min_max_variable_partitioner
            options["partitioner"] = parts(max_partitions=2, min_slice_size=48)
        return (_wide(lib.tf, *new),), options

    def deep(lib: Libraries) -> Any:
        return ([4], _shared(space, lib.tf)), {"n_classes": 3, "label_vocabulary": NAMES}

    def deep_warm(lib: Libraries) -> Any:
        return ([4], _shared(space, lib.tf, *new)), {
            "n_classes": 4, "label_vocabulary": MORE_NAMES,
            "warm_start_from": _deep_grew(lib, space),
        }  # fmt: skip

    def combined_warm(lib: Libraries) -> Any:
        return (), {
            "n_classes": 3, "linear_feature_columns": _wide(lib.tf, *new),
            "dnn_feature_columns": _deep(lib.tf, *new), "dnn_hidden_units": [3],
            "warm_start_from": _linear_grew(lib, space),
        }  # fmt: skip

    combined = "DNNLinearCombinedClassifier"
    cases = {
        "linear": ("LinearClassifier", linear, HOURS),
        "linear_warm": ("LinearClassifier", linear_warm, HOURS),
        "deep": ("DNNClassifier", deep, NAMED),
        "deep_warm": ("DNNClassifier", deep_warm, NAMED),
        "combined_warm": (combined, combined_warm, HOURS),
    }
    return {
        f"vocabulary_{space}_{name}": Case(
            of(space, kind, build), labels,
            features=real_tables.CENSUS, parse_spec=parse_spec_of(_parsed),
        )
        for name, (kind, build, labels) in cases.items()
    }  # fmt: skip


CASES = {**_of_namespace("v2"), **_of_namespace("v1")}
