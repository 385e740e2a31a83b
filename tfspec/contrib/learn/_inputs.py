"""tf.contrib.learn: arrays as input, and columns for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import inputs

v1 = tf.compat.v1

_READERS = {"IteratorV2", "OneShotIterator", "AnonymousIteratorV3", "IteratorGetNext"}


def arrays(x: Any, y: Any, batch_size: int | None, epochs: int | None) -> Callable[[], Any]:
    """An `input_fn` of arrays: one, or a dict of them, and labels."""
    if x is None:
        raise ValueError("Either x or input_fn must be provided.")
    size = len(next(iter(x.values())) if isinstance(x, Mapping) else x)
    features = x if isinstance(x, Mapping) else {"": np.asarray(x)}
    read = inputs.numpy_input_fn(
        dict(features), y, batch_size or size, epochs, shuffle=epochs is None
    )

    def input_fn() -> Any:
        found = read()
        features, labels = found if y is not None else (found, None)
        return (features if isinstance(x, Mapping) else features[""]), labels

    return input_fn


def once(input_fn: Callable[[], Any]) -> Callable[[], Any]:
    """The same `input_fn`; tensors that nothing changes make one batch, not endless ones."""

    def read() -> Any:
        found = input_fn()
        if isinstance(found, tf.data.Dataset):
            return found
        features = found[0] if isinstance(found, tuple) else found
        graph = v1.get_default_graph()
        queues = graph.get_collection(v1.GraphKeys.QUEUE_RUNNERS)
        if queues or any(op.type in _READERS for op in graph.get_operations()):
            return features
        return tf.data.Dataset.from_tensors(features)

    return read


def engineered(found: Any, engineer: Callable[[Any, Any], tuple[Any, Any]] | None) -> Any:
    """What an `input_fn` gave, its features and labels changed by a function of both."""
    if engineer is None:
        return found
    if isinstance(found, tf.data.Dataset):
        if isinstance(found.element_spec, tuple):
            return found.map(engineer)
        return found.map(lambda features: engineer(features, None)[0])
    features, labels = found if isinstance(found, tuple) else (found, None)
    features, labels = engineer(features, labels)
    return features if labels is None else (features, labels)


def with_name(found: Any) -> Any:
    """What an `input_fn` gave, its features in a dict: a lone tensor is called `""`."""
    if isinstance(found, tf.data.Dataset):
        pair = isinstance(found.element_spec, tuple)
        return found.map((lambda x, y: (as_dict(x), y)) if pair else as_dict)
    if isinstance(found, tuple):
        return as_dict(found[0]), *found[1:]
    return as_dict(found)


def as_dict(features: Any) -> Any:
    """Features by name."""
    return features if isinstance(features, Mapping) else {"": tf.convert_to_tensor(features)}


def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool = True,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """`tf.estimator.inputs.numpy_input_fn`, which shuffles unless told not to."""
    return inputs.numpy_input_fn(x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads)


def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool = True,
    queue_capacity: int = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """`tf.estimator.inputs.pandas_input_fn`, which shuffles unless told not to."""
    return inputs.pandas_input_fn(
        x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads, target_column
    )


def infer_real_valued_columns_from_input(features: Any) -> list[Any]:
    """Numeric columns for arrays or tensors `[batch, size]`, one or a dict of them."""
    named = features if isinstance(features, Mapping) else {"": features}
    sizes = {name: [int(size) for size in np.shape(value)[1:]] for name, value in named.items()}
    return [
        tf.feature_column.numeric_column(name, size or (1,)) for name, size in sorted(sizes.items())
    ]


def infer_real_valued_columns_from_input_fn(input_fn: Callable[[], Any]) -> list[Any]:
    """`infer_real_valued_columns_from_input` of the features that `input_fn` gives."""
    with tf.Graph().as_default():
        found = input_fn()
        return infer_real_valued_columns_from_input(found[0] if isinstance(found, tuple) else found)
