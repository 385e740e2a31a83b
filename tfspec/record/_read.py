"""Reads what a program wrote: scalars of event files, variables, signatures."""

from __future__ import annotations

import glob
import hashlib
import logging
import os
import re
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import _tf

v1 = tf.compat.v1

_SAMPLE = 64  # values of each variable that are kept, evenly spread
# Of the machine and the moment, not of the model: speeds, and how full an input queue was.
_OF_THE_MOMENT = re.compile(r"(global_step|examples)/sec|.*queue/?fraction_(of|over)_\w+_full")


def read_folder(folder: str, since: float) -> dict[str, Any]:
    """What training or evaluation left in a folder, {} if that is nothing.

    Args:
        folder: where checkpoints and event files were written to.
        since: event files older than this, in seconds since the epoch, are left out.

    Returns:
        `events`, by tag `[step, value]`, value None where it is no scalar; `variables` of the
        last checkpoint.
    """
    events, variables = _events(folder, since), _variables(folder)
    return {"events": events, "variables": variables} if events or variables else {}


def read_exports(base: str, since: float) -> list[dict[str, Any]]:
    """The signatures of each export below a folder, those older than `since` left out."""
    made = sorted(glob.glob(os.path.join(glob.escape(base), "*", "saved_model.pb*")))
    return [_signatures(path) for path in made if os.path.getmtime(path) >= since]


def _events(folder: str, since: float) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "events.out.tfevents.*"))):
        if os.path.getmtime(path) < since:
            continue
        for event in _read_events(path):
            for value in event.summary.value:
                if not _OF_THE_MOMENT.fullmatch(value.tag):
                    found.setdefault(value.tag, []).append([event.step, _scalar(value)])
    return {tag: sorted(points, key=lambda point: point[0]) for tag, points in found.items()}


def _read_events(path: str) -> list[Any]:
    """The events of a file, without the word that the function for it is an old one."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return list(v1.train.summary_iterator(path))
    finally:
        logger.setLevel(level)


def _scalar(value: Any) -> float | None:
    if value.HasField("simple_value"):
        return float(value.simple_value)
    if value.HasField("tensor"):
        array = tf.make_ndarray(value.tensor)
        if array.ndim == 0 and np.issubdtype(array.dtype, np.number):
            return float(array)
    return None


def _variables(folder: str) -> dict[str, Any]:
    path = tf.train.latest_checkpoint(folder)
    if path is None:
        return {}
    reader = tf.train.load_checkpoint(path)
    return {
        name: _described(reader.get_tensor(name), shape)
        for name, shape in sorted(reader.get_variable_to_shape_map().items())
    }


def _described(value: Any, shape: list[int]) -> dict[str, Any]:
    """Dtype, shape, a checksum of the bytes, and a sample to tell how far two values differ."""
    array = np.asarray(value)
    data = array.tobytes() if array.dtype != object else repr(array.tolist()).encode()
    described = {
        "dtype": str(array.dtype),
        "shape": list(shape),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    if np.issubdtype(array.dtype, np.number) or array.dtype == bool:
        flat = array.reshape(-1).astype(np.float64)
        places = np.linspace(0, max(len(flat) - 1, 0), min(len(flat), _SAMPLE)).astype(int)
        described["norm"] = float(np.linalg.norm(flat))
        described["sample"] = [float(value) for value in flat[places]]
    return described


def _signatures(path: str) -> dict[str, Any]:
    """By tags and name: the method, and inputs and outputs as `[dtype, shape]`."""
    found = {}
    for meta_graph in _tf.read_saved_model(path).meta_graphs:
        tags = ",".join(sorted(meta_graph.meta_info_def.tags))
        for name, signature in sorted(meta_graph.signature_def.items()):
            found[f"{tags}:{name}"] = {
                "method": signature.method_name,
                "inputs": {key: _tensor(info) for key, info in sorted(signature.inputs.items())},
                "outputs": {key: _tensor(info) for key, info in sorted(signature.outputs.items())},
            }
    return found


def _tensor(info: Any) -> list[Any]:
    """`[dtype, shape]`; without dtype where the signature names an operation, as initializers."""
    shape = tf.TensorShape(info.tensor_shape)
    dtype = tf.as_dtype(info.dtype).name if info.dtype else None
    return [dtype, None if shape.rank is None else shape.as_list()]
