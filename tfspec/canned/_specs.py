"""From logits to an `EstimatorSpec`, in the way of either namespace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec.canned._optimizers import KerasOptimizer, v1_optimizer
from tfspec.heads import Head
from tfspec.spec import EstimatorSpec, ModeKeys

v1 = tf.compat.v1


class Batch(NamedTuple):
    """What a model_fn is called with."""

    features: Mapping[str, Any]
    labels: Any
    mode: str


class Part(NamedTuple):
    """A part of a model that an optimizer of its own trains."""

    variables: Sequence[Any]
    optimizer: KerasOptimizer


def spec(
    head: Head,
    batch: Batch,
    logits: tf.Tensor,
    parts: Sequence[Part],
    update_ops: Sequence[tf.Operation] = (),
) -> EstimatorSpec:
    """The spec of a model of `tf.estimator`, trained by Keras optimizers.

    The first part's optimizer counts the global step; others count steps of their own.
    """
    features, labels, mode = batch
    arguments: dict[str, Any] = {"features": features, "mode": mode, "logits": logits}
    arguments["labels"] = labels
    if mode != ModeKeys.TRAIN:
        return head.create_estimator_spec(**arguments)
    optimizers = [part.optimizer.make() for part in parts]
    optimizers[0].iterations = v1.train.get_or_create_global_step()
    if update_ops:
        arguments["update_ops"] = list(update_ops)
    if len(parts) == 1:
        return head.create_estimator_spec(
            optimizer=optimizers[0],
            trainable_variables=list(parts[0].variables),
            **arguments,
        )

    def train_op_fn(loss: tf.Tensor) -> tf.Operation:
        updates = [
            optimizer.get_updates(loss, list(part.variables))
            for optimizer, part in zip(optimizers, parts, strict=True)
        ]
        return tf.group(*updates)

    return head.create_estimator_spec(train_op_fn=train_op_fn, **arguments)


def spec_of(
    head: Head, batch: Batch, logits: tf.Tensor, train_op_fn: Callable[[tf.Tensor], Any]
) -> EstimatorSpec:
    """The spec of a model that `train_op_fn` trains: a function from the loss to the train op.

    TF1's optimizers go with heads of either flavour that way, as do ops in `UPDATE_OPS`: the
    public heads know of neither.
    """
    features, labels, mode = batch
    arguments: dict[str, Any] = {"features": features, "mode": mode, "logits": logits}
    arguments["labels"] = labels
    if mode != ModeKeys.TRAIN:
        return head.create_estimator_spec(**arguments)
    update_ops = v1.get_collection(v1.GraphKeys.UPDATE_OPS)
    if update_ops:
        arguments["update_ops"] = update_ops
    return head.create_estimator_spec(train_op_fn=train_op_fn, **arguments)


def minimize_v1(given_optimizer: Any, learning_rate: float) -> Callable[[tf.Tensor], Any]:
    """A function from a loss to the op that takes one step of a TF1 optimizer."""

    def train_op_fn(loss: tf.Tensor) -> Any:
        optimizer = v1_optimizer(given_optimizer, learning_rate)
        return optimizer.minimize(loss, global_step=v1.train.get_global_step())

    return train_op_fn


def partitioner_for(config: Any, min_slice_size: int | None = None) -> Any:
    """The partitioner that canned models use unless they are given one.

    Args:
        config: the `RunConfig`: each variable has at most as many parts as there are parameter
            servers.
        min_slice_size: bytes that a part has at least.
    """
    servers = config.num_ps_replicas if config is not None else 0
    least = {} if min_slice_size is None else {"min_slice_size": min_slice_size}
    return v1.min_max_variable_partitioner(max_partitions=servers, **least)


# Columns' variables are split into parts of at least 64 MB.
COLUMN_SLICE = 64 << 20
