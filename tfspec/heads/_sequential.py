"""`SequentialHead`: a head at every step of a sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import tensorflow as tf

from tfspec.heads._head import Head
from tfspec.heads._multi import MultiHead
from tfspec.heads._tensors import require, waiting_for
from tfspec.spec import EstimatorSpec, ModeKeys


class SequentialHead(Head):
    """Applies a head to the steps of sequences, leaving out those behind a sequence's end.

    Logits have the shape `[batch, steps, logits_dimension]`; labels, and the features named in
    `feature_columns`, are dense `[batch, steps, ...]`, or sparse with entries for the steps that
    exist. For loss and metrics every step is an example. Predictions are those of all steps, and
    the mask is among them. Behaviour: tf.estimator 2.15, where `RNNEstimator` used it.

        head = SequentialHead(BinaryClassHead(weight_column="w"), "mask", feature_columns="w")
        features["mask"] = tf.sequence_mask(lengths)

    Args:
        static_head: The head for single steps; no `MultiHead`.
        sequence_length_mask: Key of the feature `[batch, steps]` that is true (or 1) for the steps
            that exist.
        feature_columns: Key, or keys, of features to be masked and handed to the head, in most
            cases its weights.

    Raises:
        TypeError: A key that is not a string.
        ValueError: `static_head` is a `MultiHead`.
    """

    def __init__(
        self,
        static_head: Head,
        sequence_length_mask: str = "sequence_length_mask",
        feature_columns: str | Iterable[str] | None = None,
    ) -> None:
        if not isinstance(sequence_length_mask, str):
            raise TypeError(
                "`sequence_mask` column must be a string. "
                f"Given type: {type(sequence_length_mask)}."
            )
        if isinstance(static_head, MultiHead):
            raise ValueError("`MultiHead` is not supported with `SequentialHeadWrapper`.")
        self._static_head = static_head
        self._mask_key = sequence_length_mask
        self._feature_columns = _keys(feature_columns)

    @property
    def static_head(self) -> Head:
        """The head for single steps."""
        return self._static_head

    @property
    def input_sequence_mask_key(self) -> str:
        """Key of the mask among the features."""
        return self._mask_key

    @property
    def name(self) -> str | None:
        """The name of the head for single steps with `_sequential` behind, None if it has none."""
        name = self._static_head.name
        return f"{name}_sequential" if name else None

    @property
    def logits_dimension(self) -> Any:
        """That of the head for single steps."""
        return self._static_head.logits_dimension

    @property
    def loss_reduction(self) -> str:
        """That of the head for single steps."""
        return self._static_head.loss_reduction

    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Any = None,
    ) -> tf.Tensor:
        """Returns the loss over all steps that exist; see the head for single steps."""
        labels, logits, features = self._flatten(labels, logits, features)
        return self._static_head.loss(
            labels=labels,
            logits=logits,
            features=features,
            mode=mode,
            regularization_losses=regularization_losses,
        )

    def predictions(self, logits: Any, keys: Any = None) -> dict[str, tf.Tensor]:
        """Returns the predictions for all steps, also those behind a sequence's end."""
        return self._static_head.predictions(logits, keys=keys)

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """Returns fresh Keras metrics by their keys; see the head for single steps."""
        return self._static_head.metrics(regularization_losses)

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Any = None,
    ) -> dict[str, Any]:
        """Adds the steps that exist to what `metrics` has returned, and returns that."""
        labels, logits, features = self._flatten(labels, logits, features)
        return self._static_head.update_metrics(
            eval_metrics, features, logits, labels, regularization_losses=regularization_losses
        )

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        trainable_variables: Any = None,
        train_op_fn: Any = None,
        update_ops: Any = None,
        regularization_losses: Any = None,
    ) -> EstimatorSpec:
        """Returns the `EstimatorSpec` for `mode`; see `Head` for the arguments.

        Raises:
            ValueError: The mask or a feature is missing or has the wrong shape, or what the head
                for single steps raises.
        """
        if mode == ModeKeys.PREDICT:
            spec = self._static_head.create_estimator_spec(features, mode, logits)
            predictions = {**spec.predictions, self._mask_key: features[self._mask_key]}
            return spec._replace(predictions=predictions)
        labels, logits, features = self._flatten(labels, logits, features)
        return self._static_head.create_estimator_spec(
            features=features,
            mode=mode,
            logits=logits,
            labels=labels,
            optimizer=optimizer,
            trainable_variables=trainable_variables,
            train_op_fn=train_op_fn,
            update_ops=update_ops,
            regularization_losses=regularization_losses,
        )

    def _flatten(
        self, labels: Any, logits: Any, features: Mapping[str, Any]
    ) -> tuple[Any, tf.Tensor, dict[str, tf.Tensor]]:
        """Labels, logits and features with one row for each step that exists."""
        if self._mask_key not in (features or {}):
            raise ValueError(
                f"The provided sequence_length_mask key `{self._mask_key}` should be included in "
                "the features dictionary, but was not found. "
                f"Found keys: {list(features or {})}."
            )
        mask = tf.cast(features[self._mask_key], tf.bool)
        if mask.shape.rank is not None and mask.shape.rank != 2:
            raise ValueError(
                f"Mask is expected to have two dimensions, got {mask.shape.rank} instead."
            )
        mask = tf.ensure_shape(mask, [None, None])
        for key in self._feature_columns:
            if key not in features:
                raise ValueError(
                    f"`{key}` column expected in features dictionary. Found: {sorted(features)}."
                )
        with tf.compat.v1.name_scope("sequence_flattening"):
            flat = {key: flattened(features[key], mask) for key in self._feature_columns}
            labels = None if labels is None else flattened(labels, mask)
            return labels, flattened(logits, mask), flat


