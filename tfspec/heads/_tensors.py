"""Checks of the tensors that a head is called with, static where shapes are known.

What is known when the graph is built is an error then; what is known only when it runs becomes an
`Assert` that the returned tensor depends on. Called eagerly, everything is known.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.heads import _checks

_LOGITS_RULE = "logits shape must be [D0, D1, ... DN, logits_dimension]"
_LABELS_MISSING = (
    "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: Check that "
    "your data contains your label feature. Check that your input_fn properly parses and returns "
    "labels."
)
_LABELS_SPARSE = (
    "SparseTensor labels are not supported. Labels must be a Tensor of shape "
    "[D0, D1, ..., DN, {0}], e.g. [batch_size, {0}]. Suggested Fix (1): Check the label feature in "
    "your data. Each example must contain {0} value(s). If not, your choice of label was probably "
    "incorrect. Suggested Fix (2): In your input_fn, use tf.sparse.to_dense() to turn labels into "
    "a Tensor."
)
_LABELS_WIDTH = (
    "Mismatched label shape. Expected labels dimension={}.  Received {}. Suggested Fix: If your "
    "classifier expects one-hot encoding label, check your n_classes argument to the estimator "
    "and/or the shape of your label. Otherwise, check the shape of your label."
)
_LABELS_RULE = (
    "labels shape must be [D0, D1, ... DN, {}]. Suggested Fix: check your n_classes argument to "
    "the head and/or the shape of your label."
)


def scope(name: str | None, default: str | None = None) -> Any:
    """A name scope; without a name and a default the names stay as they are."""
    if name is None and default is None:
        return contextlib.nullcontext()
    return tf.compat.v1.name_scope(name, default)


def require(holds: Any, rule: str, shown: Mapping[str, Any]) -> list[tf.Operation]:
    """Makes sure that `holds` is true, now or when the graph runs.

    Args:
        holds: A boolean scalar tensor.
        rule: What to say otherwise.
        shown: Tensors to show with it, by what they are called.

    Returns:
        The operations that what comes next has to wait for.

    Raises:
        ValueError: Called eagerly, and `holds` is false.
    """
    if not tf.executing_eagerly():
        data = [item for pair in shown.items() for item in (f"{pair[0]}: ", pair[1])]
        # Shapes live on the host: a bare Assert costs no copy and no branch.
        return [tf.raw_ops.Assert(condition=holds, data=[rule, *data], summarize=100)]
    if not holds:
        values = ". ".join(f"{name}: {_plain(value)}" for name, value in shown.items())
        raise ValueError(f"{rule}, {values}.")
    return []


def _plain(value: Any) -> Any:
    return tuple(value.numpy().tolist()) if value.shape.rank else value.numpy()


def same_shape(one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Whether two shapes, given as vectors, are equal; vectors of unequal length are not."""
    equal = tf.raw_ops.Equal(x=one, y=other, incompatible_shape_error=False)
    return tf.logical_and(tf.equal(tf.size(one), tf.size(other)), tf.reduce_all(equal))


def waiting_for(checks: Sequence[tf.Operation], tensor: tf.Tensor, name: Any = None) -> tf.Tensor:
    """`tensor`, once the `checks` have passed."""
    if not checks:
        return tensor
    with tf.control_dependencies(checks):
        return tf.identity(tensor, name=name)


def checked_logits(logits: Any, dimension: Any) -> tf.Tensor:
    """`logits` as float32 of shape `[D0, D1, ... DN, dimension]`.

    Raises:
        ValueError: The shape is known to be another one.
    """
    with scope("logits") as name:
        logits = tf.cast(logits, tf.float32)
        static = logits.shape
        if static.rank is not None and static.rank < 2:
            raise ValueError(
                f"{_LOGITS_RULE}: logits must have rank at least 2.  Received rank "
                f"{static.rank}, shape {static}"
            )
        shape, checks = tf.shape(logits), []
        if static.rank is None:
            checks += require(tf.rank(logits) >= 2, _LOGITS_RULE, {"logits_shape": shape})
        width = static[-1] if static.rank is not None else None
        if width is None or tf.is_tensor(dimension):
            shown = {"logits_dimension": dimension, "logits_shape": shape}
            with tf.control_dependencies(checks):
                checks += require(tf.equal(shape[-1], dimension), _LOGITS_RULE, shown)
        elif width != dimension:
            raise ValueError(
                f"{_LOGITS_RULE}, got {static}. Expected logits_dimension={dimension}."
            )
        return waiting_for(checks, logits, name)


