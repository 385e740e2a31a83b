"""What a receiver function returns: the tensors a model is fed with once it is exported."""

from __future__ import annotations

import collections
from typing import Any

import tensorflow as tf

# Keys under which a tensor that came without a dict appears in the signatures.
DEFAULT_FEATURE = "feature"
DEFAULT_LABEL = "label"
DEFAULT_RECEIVER = "input"

_TENSOR_TYPES = (tf.Tensor, tf.SparseTensor, tf.RaggedTensor)
_RECEIVER = "receiver_tensor"
_ALTERNATIVE = "receiver_tensors_alternative"


class ServingInputReceiver(
    collections.namedtuple(
        "ServingInputReceiver", ["features", "receiver_tensors", "receiver_tensors_alternatives"]
    )
):
    """The inputs of a served model, for a `model_fn` whose features are a dict.

    Behaviour: `tf.estimator.export.ServingInputReceiver` of 2.15.

    Args:
        features: what `model_fn` gets: a dict of `Tensor`, `SparseTensor` or `RaggedTensor`
            with strings or ints as keys. A single tensor becomes `{'feature': tensor}`.
        receiver_tensors: the placeholders that a caller feeds: a dict from input name, a
            string, to tensor. A single tensor becomes `{'input': tensor}`.
        receiver_tensors_alternatives: further ways to feed the model: a dict from a name to
            receiver tensors as above. Each gives signatures called `<name>:<signature>`, as
            far as its tensors suffice to compute the outputs.

    Raises:
        ValueError: if `features` or `receiver_tensors` is None, a key or a value has another
            type than above, or `receiver_tensors_alternatives` is not a dict.
    """

    __slots__ = ()

    def __new__(cls, features, receiver_tensors, receiver_tensors_alternatives=None):
        return super().__new__(
            cls,
            _as_dict(_defined(features, "features"), "feature", DEFAULT_FEATURE),
            _receivers(receiver_tensors),
            _alternatives(receiver_tensors_alternatives),
        )


class UnsupervisedInputReceiver(ServingInputReceiver):
    """The inputs of a model exported to be trained or evaluated without labels.

    Behaviour: the class of this name in tf.estimator 2.15, `ServingInputReceiver` in all
    but its name.

    Args:
        features: as for `ServingInputReceiver`.
        receiver_tensors: as for `ServingInputReceiver`.

    Raises:
        ValueError: as `ServingInputReceiver`.
    """

    __slots__ = ()

    def __new__(cls, features, receiver_tensors):
        return super().__new__(cls, features, receiver_tensors)


class TensorServingInputReceiver(
    collections.namedtuple(
        "TensorServingInputReceiver",
        ["features", "receiver_tensors", "receiver_tensors_alternatives"],
    )
):
    """The inputs of a served model, for a `model_fn` whose features are one tensor.

    Behaviour: `tf.estimator.export.TensorServingInputReceiver` of 2.15.

    Args:
        features: a `Tensor`, `SparseTensor` or `RaggedTensor`, handed to `model_fn` as it is.
        receiver_tensors: as for `ServingInputReceiver`.
        receiver_tensors_alternatives: as for `ServingInputReceiver`.

    Raises:
        ValueError: if `features` is None or not a tensor, or as `ServingInputReceiver`.
    """

    __slots__ = ()

    def __new__(cls, features, receiver_tensors, receiver_tensors_alternatives=None):
        if not _is_tensor(_defined(features, "features")):
            raise ValueError(_not_a_tensor("feature", features))
        return super().__new__(
            cls,
            features,
            _receivers(receiver_tensors),
            _alternatives(receiver_tensors_alternatives),
        )


class SupervisedInputReceiver(
    collections.namedtuple("SupervisedInputReceiver", ["features", "labels", "receiver_tensors"])
):
    """The inputs of a model exported to be trained or evaluated, labels included.

    Behaviour: the class of this name in tf.estimator 2.15.

    Args:
        features: what `model_fn` gets as features: a tensor (dense, sparse or ragged) or a
            dict of tensors with strings or ints as keys. Kept as it is.
        labels: what `model_fn` gets as labels, of the same types.
        receiver_tensors: the placeholders that a caller feeds, as for `ServingInputReceiver`.

    Raises:
        ValueError: if one of them is None, or a key or a value has another type than above.
    """

    __slots__ = ()

    def __new__(cls, features, labels, receiver_tensors):
        _as_dict(_defined(features, "features"), "feature", DEFAULT_FEATURE)
        _as_dict(_defined(labels, "labels"), "label", DEFAULT_LABEL)
        return super().__new__(cls, features, labels, _receivers(receiver_tensors))


def receivers_as_dict(receiver_tensors: Any) -> dict[str, Any]:
    """Receiver tensors by input name; a tensor that came without a dict is called 'input'."""
    if isinstance(receiver_tensors, dict):
        return receiver_tensors
    return {DEFAULT_RECEIVER: receiver_tensors}


def _receivers(receiver_tensors: Any, noun: str = _RECEIVER) -> dict[str, Any]:
    tensors = receivers_as_dict(_defined(receiver_tensors, "receiver_tensors"))
    for key in tensors:
        if not isinstance(key, str):
            raise ValueError(
                f"{noun} keys must be strings: {key}. They name the inputs of the exported "
                f"signatures; received a key of type {type(key).__name__}."
            )
    return _as_dict(tensors, noun, DEFAULT_RECEIVER)


def _alternatives(alternatives: Any) -> dict[str, dict[str, Any]] | None:
    if alternatives is None:
        return None
    if not isinstance(alternatives, dict):
        raise ValueError(
            f"receiver_tensors_alternatives must be a dict: {alternatives}. Expected a name "
            f"for each set of receiver tensors, received {type(alternatives).__name__}."
        )
    return {name: _receivers(tensors, _ALTERNATIVE) for name, tensors in alternatives.items()}


def _defined(value: Any, name: str) -> Any:
    if value is None:
        raise ValueError(f"{name} must be defined. Received: {name}=None.")
    return value


def _as_dict(tensors: Any, noun: str, default_key: str) -> dict[str | int, Any]:
    """`tensors` as a dict whose keys and values have been checked; a dict stays the same one."""
    if not isinstance(tensors, dict):
        tensors = {default_key: tensors}
    for key, value in tensors.items():
        if not isinstance(key, str | int):
            raise ValueError(
                f"{noun} keys must be strings or ints: {key}. "
                f"Received a key of type {type(key).__name__}."
            )
        if not _is_tensor(value):
            raise ValueError(_not_a_tensor(f"{noun} {key}", value))
    return tensors


def _is_tensor(value: Any) -> bool:
    """True for the types of tensors, and for objects that hold one and say how to convert."""
    if isinstance(value, _TENSOR_TYPES):
        return True
    # Labeled tensors, outside of TensorFlow by now, wrap a tensor in an attribute `tensor`.
    return hasattr(value, "tensor") and isinstance(tf.convert_to_tensor(value), tf.Tensor)


def _not_a_tensor(what: str, value: Any) -> str:
    return (
        f"{what} must be a Tensor, SparseTensor, or RaggedTensor. "
        f"Received {value!r} of type {type(value).__name__}."
    )