def _keys(columns: str | Iterable[str] | None) -> tuple[str, ...]:
    if columns is None:
        return ()
    if isinstance(columns, str):
        return (columns,)
    if not isinstance(columns, Iterable):
        raise TypeError(
            "`feature_columns` must be either a string or an iterable of strings "
            f"got {type(columns)} instead."
        )
    columns = tuple(columns)
    for column in columns:
        if not isinstance(column, str):
            raise TypeError(f"Column must a string. Given type: {type(column)}.")
    return columns


def flattened(tensor: Any, mask: tf.Tensor) -> tf.Tensor:
    """The steps of `tensor` that `mask` says exist, one per row.

    Args:
        tensor: Dense `[batch, steps, ...]`, or sparse `[batch, steps]` or `[batch, steps, width]`
            with entries for the steps that exist.
        mask: Boolean, `[batch, steps]`.

    Returns:
        `[number of steps that exist, ...]`, with at least two dimensions.

    Raises:
        ValueError: The shape of `tensor` can't be that of sequences or, called eagerly, the steps
            in a sparse tensor are not those of the mask.
    """
    if isinstance(tensor, tf.SparseTensor | tf.compat.v1.SparseTensorValue):
        return _flattened_sparse(tf.SparseTensor.from_value(tensor), mask)
    tensor = tf.convert_to_tensor(tensor)
    if tensor.shape.rank is not None and tensor.shape.rank < 2:
        raise ValueError(
            f"Input tensor expected to have at least 2 dimensions, got {tensor.shape.rank} instead."
        )
    steps = tf.boolean_mask(tensor, mask)
    return tf.expand_dims(steps, -1) if tensor.shape.rank == 2 else steps


def _flattened_sparse(tensor: tf.SparseTensor, mask: tf.Tensor) -> tf.Tensor:
    values = tf.sparse.reorder(tensor).values
    exist = tf.math.count_nonzero(mask, dtype=tf.int32)
    width = 1 if tensor.shape.rank in (2, None) else tf.cast(tensor.dense_shape[-1], tf.int32)
    holds = tf.equal(tf.size(values), exist * width)
    shown = {"mask_steps": exist, "tensor_values": tf.size(values)}
    rule = "Tensor shape is incompatible with provided mask."
    values = waiting_for(require(holds, rule, shown), values)
    return tf.reshape(values, tf.stack([-1, width]))
