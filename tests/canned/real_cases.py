"""Every canned class on real tables."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.canned import real_tables
from tests.canned.cases import Case, Libraries, of

EDUCATION = ["HS-grad", "Some-college", "Bachelors", "Masters", "11th", "Assoc-voc"]


def _census_wide(tf: Any) -> list[Any]:
    make = tf.feature_column
    ages = make.bucketized_column(make.numeric_column("age"), [25.0, 35.0, 45.0, 60.0])
    education = make.categorical_column_with_vocabulary_list(
        "education", EDUCATION, default_value=0
    )
    occupation = make.categorical_column_with_hash_bucket("occupation", 20)
    return [ages, education, occupation, make.crossed_column([ages, "education"], 50)]


def _census_deep(tf: Any) -> list[Any]:
    make = tf.feature_column
    _, education, occupation, _ = _census_wide(tf)
    hours = make.numeric_column("hr_per_week", normalizer_fn=lambda hours: (hours - 40.0) / 12.0)
    return [hours, make.indicator_column(education), make.embedding_column(occupation, 4)]


def _iris_columns(tf: Any) -> list[Any]:
    return [tf.feature_column.numeric_column(name) for name in real_tables.IRIS]


def _digit_columns(tf: Any) -> list[Any]:
    return [tf.feature_column.numeric_column("pixels", (8, 8))]


def _diabetes_columns(tf: Any) -> list[Any]:
    make = tf.feature_column
    numbers = [make.numeric_column(name) for name in real_tables.DIABETES if name != "sex"]
    return [*numbers, make.indicator_column(make.categorical_column_with_identity("sex", 2))]


def _digit_rows(tf: Any) -> list[Any]:
    return [tf.feature_column.sequence_numeric_column("pixels", (8,))]


def parse_spec_of(columns: Callable[[Any], list[Any]], *more: str) -> Callable[[Libraries], Any]:
    """What parses the features of `columns`, and `more` numbers."""

    def parse_spec(lib: Libraries) -> dict[str, Any]:
        spec = lib.tf.feature_column.make_parse_example_spec(columns(lib.tf))
        return {**spec, **{name: lib.tf.io.FixedLenFeature([1], "float32") for name in more}}

    return parse_spec


def _both(tf: Any) -> list[Any]:
    return [*_census_wide(tf), *_census_deep(tf)]


_census = functools.partial(Case, labels=real_tables.INCOME, features=real_tables.CENSUS)
_iris = functools.partial(Case, labels=real_tables.SPECIES, features=real_tables.IRIS)
_digits = functools.partial(Case, labels=real_tables.DIGIT, features=real_tables.DIGITS)
_diabetes = functools.partial(Case, labels=real_tables.PROGRESS, features=real_tables.DIABETES)


def _wide_and_deep(lib: Libraries) -> dict[str, Any]:
    return {
        "linear_feature_columns": _census_wide(lib.tf),
        "dnn_feature_columns": _census_deep(lib.tf),
        "dnn_hidden_units": [8, 4],
    }


def _of_census(space: str) -> dict[str, Case]:
    return {
        "census_linear": _census(
            of(space, "LinearClassifier", lambda lib: ((_census_wide(lib.tf),), {})),
            parse_spec=parse_spec_of(_census_wide),
        ),
        "census_dnn": _census(
            of(
                space, "DNNClassifier",
                lambda lib: (([8, 4], _census_deep(lib.tf)), {"weight_column": "share"}),
            ),
            parse_spec=parse_spec_of(_census_deep, "share"),
        ),
        "census_combined": _census(
            of(
                space, "DNNLinearCombinedClassifier",
                lambda lib: ((), {**_wide_and_deep(lib), "weight_column": "share"}),
            ),
            parse_spec=parse_spec_of(_both, "share"),
        ),
        "census_combined_head": _census(
            of(
                space, "DNNLinearCombinedEstimator",
                lambda lib: ((lib.v2.BinaryClassHead(thresholds=[0.3]),), _wide_and_deep(lib)),
            ),
            parse_spec=parse_spec_of(_both),
        ),
    }  # fmt: skip


def _of_classes(space: str) -> dict[str, Case]:
    iris, digits = parse_spec_of(_iris_columns), parse_spec_of(_digit_columns)
    return {
        "iris_linear": _iris(
            of(
                space, "LinearClassifier",
                lambda lib: ((_iris_columns(lib.tf),), {"n_classes": 3, "optimizer": "SGD"}),
            ),
            parse_spec=iris,
        ),
        "iris_names": _iris(
            of(
                space, "DNNClassifier",
                lambda lib: (
                    ([10, 10], _iris_columns(lib.tf)),
                    {"n_classes": 3, "label_vocabulary": ["setosa", "versicolor", "virginica"]},
                ),
            ),
            labels=np.array([b"setosa", b"versicolor", b"virginica"])[real_tables.SPECIES],
            parse_spec=iris,
        ),
        "digits_dnn": _digits(
            of(
                space, "DNNClassifier",
                lambda lib: (
                    ([12], _digit_columns(lib.tf)),
                    {"n_classes": 10, "optimizer": "Adam", "dropout": 0.1, "batch_norm": True},
                ),
            ),
            parse_spec=digits,
        ),
    }  # fmt: skip


def _of_numbers(space: str) -> dict[str, Case]:
    diabetes = parse_spec_of(_diabetes_columns)
    return {
        "diabetes_linear": _diabetes(
            of(space, "LinearRegressor", lambda lib: ((_diabetes_columns(lib.tf),), {})),
            parse_spec=diabetes,
        ),
        "diabetes_dnn": _diabetes(
            of(space, "DNNRegressor", lambda lib: (([8, 4], _diabetes_columns(lib.tf)), {})),
            parse_spec=diabetes,
        ),
        "diabetes_combined": _diabetes(
            of(
                space, "DNNLinearCombinedRegressor",
                lambda lib: (
                    (),
                    {
                        "linear_feature_columns": _diabetes_columns(lib.tf),
                        "dnn_feature_columns": _diabetes_columns(lib.tf),
                        "dnn_hidden_units": [4],
                    },
                ),
            ),
            parse_spec=diabetes,
        ),
    }  # fmt: skip


def _sdca(lib: Libraries, config: Any) -> Any:
    optimizer = lib.v2.experimental.LinearSDCA("id", symmetric_l2_regularization=1.0)
    return lib.v2.LinearClassifier(_census_wide(lib.tf), optimizer=optimizer, config=config)


def _kmeans(lib: Libraries, config: Any) -> Any:
    return lib.v1.experimental.KMeans(
        3, initial_clusters="kmeans_plus_plus", seed=2, use_mini_batch=False,
        feature_columns=_iris_columns(lib.tf), config=config,
    )  # fmt: skip


def _rnn(lib: Libraries, config: Any) -> Any:
    return lib.v2.experimental.RNNClassifier(
        _digit_rows(lib.tf), units=[6], cell_type="gru", n_classes=10, config=config
    )


def _rnn_estimator(lib: Libraries, config: Any) -> Any:
    head = lib.v2.MultiClassHead(10)
    columns = _digit_rows(lib.tf)
    return lib.v2.experimental.RNNEstimator(head, columns, units=[5], config=config)


def _in_one() -> dict[str, Case]:
    """What only one namespace has, or works in the original in one only; see cases.py."""
    iris, diabetes = parse_spec_of(_iris_columns), parse_spec_of(_diabetes_columns)
    return {
        "iris_v1_baseline": _iris(
            of("v1", "BaselineClassifier", lambda lib: ((), {"n_classes": 3})), parse_spec=iris
        ),
        "diabetes_v1_baseline": _diabetes(
            of("v1", "BaselineRegressor", lambda lib: ((), {})), parse_spec=diabetes
        ),
        "iris_v1_baseline_head": _iris(
            of("v1", "BaselineEstimator", lambda lib: ((lib.v2.MultiClassHead(3),), {})),
            parse_spec=iris,
        ),
        "iris_v2_linear_head": _iris(
            of(
                "v2", "LinearEstimator",
                lambda lib: ((lib.v2.MultiClassHead(3), _iris_columns(lib.tf)), {}),
            ),
            parse_spec=iris,
        ),
        "diabetes_v2_dnn_head": _diabetes(
            of(
                "v2", "DNNEstimator",
                lambda lib: ((lib.v2.RegressionHead(), [4], _diabetes_columns(lib.tf)), {}),
            ),
            parse_spec=diabetes,
        ),
        # One example at a time, as in cases.py.
        "census_sdca": _census(
            _sdca, batch=1, checkpoint=False,
            features={
                name: column for name, column in real_tables.CENSUS.items()
                if isinstance(column, np.ndarray)
            },
        ),
        "iris_kmeans": Case(
            _kmeans, None, batch=75, features=real_tables.IRIS, parse_spec=iris
        ),
        "digits_rnn": _digits(_rnn, reproducible=False, parse_spec=parse_spec_of(_digit_rows)),
        "digits_rnn_estimator": _digits(
            _rnn_estimator, reproducible=False, parse_spec=parse_spec_of(_digit_rows)
        ),
    }  # fmt: skip


CASES = {
    **{
        name.replace("_", f"_{space}_", 1): case
        for space in ("v2", "v1") for name, case in {
            **_of_census(space), **_of_classes(space), **_of_numbers(space)
        }.items()
    },
    **_in_one(),
}  # fmt: skip
