"""Summaries as they were before TensorFlow 1.0: with tags as they are given, in no name scope."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1

merge_summary = v1.summary.merge
merge_all_summaries = v1.summary.merge_all


def _collected(summary: Any, collections: Any) -> Any:
    keys = [v1.GraphKeys.SUMMARIES] if collections is None else collections
    v1.add_to_collections(keys, summary)
    return summary


def scalar_summary(
    tags: Any, values: Any, collections: Any = None, name: str | None = None
) -> Any:
    """Numbers, each with a tag; both of any shape."""
    op = tf.raw_ops.ScalarSummary(tags=tags, values=values, name=name)
    return _collected(op, collections)


def histogram_summary(
    tag: Any, values: Any, collections: Any = None, name: str | None = None
) -> Any:
    """A distribution of values of any shape."""
    op = tf.raw_ops.HistogramSummary(tag=tag, values=values, name=name)
    return _collected(op, collections)


def image_summary(
    tag: Any, tensor: Any, max_images: int = 3, collections: Any = None, name: str | None = None
) -> Any:
    """The first images of a batch, `[batch, height, width, channels]`."""
    op = tf.raw_ops.ImageSummary(tag=tag, tensor=tensor, max_images=max_images, name=name)
    return _collected(op, collections)


def audio_summary(
    tag: Any, tensor: Any, sample_rate: Any, max_outputs: int = 3, collections: Any = None,
    name: str | None = None,
) -> Any:
    """The first clips of a batch, `[batch, frames]` or `[batch, frames, channels]`."""
    op = tf.raw_ops.AudioSummaryV2(
        tag=tag, tensor=tensor, sample_rate=sample_rate, max_outputs=max_outputs,
        name=name or "AudioSummary",
    )
    return _collected(op, collections)