def checked_labels(labels: Any, logits: tf.Tensor, dimension: Any) -> tf.Tensor:
    """Dense `labels` of shape `[D0, D1, ... DN, dimension]`, where the D are those of `logits`.

    A last dimension of 1 may be missing.

    Raises:
        ValueError: No labels, sparse labels, or a shape that can't match.
    """
    if labels is None:
        raise ValueError(_LABELS_MISSING)
    if isinstance(labels, tf.SparseTensor | tf.compat.v1.SparseTensorValue):
        raise ValueError(_LABELS_SPARSE.format(dimension))
    with scope("labels") as name:
        labels = tf.convert_to_tensor(labels)
        rank = labels.shape.rank
        if rank is not None and logits.shape.rank is not None and rank == logits.shape.rank - 1:
            labels = tf.expand_dims(labels, -1)
        rule, shape, static = _LABELS_RULE.format(dimension), tf.shape(labels), labels.shape
        if static.rank is not None and static.rank < 2:
            raise ValueError(
                f"{rule} labels must have rank at least 2.  Received rank {static.rank}, "
                f"shape {static}"
            )
        width = static[-1] if static.rank is not None else None
        if width is not None and not tf.is_tensor(dimension) and width != dimension:
            raise ValueError(_LABELS_WIDTH.format(dimension, width))
        checks = []
        if static.rank is None:
            checks += require(tf.rank(labels) >= 2, rule, {"Received shape": shape})
        expected = tf.concat([tf.shape(logits)[:-1], [dimension]], axis=0)
        shown = {"expected_labels_shape": expected, "labels_shape": shape}
        with tf.control_dependencies(checks):
            checks += require(same_shape(expected, shape), rule, shown)
        return waiting_for(checks, labels, name)


def labels_in_range(labels: tf.Tensor, n_classes: Any, message: str | None = None) -> tf.Tensor:
    """`labels`, checked to lie in `[0, n_classes - 1]`.

    Args:
        labels: A numeric tensor.
        n_classes: How many classes there are.
        message: What to say instead of which end was passed.

    Raises:
        ValueError: Called eagerly, and a label lies outside.
        tf.errors.InvalidArgumentError: Building a graph, and a constant label lies outside.
    """
    largest = tf.cast(n_classes - 1, labels.dtype)
    bound = n_classes if tf.executing_eagerly() else "n_classes"
    not_above = message or f"Labels must be <= {bound} - 1"
    not_below = message or "Labels must be >= 0 (-1: it is not in the label_vocabulary)"
    with scope("check_label_range"):
        if tf.executing_eagerly():
            if tf.reduce_any(labels > largest):
                raise ValueError(not_above)
            if tf.reduce_any(labels < 0):
                raise ValueError(not_below)
            return labels
        checks = [
            tf.debugging.assert_less_equal(labels, largest, message=not_above),
            tf.debugging.assert_non_negative(labels, message=not_below),
        ]
        return waiting_for(checks, labels)


