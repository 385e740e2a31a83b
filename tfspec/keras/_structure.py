"""Puts what an input_fn returns into the order in which a Keras model takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf

WEIGHTED = {"features", "sample_weights"}


class MissingKeysError(KeyError):
    """A dict lacks keys that a model's inputs or outputs have. Its text is shown as written."""

    def __str__(self) -> str:
        return str(self.args[0])


def split_weights(features: Any) -> tuple[Any, Any]:
    """Features and the weights of examples, None if there are none."""
    if isinstance(features, Mapping) and set(features) == WEIGHTED:
        return features["features"], features["sample_weights"]
    return features, None


def as_list(values: Any, names: Sequence[str] | None, source: str, target: str) -> list[Any]:
    """Tensors in the order of a model's inputs or outputs.

    Args:
        values: one tensor, a list or tuple of them in the right order, or a dict that has at
            least `names`.
        names: of the model's inputs or outputs, None if they are unknown.
        source: what `values` is, for messages.
        target: what `names` are, for messages.

    Raises:
        KeyError: a dict that lacks some of `names`.
        ValueError: a list or tuple of another length.
    """
    if isinstance(values, Mapping):
        if names is None:
            names = list(values)
        check_keys(values, names, source, target)
        return [as_tensor(values[name]) for name in names]
    if not isinstance(values, list | tuple):
        return [as_tensor(values)]
    if names is not None and len(values) != len(names):
        raise ValueError(
            f"{source} has {len(values)} tensors, but the keras model has {len(names)} {target}: "
            f"{list(names)}. Return as many, or a dict by name."
        )
    return [as_tensor(value) for value in values]


def check_keys(given: Iterable[str], expected: Iterable[str], source: str, target: str) -> None:
    """Raises KeyError if one of the `expected` keys is not `given`."""
    given, expected = set(given), set(expected)
    if not expected <= given:
        raise MissingKeysError(
            f"The dictionary passed into {source} does not cover requested {target} keys defined "
            f"in the keras model.\n\tExpected keys: {shown(expected)}\n\t{source} keys: "
            f"{shown(given)}\n\tMissed keys: {shown(expected - given)}"
        )


def no_labels(names: Iterable[str]) -> str:
    """The message for an input_fn without labels, where the model has a loss."""
    return (
        "The keras model was compiled with a loss, so the input_fn has to return labels. Received "
        f"None, expected a tensor for each of the outputs {list(names)}: return (features, labels)."
    )


def as_tensor(value: Any) -> Any:
    """A dense tensor; sparse and ragged ones stay what they are."""
    if isinstance(value, tf.SparseTensor | tf.RaggedTensor):
        return value
    return tf.convert_to_tensor(value)


def shown(keys: set[str]) -> str:
    """Keys as messages give them."""
    return "{" + ", ".join(repr(key) for key in sorted(keys, key=str)) + "}"
