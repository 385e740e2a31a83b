"""Builders of receiver functions for the usual cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec.export._receivers import (
    DEFAULT_LABEL,
    DEFAULT_RECEIVER,
    ServingInputReceiver,
    SupervisedInputReceiver,
)

_EXAMPLES = "examples"


def build_parsing_serving_input_receiver_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """Builds a receiver function that is fed with serialized `tf.train.Example`s.

    Behaviour: `tf.estimator.export.build_parsing_serving_input_receiver_fn` of 2.15. The
    placeholder is called `input_example_tensor`, the input of the signatures 'examples'.

    Args:
        feature_spec: a dict from feature name to `tf.io.FixedLenFeature`, `VarLenFeature`,
            `RaggedFeature` or `SparseFeature`, as `tf.io.parse_example` takes it.
        default_batch_size: the number of examples per call; None: any.

    Returns:
        A function without arguments that returns a `ServingInputReceiver`.

    Raises:
        ValueError: (from the function) if `feature_spec` is None or empty.
    """

    def serving_input_receiver_fn() -> ServingInputReceiver:
        serialized = tf.compat.v1.placeholder(
            tf.string, shape=[default_batch_size], name="input_example_tensor"
        )
        features = tf.io.parse_example(serialized, feature_spec)
        return ServingInputReceiver(features, {_EXAMPLES: serialized})

    return serving_input_receiver_fn


def build_raw_serving_input_receiver_fn(
    features: Mapping[str, tf.Tensor], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """Builds a receiver function that is fed with the features themselves.

    Behaviour: `tf.estimator.export.build_raw_serving_input_receiver_fn` of 2.15. Each
    placeholder takes dtype, shape and name of its example; the first dimension is the batch.

    Args:
        features: a dict from feature name to an example tensor, shape `[batch, ...]`. A
            scalar becomes `[batch]`; an unknown shape stays unknown. Values don't matter.
        default_batch_size: the size of the first dimension of all inputs; None: any.

    Returns:
        A function without arguments that returns a `ServingInputReceiver`.

    Raises:
        AttributeError: if `features` is not a dict or a value has no shape or no dtype.
    """
    if not isinstance(features, Mapping):
        raise AttributeError(
            "`features` must be a dict from feature name to tensor, but it has type "
            f"{type(features).__name__}. For a model_fn that takes one tensor write a function "
            "that returns a TensorServingInputReceiver."
        )
    inputs = _inputs_like(features, "feature")

    def serving_input_receiver_fn() -> ServingInputReceiver:
        placeholders = _placeholders(inputs, default_batch_size)
        return ServingInputReceiver(placeholders, dict(placeholders))

    return serving_input_receiver_fn


def build_raw_supervised_input_receiver_fn(
    features: tf.Tensor | Mapping[str, tf.Tensor],
    labels: tf.Tensor | Mapping[str, tf.Tensor],
    default_batch_size: int | None = None,
) -> Callable[[], SupervisedInputReceiver]:
    """Builds a receiver function that is fed with features and labels, to train or evaluate.

    Behaviour: `tf.estimator.experimental.build_raw_supervised_input_receiver_fn` of 2.15.

    Args:
        features: an example tensor, shape `[batch, ...]`, or a dict of them by feature name. A
            single tensor is fed under the name 'input'.
        labels: the same for the labels. A single tensor is fed under the name 'label'.
        default_batch_size: the size of the first dimension of all inputs; None: any.

    Returns:
        A function without arguments that returns a `SupervisedInputReceiver`.

    Raises:
        ValueError: if a feature and a label would be fed under the same name.
        AttributeError: if a value has no shape or no dtype.
    """
    one_feature = not isinstance(features, Mapping)
    one_label = not isinstance(labels, Mapping)
    feature_inputs = _inputs_like(
        {DEFAULT_RECEIVER: features} if one_feature else features, "feature"
    )
    label_inputs = _inputs_like({DEFAULT_LABEL: labels} if one_label else labels, "label")
    common = set(feature_inputs) & set(label_inputs)
    if common:
        raise ValueError(
            "Features and labels must have distinct keys. "
            f"Found overlapping keys: {common}. Rename them: both are inputs of one signature."
        )

    def supervised_input_receiver_fn() -> SupervisedInputReceiver:
        fed_features = _placeholders(feature_inputs, default_batch_size)
        fed_labels = _placeholders(label_inputs, default_batch_size)
        return SupervisedInputReceiver(
            fed_features[DEFAULT_RECEIVER] if one_feature else fed_features,
            fed_labels[DEFAULT_LABEL] if one_label else fed_labels,
            {**fed_features, **fed_labels},
        )

    return supervised_input_receiver_fn


def build_supervised_input_receiver_fn_from_input_fn(
    input_fn: Callable[..., Any], **input_fn_args: Any
) -> Callable[[], SupervisedInputReceiver]:
    """Builds a receiver function whose inputs look like what `input_fn` returns.

    `input_fn` is called once, at once, in a graph of its own that is then thrown away.

    Behaviour: the function of this name in tf.estimator 2.15.

    Args:
        input_fn: a function that returns `(features, labels)` or a `tf.data.Dataset` of such
            pairs; the parts as for `build_raw_supervised_input_receiver_fn`.
        **input_fn_args: passed on to `input_fn`.

    Returns:
        A function without arguments that returns a `SupervisedInputReceiver`.

    Raises:
        ValueError: if `input_fn` returns something else, or a feature and a label would be
            fed under the same name.
        AttributeError: if there are no labels or a value has no shape or no dtype.
    """
    with tf.Graph().as_default():
        inputs = input_fn(**input_fn_args)
        if isinstance(inputs, tf.data.Dataset):
            inputs = tf.compat.v1.data.make_initializable_iterator(inputs).get_next()
        if not isinstance(inputs, list | tuple) or len(inputs) != 2:
            raise ValueError(
                "input_fn should return (features, labels) to build a supervised receiver, but "
                f"it returned {type(inputs).__name__}: {inputs}."
            )
    return build_raw_supervised_input_receiver_fn(*inputs)


class _Input(NamedTuple):
    """What a placeholder takes over from an example tensor; the tensor itself is let go."""

    dtype: tf.DType
    shape: tf.TensorShape
    name: str | None


def _inputs_like(examples: Mapping[str, tf.Tensor], noun: str) -> dict[str, _Input]:
    return {key: _input_like(value, f"{noun} {key}") for key, value in examples.items()}


def _input_like(example: Any, what: str) -> _Input:
    try:
        return _Input(example.dtype, example.get_shape(), _graph_name(example))
    except AttributeError:
        raise AttributeError(
            f"{what} must be a tensor, whose shape and dtype its placeholder takes over, but it "
            f"is {example!r} of type {type(example).__name__}. Wrap it: tf.constant(...)."
        ) from None


def _graph_name(example: Any) -> str | None:
    """The name of the op behind a graph tensor; None for eager and ragged ones."""
    try:
        return example.op.name
    except AttributeError:
        return None


def _placeholders(inputs: Mapping[str, _Input], batch_size: int | None) -> dict[str, tf.Tensor]:
    return {
        key: tf.compat.v1.placeholder(
            dtype, shape if shape.rank is None else [batch_size, *shape[1:]], name
        )
        for key, (dtype, shape, name) in inputs.items()
    }
