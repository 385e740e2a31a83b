"""What an evaluation found, told to the log and to event files."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
Value = v1.Summary.Value


def write_results(
    folder: str, results: dict[str, Any], checkpoint_path: str | None = None
) -> None:
    """Writes metrics as an event of the step `results['global_step']`.

    Args:
      folder: where the event file goes.
      results: metric values by name: NumPy or Python numbers, arrays, or serialized summaries
        (bytes), which are written as they are under tags `name/0`, `name/1`...
      checkpoint_path: the checkpoint that was evaluated; noted down as well if given.
    """
    metrics = {name: value for name, value in results.items() if value is not None}
    step = metrics.pop(v1.GraphKeys.GLOBAL_STEP)
    v1.logging.info("Saving dict for global step %d: %s", step, _in_words(results))
    _write(folder, step, (item for name in metrics for item in _values(metrics[name], name)))
    if checkpoint_path:
        kind = "checkpoint_path"
        v1.logging.info("Saving %r summary for global step %d: %s", kind, step, checkpoint_path)
        noted = tf.make_tensor_proto(checkpoint_path, tf.string)
        _write(folder, step, [Value(tag=kind, tensor=noted)])


def _write(folder: str, step: int, values: Iterable[Value]) -> None:
    """Appends one event to the folder's file, for readers to see at once."""
    with tf.Graph().as_default():  # a v1 writer may not be made while executing eagerly
        writer = v1.summary.FileWriterCache.get(folder)
    writer.add_summary(v1.Summary(value=values), step)
    writer.flush()


def _in_words(results: dict[str, Any]) -> str:
    """`name = value` of all metrics that can be read, in order of their names."""
    readable = sorted(item for item in results.items() if not isinstance(item[1], bytes))
    return ", ".join(
        # str(): in a format, NumPy's numbers show all digits of a double.
        f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {str(value)}"
        for name, value in readable
    )


@functools.singledispatch
def _values(metric: Any, tag: str) -> list[Value]:
    """The summary values of one metric, by its type; none for a type that no summary has."""
    v1.logging.warning(
        "Skipping summary for %s: it is a %s. Event files take numbers (int, float, np.int32, "
        "np.int64, np.float32, np.float64), np.ndarrays and serialized Summary protos (bytes).",
        tag, type(metric).__name__,
    )
    return []


@_values.register(int)
@_values.register(float)  # np.float64 is one
@_values.register(np.float32)
@_values.register(np.int32)
@_values.register(np.int64)
def _number(metric: Any, tag: str) -> list[Value]:
    return [Value(tag=tag, simple_value=metric)]


@_values.register
def _array(metric: np.ndarray, tag: str) -> list[Value]:
    v1.logging.info("Summary for np.ndarray %s: TensorBoard needs a plugin to show it.", tag)
    return [Value(tag=tag, node_name=tag, tensor=tf.make_tensor_proto(metric))]


@_values.register
def _serialized(metric: bytes, tag: str) -> list[Value]:
    summary = v1.Summary()
    try:
        summary.ParseFromString(metric)
    except Exception:  # protobuf's DecodeError, which no public module names
        v1.logging.warning(
            "Skipping summary for %s, cannot parse string to Summary: its bytes are no "
            "serialized tf.compat.v1.Summary.", tag,
        )
        return []
    for index, value in enumerate(summary.value):
        value.tag = f"{tag}/{index}"
    return list(summary.value)
