"""What tf.contrib.seq2seq takes for a cell and for a layer."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec import _tf

v1 = tf.compat.v1


def check_cell(name: str, cell: Any) -> None:
    """Raises `TypeError` for something that an RNN cell's callers can't use."""
    wanted = {
        "'output_size' property is missing": hasattr(cell, "output_size"),
        "'state_size' property is missing": hasattr(cell, "state_size"),
        "either 'zero_state' or 'get_initial_state' method is required": hasattr(
            cell, "zero_state"
        )
        or hasattr(cell, "get_initial_state"),
        "is not callable": callable(cell),
    }
    missing = [words for words, there in wanted.items() if not there]
    if missing:
        raise TypeError(
            f"The argument {name!r} ({cell}) is not an RNNCell: {', '.join(missing)}."
        )


def check_layer(words: str, layer: Any) -> None:
    """Raises `TypeError` for something that is neither a layer of any Keras nor None."""
    if layer is None or isinstance(layer, _tf.keras_v1("layers").Layer):
        return
    if not any(isinstance(layer, keras.layers.Layer) for keras in _tf.loaded_keras_modules()):
        raise TypeError(f"{words}: {type(layer)}")


def same_size(one: Any, other: Any, message: str) -> Any:
    """An op that fails with `message` where two scalars differ.

    Raises:
        InvalidArgumentError: they are known to.
    """
    if tf.get_static_value(one) is not None and tf.get_static_value(other) is not None:
        return v1.assert_equal(one, other, message=message)
    # The op itself, without the branch around it, which would cost more in each step of a loop.
    return tf.raw_ops.Assert(condition=tf.equal(one, other), data=[message, one, other])
