"""Canned models that the original and tfspec both train: the cases of the golden recordings.

Everything is built from the modules that `Libraries` names, so that this file runs with the
original as well; see record.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

ROWS, BATCH = 64, 16

_RANDOM = np.random.RandomState(7)
TABLE = {
    "age": _RANDOM.uniform(18, 80, ROWS).astype(np.float32),
    "pair": _RANDOM.randn(ROWS, 2).astype(np.float32),
    "town": _RANDOM.choice([b"Ulm", b"Bern", b"Rom"], ROWS),
    "size": _RANDOM.randint(0, 5, ROWS),
    "weight": _RANDOM.uniform(0.5, 2.0, ROWS).astype(np.float32),
    "room": np.arange(ROWS) % 4,
    "id": np.array([str(row).encode() for row in range(ROWS)]),
}
BINARY = (TABLE["age"] > 45).astype(np.int64)
MULTI = _RANDOM.randint(0, 3, ROWS)
NUMBER = (TABLE["age"] / 10 + _RANDOM.randn(ROWS)).astype(np.float32)
NUMBERS = _RANDOM.randn(ROWS, 2).astype(np.float32)
POINTS = _RANDOM.randn(ROWS, 2).astype(np.float32)


class Libraries(NamedTuple):
    """What a case is built from."""

    tf: Any
    keras: Any  # Keras 2
    v2: Any  # tf.estimator, or tfspec.estimator
    v1: Any  # tf.compat.v1.estimator, or tfspec.compat.v1.estimator


class Case(NamedTuple):
    """A model and its data.

    Attributes:
        make: builds the estimator from libraries and a `RunConfig`.
        labels: of the rows of the features; None if there are none.
        reproducible: whether a seed determines the initial values. If not, only what follows from
            a checkpoint can be compared.
        batch: rows in a batch.
        checkpoint: whether a checkpoint is kept with the recording.
        features: columns by name, or one array. A column whose rows have several values is a list.
        parse_spec: for `tf.io.parse_example`. If given, features go through serialized examples,
            and the model's export is served with them.
    """

    make: Callable[[Libraries, Any], Any]
    labels: np.ndarray | None
    reproducible: bool = True
    batch: int = BATCH
    checkpoint: bool = True
    features: Any = TABLE
    parse_spec: Callable[[Libraries], dict[str, Any]] | None = None


def dataset(lib: Libraries, case: Case, labels: bool, repeat: bool) -> Any:
    """The rows in batches."""
    tf = lib.tf
    rows = case.features if case.parse_spec is None else serialized(tf, case.features)
    with_labels = labels and case.labels is not None
    data = tf.data.Dataset.from_tensor_slices((rows, case.labels) if with_labels else rows)
    data = (data.repeat() if repeat else data).batch(case.batch)
    if case.parse_spec is None:
        return data
    spec = case.parse_spec(lib)
    if with_labels:
        return data.map(lambda rows, labels: (tf.io.parse_example(rows, spec), labels))
    return data.map(lambda rows: tf.io.parse_example(rows, spec))


def serialized(tf: Any, features: Mapping[str, Any]) -> list[bytes]:
    """The rows as `tf.train.Example`s."""

    def feature(value: Any) -> Any:
        array = np.ravel(value)
        if array.dtype.kind in "SUO":
            texts = [text if isinstance(text, bytes) else text.encode() for text in array]
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=texts))
        if array.dtype.kind in "iu":
            return tf.train.Feature(int64_list=tf.train.Int64List(value=array))
        return tf.train.Feature(float_list=tf.train.FloatList(value=array))

    return [
        tf.train.Example(
            features=tf.train.Features(
                feature={name: feature(column[row]) for name, column in features.items()}
            )
        ).SerializeToString(deterministic=True)
        for row in range(len(next(iter(features.values()))))
    ]


def _wide(tf: Any) -> list[Any]:
    columns = tf.feature_column
    age = columns.bucketized_column(columns.numeric_column("age"), [30.0, 50.0, 60.0])
    town = columns.categorical_column_with_vocabulary_list("town", ["Ulm", "Bern", "Rom"])
    return [
        columns.numeric_column("pair", (2,)),
        age,
        town,
        columns.categorical_column_with_identity("size", 5),
        columns.crossed_column([age, "town"], 10),
    ]


def _deep(tf: Any) -> list[Any]:
    columns = tf.feature_column
    _, _, town, size, crossed = _wide(tf)
    return [
        columns.numeric_column("age", normalizer_fn=lambda age: (age - 45.0) / 20.0),
        columns.numeric_column("pair", (2,)),
        columns.indicator_column(town),
        columns.embedding_column(size, 3),
        columns.embedding_column(crossed, 2, combiner="sqrtn"),
    ]


def _both(tf: Any) -> dict[str, Any]:
    return {
        "linear_feature_columns": _wide(tf),
        "dnn_feature_columns": _deep(tf),
        "dnn_hidden_units": [4, 3],
    }


def of(namespace: str, name: str, build: Callable[[Libraries], tuple[tuple, dict]]) -> Callable:
    """What makes the estimator `name`: `build` gives its arguments."""

    def make(lib: Libraries, config: Any) -> Any:
        arguments, options = build(lib)
        return getattr(getattr(lib, namespace), name)(*arguments, config=config, **options)

    return make


_WEIGHTED = {"weight_column": "weight"}


def _in_both() -> dict[str, tuple[str, Callable, np.ndarray]]:
    """Name of the case: name of the class, its arguments, labels."""
    regularized = {"dropout": 0.3, "batch_norm": True, "optimizer": "Adam"}
    tuned = {"dnn_optimizer": "Adam", "linear_optimizer": "SGD", "dnn_dropout": 0.2}
    return {
        "linear_classifier": (
            "LinearClassifier",
            lambda lib: ((_wide(lib.tf),), {"n_classes": 3, **_WEIGHTED}),
            MULTI,
        ),
        "linear_regressor": (
            "LinearRegressor",
            lambda lib: ((_wide(lib.tf),), {"label_dimension": 2, "sparse_combiner": "mean"}),
            NUMBERS,
        ),
        "dnn_classifier": (
            "DNNClassifier",
            lambda lib: (([4, 3], _deep(lib.tf)), regularized),
            BINARY,
        ),
        "dnn_regressor": (
            "DNNRegressor",
            lambda lib: (([4, 3], _deep(lib.tf)), {"optimizer": "RMSProp", **_WEIGHTED}),
            NUMBER,
        ),
        "combined_classifier": (
            "DNNLinearCombinedClassifier",
            lambda lib: ((), {"n_classes": 3, **_both(lib.tf)}),
            MULTI,
        ),
        "combined_regressor": (
            "DNNLinearCombinedRegressor",
            lambda lib: ((), {**_both(lib.tf), **tuned}),
            NUMBER,
        ),
        "combined_estimator": (
            "DNNLinearCombinedEstimator",
            lambda lib: ((lib.v2.BinaryClassHead(),), _both(lib.tf)),
            BINARY,
        ),
    }


# In tf.estimator the others fail: v2's baselines with several features (FailedPreconditionError;
# option_cases.py has them with one), and v1's linear and deep
# estimators with every public head.
_IN_V1 = {
    "baseline_classifier": ("BaselineClassifier", lambda lib: ((), {"n_classes": 3}), MULTI),
    "baseline_regressor": ("BaselineRegressor", lambda lib: ((), _WEIGHTED), NUMBER),
    "baseline_estimator": (
        "BaselineEstimator",
        lambda lib: ((lib.v2.RegressionHead(),), {}),
        NUMBER,
    ),
}
_IN_V2 = {
    "linear_estimator": (
        "LinearEstimator",
        lambda lib: ((lib.v2.PoissonRegressionHead(), _wide(lib.tf)), {}),
        NUMBER.clip(0),
    ),
    "dnn_estimator": (
        "DNNEstimator",
        lambda lib: ((lib.v2.MultiClassHead(3), [4, 3], _deep(lib.tf)), {}),
        MULTI,
    ),
}


def _classic(namespace: str) -> dict[str, Case]:
    """The four families of one namespace, each as classifier, regressor and for a head."""
    cases = {**_in_both(), **(_IN_V1 if namespace == "v1" else _IN_V2)}
    return {
        f"{namespace}_{case}": Case(of(namespace, name, build), labels)
        for case, (name, build, labels) in cases.items()
    }


def _others() -> dict[str, Case]:
    def shared_embeddings(lib: Libraries, config: Any) -> Any:
        columns = lib.tf.feature_column
        keys = [columns.categorical_column_with_identity("size", 5),
                columns.categorical_column_with_identity("room", 5)]  # fmt: skip
        with lib.tf.Graph().as_default():  # they can't be made eagerly
            shared = columns.shared_embeddings(keys, 2)
        return lib.v2.DNNRegressor([3], shared, config=config, optimizer="SGD")

    def v1_columns(lib: Libraries, config: Any) -> Any:
        columns = lib.tf.feature_column
        keys = [columns.categorical_column_with_identity("size", 5),
                columns.categorical_column_with_identity("room", 5)]  # fmt: skip
        with lib.tf.Graph().as_default():
            shared = lib.tf.compat.v1.feature_column.shared_embedding_columns(keys, 2)
        return lib.v1.DNNRegressor([3], shared, config=config)

    def partitioned(lib: Libraries, config: Any) -> Any:
        halves = lib.tf.compat.v1.fixed_size_partitioner(2)
        return lib.v1.LinearClassifier(_wide(lib.tf), partitioner=halves, config=config)

    def sdca(lib: Libraries, config: Any) -> Any:
        optimizer = lib.v2.experimental.LinearSDCA("id", symmetric_l1_regularization=0.1)
        return lib.v2.LinearClassifier(
            _wide(lib.tf), weight_column="weight", optimizer=optimizer, config=config
        )

    def kmeans(lib: Libraries, config: Any) -> Any:
        return lib.v1.experimental.KMeans(
            3, initial_clusters="kmeans_plus_plus", seed=1, use_mini_batch=False, config=config
        )

    def rnn(lib: Libraries, config: Any) -> Any:
        columns = lib.tf.feature_column
        size = columns.sequence_categorical_column_with_identity("size", 5)
        context = [columns.numeric_column("pair", (2,))]
        return lib.v2.experimental.RNNClassifier(
            [columns.embedding_column(size, 2)],
            context, units=[4, 3], cell_type="lstm", weight_column="weight", config=config,
        )  # fmt: skip

    def rnn_estimator(lib: Libraries, config: Any) -> Any:
        size = lib.tf.feature_column.sequence_categorical_column_with_identity("size", 5)
        return lib.v2.experimental.RNNEstimator(
            lib.v2.RegressionHead(), [lib.tf.feature_column.indicator_column(size)],
            rnn_cell_fn=lambda: lib.keras.layers.GRUCell(3), optimizer="Adam", config=config,
        )  # fmt: skip

    return {
        "shared_embeddings": Case(shared_embeddings, NUMBER),
        "v1_columns": Case(v1_columns, NUMBER),
        "partitioned": Case(partitioned, BINARY),
        # One example at a time: within a batch their order is random. Its checkpoint is big.
        "sdca": Case(sdca, BINARY, batch=1, checkpoint=False),
        "kmeans": Case(kmeans, None, batch=ROWS, features=POINTS),
        # Keras draws initial values from Python's generator.
        "rnn": Case(rnn, BINARY, reproducible=False),
        "rnn_estimator": Case(rnn_estimator, NUMBER, reproducible=False),
    }


CASES = {**_classic("v2"), **_classic("v1"), **_others()}
