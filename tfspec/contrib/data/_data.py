"""tf.contrib.data: transformations that became arguments of methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def batch_and_drop_remainder(batch_size: Any) -> Callable[[Any], Any]:
    """For `Dataset.apply`: batches, without a last one that is smaller."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(
    batch_size: Any, padded_shapes: Any, padding_values: Any = None
) -> Callable[[Any], Any]:
    """For `Dataset.apply`: padded batches, without a last one that is smaller."""
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )


def assert_element_shape(expected_shapes: Any) -> Callable[[Any], Any]:
    """For `Dataset.apply`: checks the shape of every element, and makes it known statically."""

    def check(*element: Any) -> Any:
        element = element if len(element) > 1 else element[0]
        return tf.nest.map_structure(
            lambda shape, tensor: tf.ensure_shape(tensor, shape),
            tf.nest.map_structure(tf.TensorShape, expected_shapes),
            element,
        )

    return lambda dataset: dataset.map(check)
