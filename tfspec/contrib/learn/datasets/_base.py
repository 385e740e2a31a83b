"""tf.contrib.learn.datasets.base: reading and fetching small data sets."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import urllib.request
from collections import namedtuple
from typing import Any

import numpy as np

Dataset = namedtuple("Dataset", ["data", "target"])
Datasets = namedtuple("Datasets", ["train", "validation", "test"])


def maybe_download(filename: str, work_directory: str, source_url: str) -> str:
    """The path of a file in a folder; it is downloaded if it isn't there."""
    os.makedirs(work_directory, exist_ok=True)
    path = os.path.join(work_directory, filename)
    if not os.path.exists(path):
        with (
            urllib.request.urlopen(source_url) as answer,
            tempfile.NamedTemporaryFile(dir=work_directory, delete=False) as part,
        ):
            shutil.copyfileobj(answer, part)
        os.replace(part.name, path)
    return path


def load_csv_with_header(
    filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """Reads a CSV file whose first line starts with the numbers of rows and of features."""
    with open(filename, newline="") as file:
        rows = list(csv.reader(file))[1:]
    return _dataset(rows, target_dtype, features_dtype, target_column)


def load_csv_without_header(
    filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """Reads a CSV file."""
    with open(filename, newline="") as file:
        rows = list(csv.reader(file))
    return _dataset(rows, target_dtype, features_dtype, target_column)


def _dataset(rows: list[list[str]], target_dtype: Any, features_dtype: Any, column: int) -> Dataset:
    rows = [list(row) for row in rows]
    target = np.array([row.pop(column) for row in rows], dtype=target_dtype)
    return Dataset(np.array(rows, dtype=features_dtype), target)
