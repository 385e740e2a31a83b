"""Writes evaluation results to event files and the log."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1


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
    step = results[v1.GraphKeys.GLOBAL_STEP]
    shown = ", ".join(f"{name} = {_shown(value)}" for name, value in sorted(results.items())
                      if not isinstance(value, bytes))
    v1.logging.info("Saving dict for global step %d: %s", step, shown)
    with tf.Graph().as_default():  # a v1 writer may not be made while executing eagerly
        writer = v1.summary.FileWriterCache.get(folder)
    summary = v1.Summary()
    for name, value in results.items():
        if value is not None and name != v1.GraphKeys.GLOBAL_STEP:
            _add(summary, name, value)
    writer.add_summary(summary, step)
    writer.flush()
    if checkpoint_path:
        v1.logging.info(
            "Saving 'checkpoint_path' summary for global step %d: %s", step, checkpoint_path
        )
        summary = v1.Summary()
        summary.value.add(
            tag="checkpoint_path", tensor=tf.make_tensor_proto(checkpoint_path, tf.string)
        )
        writer.add_summary(summary, step)
        writer.flush()


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _add(summary: v1.Summary, name: str, value: Any) -> None:
    """Adds one metric to a summary, in the form that suits its type."""
    if isinstance(value, (np.float32, float)):
        summary.value.add(tag=name, simple_value=float(value))
    elif isinstance(value, (np.int64, np.int32, int)):
        summary.value.add(tag=name, simple_value=int(value))
    elif isinstance(value, bytes):
        _add_serialized(summary, name, value)
    elif isinstance(value, np.ndarray):
        summary.value.add(tag=name, node_name=name, tensor=tf.make_tensor_proto(value))
        v1.logging.info(
            "Summary for np.ndarray is not visible in Tensorboard by default. "
            "Consider using a Tensorboard plugin for visualization (see "
            "https://github.com/tensorflow/tensorboard-plugin-example/blob/master/README.md"
            " for more information)."
        )
    else:
        v1.logging.warning(
            "Skipping summary for %s, must be a float, np.float32, np.int64, "
            "np.int32 or int or np.ndarray or a serialized string of Summary.",
            name,
        )


def _add_serialized(summary: v1.Summary, name: str, value: bytes) -> None:
    try:
        parsed = v1.Summary.FromString(value)
    except Exception:  # protobuf's DecodeError, which no public module names
        v1.logging.warning("Skipping summary for %s, cannot parse string to Summary.", name)
        return
    for index, item in enumerate(parsed.value):
        item.tag = f"{name}/{index}"
        summary.value.append(item)
