"""Reads Keras models from disk."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from typing import Any

from tfspec import _keras


def load_model(path: str | os.PathLike, custom_objects: Mapping[str, Any] | None) -> Any:
    """The model in a file or folder, read with the Keras that wrote it.

    Raises:
        ValueError: a path in Google's cloud.
        OSError: there is no such model.
    """
    path = os.fspath(path)
    if path.startswith("gs://"):
        raise ValueError(
            f"{path} is not a local path. Please copy the model locally first, and give the copy "
            "as `keras_model_path`."
        )
    keras = _keras.keras_of_version(_version_in(path))
    return keras.models.load_model(path, custom_objects=custom_objects)


def _version_in(path: str) -> str:
    """The version of Keras that wrote a model."""
    import h5py  # here, because only those need it who give a path

    if not os.path.isfile(path):
        return "2"  # a SavedModel, which Keras 3 neither writes nor reads
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("metadata.json"))["keras_version"]
    if h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            return str(file.attrs.get("keras_version", "2"))
    return "2"
