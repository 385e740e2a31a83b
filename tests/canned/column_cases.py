"""All feature columns that TensorFlow ships, in canned models of people of a census."""

from __future__ import annotations

import pathlib
from typing import Any

from tests.canned import real_tables
from tests.canned.cases import Case, Libraries
from tests.canned.real_cases import parse_spec_of

VOCABULARY = pathlib.Path(__file__).parent / "words.txt"
SIZE = len(VOCABULARY.read_text().split())


def _words(tf: Any) -> dict[str, Any]:
    """Categorical columns: of one value a row, of several, and weighted ones."""
    make = tf.feature_column
    ages = make.bucketized_column(make.numeric_column("age"), [25.0, 35.0, 45.0, 60.0])
    listed = make.categorical_column_with_vocabulary_list(
        "words", ["Husband", "Wife", "Divorced"], num_oov_buckets=3
    )
    filed = make.categorical_column_with_vocabulary_file("relationship", str(VOCABULARY), SIZE)
    hashed = make.categorical_column_with_hash_bucket("words", 20)
    return {
        "ages": ages,
        "listed": listed,
        "filed": filed,
        "filed_oov": make.categorical_column_with_vocabulary_file(
            "words", str(VOCABULARY), num_oov_buckets=2
        ),
        "hashed": hashed,
        "hashed_numbers": make.categorical_column_with_hash_bucket("years", 7, tf.int64),
        "identity": make.categorical_column_with_identity("years", 9, default_value=0),
        "one": make.categorical_column_with_identity("decade", 12),
        "crossed": make.crossed_column([ages, "occupation"], 30),
        "crossed_many": make.crossed_column(["words", filed], 25, hash_key=5),
        "weighted": make.weighted_categorical_column(hashed, "counts"),
    }


def _linear(tf: Any) -> list[Any]:
    make = tf.feature_column
    words = _words(tf)
    # A column and its weighted twin have different names; the same key twice has not.
    names = ("ages", "filed", "identity", "one", "crossed", "crossed_many", "weighted")
    numbers = make.numeric_column("hr_per_week", normalizer_fn=lambda hours: hours / 40.0)
    return [numbers, *(words[name] for name in names)]


def _linear_more(tf: Any) -> list[Any]:
    words = _words(tf)
    return [words["filed_oov"], words["hashed_numbers"], words["ages"]]


def _deep(tf: Any, shared: Any) -> list[Any]:
    """Dense columns of every kind; `shared` makes two that share an embedding."""
    make = tf.feature_column
    words = _words(tf)
    zeros = tf.compat.v1.truncated_normal_initializer(stddev=0.2)
    return [
        make.numeric_column("hr_per_week", normalizer_fn=lambda hours: hours / 40.0),
        words["ages"],
        make.indicator_column(words["listed"]),
        make.indicator_column(words["crossed"]),
        make.embedding_column(words["weighted"], 3, combiner="mean"),
        make.embedding_column(words["hashed_numbers"], 3, combiner="sqrtn", initializer=zeros),
        make.embedding_column(words["crossed_many"], 2, combiner="sum", max_norm=0.5),
        make.embedding_column(words["filed"], 2, trainable=False),
        make.embedding_column(words["one"], 2),
        *shared(
            [
                make.categorical_column_with_hash_bucket("education", 20),
                make.categorical_column_with_hash_bucket("occupation", 20),
            ],
            3,
        ),
    ]


def _deep_v2(tf: Any) -> list[Any]:
    with tf.Graph().as_default():  # shared embeddings can't be made eagerly
        return _deep(tf, tf.feature_column.shared_embeddings)


def _deep_v1(tf: Any) -> list[Any]:
    with tf.Graph().as_default():
        return _deep(tf, tf.compat.v1.feature_column.shared_embedding_columns)


def _weighted_indicator(tf: Any) -> list[Any]:
    make = tf.feature_column
    words = _words(tf)
    return [make.indicator_column(words["weighted"]), make.indicator_column(words["filed_oov"])]


def _sequences(tf: Any) -> list[Any]:
    make = tf.feature_column
    listed = make.sequence_categorical_column_with_vocabulary_list("words", ["Husband", "Wife"])
    years = make.sequence_categorical_column_with_identity("years", 9, default_value=0)
    hashed = make.sequence_categorical_column_with_hash_bucket("words", 10)
    return [
        make.sequence_numeric_column("counts", normalizer_fn=lambda counts: counts * 2.0),
        make.indicator_column(listed),
        make.embedding_column(years, 2),
        make.embedding_column(hashed, 3),
    ]


def _sequences_of_a_file(tf: Any) -> list[Any]:
    make = tf.feature_column
    filed = make.sequence_categorical_column_with_vocabulary_file("words", str(VOCABULARY), SIZE)
    return [make.sequence_numeric_column("counts"), make.embedding_column(filed, 2)]


def _context(tf: Any) -> list[Any]:
    make = tf.feature_column
    return [make.numeric_column("share"), make.indicator_column(_words(tf)["one"])]


def _shared_sequences(tf: Any) -> list[Any]:
    make = tf.feature_column
    columns = [
        make.sequence_categorical_column_with_hash_bucket("words", 10),
        make.sequence_categorical_column_with_hash_bucket("years", 10, tf.int64),
    ]
    with tf.Graph().as_default():
        return make.shared_embeddings(columns, 2)


def _case(columns: Any, make: Any, **options: Any) -> Case:
    """A case whose `make` gets libraries, columns and a configuration."""
    return Case(
        lambda lib, config: make(lib, columns(lib.tf), config),
        real_tables.INCOME,
        features=real_tables.CENSUS,
        **{"parse_spec": parse_spec_of(columns), **options},
    )


def _recurrent() -> dict[str, Case]:
    def with_context(tf: Any) -> list[Any]:
        return [*_sequences(tf), *_context(tf)]

    def rnn(lib: Libraries, columns: Any, config: Any) -> Any:
        sequences, context = columns[: -len(_context(lib.tf))], columns[-len(_context(lib.tf)) :]
        return lib.v2.experimental.RNNClassifier(sequences, context, units=[4], config=config)

    def alone(lib: Libraries, columns: Any, config: Any) -> Any:
        return lib.v2.experimental.RNNClassifier(columns, units=[3], config=config)

    return {
        "columns_sequence": _case(with_context, rnn, reproducible=False),
        "columns_sequence_of_file": _case(_sequences_of_a_file, alone, reproducible=False),
        "columns_shared_sequence": _case(_shared_sequences, alone, reproducible=False),
    }


def _of_namespace(space: str) -> dict[str, Case]:
    def linear(lib: Libraries, columns: Any, config: Any) -> Any:
        return getattr(lib, space).LinearClassifier(columns, config=config)

    def linear_mean(lib: Libraries, columns: Any, config: Any) -> Any:
        return getattr(lib, space).LinearClassifier(
            columns, sparse_combiner="mean", config=config
        )

    def deep(lib: Libraries, columns: Any, config: Any) -> Any:
        return getattr(lib, space).DNNClassifier([4], columns, config=config)

    return {
        f"columns_{space}_linear": _case(_linear, linear),
        f"columns_{space}_linear_mean": _case(_linear_more, linear_mean),
        # v1's shared embeddings are for its own parse spec; the features are the same.
        f"columns_{space}_deep": _case(
            _deep_v2 if space == "v2" else _deep_v1, deep, parse_spec=parse_spec_of(_deep_v2)
        ),
        f"columns_{space}_indicators": _case(_weighted_indicator, deep),
    }


CASES = {**_of_namespace("v2"), **_of_namespace("v1"), **_recurrent()}
