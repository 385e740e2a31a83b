"""Real tables for the cases: people of a census, iris, handwritten digits, diabetes.

The census rows are those of docs/examples/wide_and_deep.py, which says where they come from; the
other tables come with scikit-learn. What has several values per row is made of them.
"""

from __future__ import annotations

import csv
import gzip
import io
import pathlib
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes, load_digits, load_iris

CENSUS_FILE = pathlib.Path(__file__).parents[2] / "docs" / "examples" / "census.csv.gz"
NUMBERS = ("age", "education_num", "capital_gain", "capital_loss", "hr_per_week")
WORDS = ("education", "marital", "occupation", "relationship", "type_employer")
PEOPLE = 80


def _census() -> tuple[dict[str, Any], np.ndarray]:
    """Columns by name, and whether the income is above 50,000 dollars a year."""
    text = gzip.decompress(CENSUS_FILE.read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))[:PEOPLE]
    table: dict[str, Any] = {
        name: np.array([float(row[name]) for row in rows], np.float32) for name in NUMBERS
    }
    table |= {name: np.array([row[name].encode() for row in rows]) for name in WORDS}
    table["id"] = np.array([str(number).encode() for number in range(len(rows))])
    table["share"] = table["hr_per_week"] / 40
    table["decade"] = (table["age"] // 10).astype(np.int64)
    # One to three words a person, how much each counts, and a number for each word.
    table["words"] = [
        [row["marital"], row["relationship"], row["education"]][: 1 + number % 3]
        for number, row in enumerate(rows)
    ]
    table["counts"] = [
        [float(row["hr_per_week"]) / 40, 0.5, float(row["education_num"]) / 10][: 1 + number % 3]
        for number, row in enumerate(rows)
    ]
    table["years"] = [
        [int(row["age"]) // 10, int(row["education_num"]), 3][: 1 + number % 3]
        for number, row in enumerate(rows)
    ]
    return table, np.array([row["income"] == ">50K" for row in rows], np.int64)


def _iris() -> tuple[dict[str, Any], np.ndarray]:
    flowers = load_iris()
    names = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    columns = zip(names, flowers.data[::2].T.astype(np.float32), strict=True)
    return dict(columns), flowers.target[::2].astype(np.int64)


def _digits() -> tuple[dict[str, Any], np.ndarray]:
    digits = load_digits()
    return {"pixels": digits.images[:64].astype(np.float32) / 16}, digits.target[:64]


def _diabetes() -> tuple[dict[str, Any], np.ndarray]:
    patients = load_diabetes()
    table: dict[str, Any] = {
        name: (patients.data[:64, number] * 20).astype(np.float32)
        for number, name in enumerate(patients.feature_names)
    }
    table["sex"] = (table["sex"] > 0).astype(np.int64)
    return table, (patients.target[:64] / 100).astype(np.float32)


CENSUS, INCOME = _census()
IRIS, SPECIES = _iris()
DIGITS, DIGIT = _digits()
DIABETES, PROGRESS = _diabetes()
