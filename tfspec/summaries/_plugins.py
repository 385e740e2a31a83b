"""Summaries as TensorBoard reads them, written without the `tensorboard` package.

`tf.summary.scalar` and its like come from that package, which TensorFlow no longer brings along.
Their signatures and formats are the same.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

_BUCKETS = 30
_SCALARS, _TENSORS, _BLOBS = (1, 2, 3)  # the enum DataClass


def _write(
    name: str, plugin: str, data_class: int, make: Any, step: Any, description: str | None
) -> Any:
    metadata = tf.compat.v1.SummaryMetadata(
        summary_description=description or "",
        plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name=plugin),
    )
    metadata.data_class = data_class
    with tf.summary.experimental.summary_scope(name, f"{plugin}_summary") as (tag, _):
        # A function: nothing is computed where nothing is written.
        return tf.summary.write(tag, make, step, metadata)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> Any:
    """Writes a number."""
    return _write(
        name, "scalars", _SCALARS, lambda: tf.cast(tf.reshape(data, []), tf.float32), step,
        description,
    )


def histogram(
    name: str, data: Any, step: Any = None, buckets: int | None = None,
    description: str | None = None,
) -> Any:
    """Writes a distribution, as counts in `buckets` ranges of one width."""
    count = _BUCKETS if buckets is None else buckets

    def ranges() -> Any:
        values = tf.cast(tf.reshape(data, [-1]), tf.float64)
        low, high = tf.reduce_min(values), tf.reduce_max(values)
        width = (high - low) / count
        places = tf.cast((values - low) / tf.where(width > 0, width, 1.0), tf.int32)
        counts = tf.math.bincount(
            tf.minimum(places, count - 1), minlength=count, maxlength=count, dtype=tf.float64
        )
        edges = low + width * tf.cast(tf.range(count + 1), tf.float64)
        return tf.stack([edges[:-1], edges[1:], counts], 1)

    def empty() -> Any:
        return tf.zeros([count, 3], tf.float64)

    return _write(
        name, "histograms", _TENSORS, lambda: tf.cond(tf.size(data) > 0, ranges, empty), step,
        description,
    )


def image(
    name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None
) -> Any:
    """Writes images, `[batch, height, width, channels]`: floats in [0, 1], or uint8."""

    def encoded() -> Any:
        pixels = tf.image.convert_image_dtype(data[:max_outputs], tf.uint8, saturate=True)
        images = tf.map_fn(tf.image.encode_png, pixels, fn_output_signature=tf.string)
        shape = tf.shape(pixels)
        return tf.concat([tf.stack([tf.as_string(shape[2]), tf.as_string(shape[1])]), images], 0)

    return _write(name, "images", _BLOBS, encoded, step, description)


def audio(
    name: str, data: Any, sample_rate: Any, step: Any = None, max_outputs: int = 3,
    encoding: str | None = None, description: str | None = None,
) -> Any:
    """Writes sound, `[batch, frames, channels]` in [-1, 1], as WAV."""

    def encoded() -> Any:
        def wav(clip: Any) -> Any:
            return tf.audio.encode_wav(clip, tf.cast(sample_rate, tf.int32))

        clips = tf.map_fn(wav, data[:max_outputs], fn_output_signature=tf.string)
        return tf.stack([clips, tf.fill(tf.shape(clips), "")], 1)

    return _write(name, "audio", _BLOBS, encoded, step, description)


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> Any:
    """Writes strings."""
    return _write(name, "text", _TENSORS, lambda: tf.convert_to_tensor(data), step, description)