def weights_of(
    features: Mapping[str, Any] | None, weight_column: Any, logits: tf.Tensor, per_logit: bool
) -> Any:
    """The weights of the examples, ready to be multiplied with a loss.

    Args:
        features: The features, which hold the weights.
        weight_column: A key of `features`, a numeric column, or None for equal weights.
        logits: `[D0, D1, ... DN, logits_dimension]`.
        per_logit: Whether every logit may have a weight of its own.

    Returns:
        1.0 without a `weight_column`, otherwise a float32 tensor `[D0, D1, ... DN, 1]`, or of the
        shape of `logits` if `per_logit`.

    Raises:
        ValueError: The features lack the weights, or the shapes are known not to match.
        TypeError: `weight_column` is neither a string nor a numeric column.
    """
    if weight_column is None:
        return 1.0
    with scope("weights") as name:
        weights = tf.cast(_raw_weights(features, weight_column), tf.float32)
        given, logits_shape = tf.shape(weights), tf.shape(logits)
        weights = _as_deep_as(logits, weights)
        leading = tf.concat([logits_shape[:-1], [1]], axis=0)
        matches = same_shape(tf.shape(weights), leading)
        rule = "weights shape must be [D0, D1, ... DN] or [D0, D1, ... DN, 1]"
        if per_logit:
            matches = tf.logical_or(matches, same_shape(tf.shape(weights), logits_shape))
            rule += " or [D0, D1, ... DN, logits_dimension]"
        shown = {"logits_shape": logits_shape, "weights_shape": given}
        return waiting_for(require(matches, rule, shown), weights, name)


def _raw_weights(features: Mapping[str, Any] | None, column: Any) -> tf.Tensor:
    key = column if isinstance(column, str) else getattr(column, "key", None)
    normalizer: Callable[[tf.Tensor], tf.Tensor] | None = None
    if not isinstance(column, str):
        if key is None or not hasattr(column, "normalizer_fn"):
            raise TypeError(
                "Weight column must be either a string or NumericColumn. "
                f"Given type: {type(column)}."
            )
        normalizer = column.normalizer_fn
    if key not in (features or {}):
        raise ValueError(
            f"Feature {key} is not in features dictionary. Found: {sorted(features or {})}."
        )
    weights = features[key]
    if isinstance(weights, tf.SparseTensor | tf.compat.v1.SparseTensorValue):
        raise ValueError(
            "The corresponding Tensor of numerical column must be a Tensor. SparseTensor is not "
            f"supported. key: {key}"
        )
    weights = tf.convert_to_tensor(weights)
    if weights.shape.rank == 0:
        raise ValueError(f"Feature (key: {key}) cannot have rank 0. Given: {weights}")
    if normalizer is None:
        return weights
    return normalizer(tf.expand_dims(weights, -1) if weights.shape.rank == 1 else weights)


def _as_deep_as(logits: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """`weights` with a last dimension of 1 if they have one dimension less than `logits`."""
    if weights.shape.rank is not None and logits.shape.rank is not None:
        short = weights.shape.rank == logits.shape.rank - 1
        return tf.expand_dims(weights, -1) if short else weights
    return tf.cond(
        tf.equal(tf.rank(weights), tf.rank(logits) - 1),
        lambda: tf.expand_dims(weights, -1),
        lambda: weights,
    )


def custom_loss(
    function: Callable[..., Any],
    labels: tf.Tensor,
    logits: tf.Tensor,
    features: Mapping[str, Any] | None,
    dimension: Any = 1,
) -> tf.Tensor:
    """What a custom loss function says, of shape `[D0, D1, ... DN, dimension]`.

    Raises:
        ValueError: Called eagerly, and the shape is another one.
    """
    arguments = {"labels": labels, "logits": logits}
    if "features" in _checks.argument_names(function):
        arguments["features"] = features
    with scope(None, "call_loss_fn"):
        loss = tf.convert_to_tensor(function(**arguments))
        logits_shape, loss_shape = tf.shape(logits), tf.shape(loss)
        expected = tf.concat([logits_shape[:-1], [dimension]], axis=0)
        rule = f"loss_fn must return Tensor of shape [D0, D1, ... DN, {dimension}]. "
        shown = {"logits_shape": logits_shape, "loss_shape": loss_shape}
        return waiting_for(require(same_shape(expected, loss_shape), rule, shown), loss)
