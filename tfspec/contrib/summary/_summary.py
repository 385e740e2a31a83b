"""tf.contrib.summary: summaries that write when a writer is the default.

TensorFlow 2 has them without a step counted for you: here the global step is taken.
"""

from __future__ import annotations

import contextlib
from typing import Any

import tensorflow as tf

from tfspec.summaries import _plugins

v1 = tf.compat.v1
_summary = tf.compat.v2.summary

create_file_writer = _summary.create_file_writer
all_summary_ops = v1.summary.all_v2_summary_ops
initialize = v1.summary.initialize
flush = _summary.flush


def always_record_summaries() -> contextlib.AbstractContextManager[None]:
    """Inside, every summary is written."""
    return _summary.record_if(True)


def never_record_summaries() -> contextlib.AbstractContextManager[None]:
    """Inside, no summary is written."""
    return _summary.record_if(False)


def record_summaries_every_n_global_steps(
    n: int, global_step: Any = None
) -> contextlib.AbstractContextManager[None]:
    """Inside, summaries are written at every `n`th step."""
    return _summary.record_if(lambda: tf.equal(_step(global_step) % n, 0))


def should_record_summaries() -> Any:
    """Whether summaries are written here."""
    return _summary.should_record_summaries()


def _step(step: Any) -> Any:
    step = v1.train.get_or_create_global_step() if step is None else step
    return tf.cast(tf.convert_to_tensor(step), tf.int64)


def scalar(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """Writes a number."""
    return _plugins.scalar(_named(name, family), tf.squeeze(tensor), _step(step))


def histogram(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """Writes a distribution."""
    return _plugins.histogram(_named(name, family), tensor, _step(step))


def image(
    name: str, tensor: Any, bad_color: Any = None, max_images: int = 3, family: str | None = None,
    step: Any = None,
) -> Any:
    """Writes images, `[batch, height, width, channels]`."""
    return _plugins.image(_named(name, family), tensor, _step(step), max_images)


def audio(
    name: str, tensor: Any, sample_rate: Any, max_outputs: int, family: str | None = None,
    step: Any = None,
) -> Any:
    """Writes sound, `[batch, frames, channels]`."""
    return _plugins.audio(
        _named(name, family), tensor, sample_rate, _step(step), max_outputs
    )


def generic(
    name: str, tensor: Any, metadata: Any = None, family: str | None = None, step: Any = None
) -> Any:
    """Writes any tensor."""
    return _summary.write(_named(name, family), tensor, _step(step), metadata)


def _named(name: str, family: str | None) -> str:
    return f"{family}/{name}" if family else name
