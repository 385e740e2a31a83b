"""What a head adds to a training step: regularization, the train op, summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf


def as_list(losses: Any) -> list[Any]:
    """Regularization losses, given as None, a scalar or several, as a list."""
    if losses is None:
        return []
    several = isinstance(losses, Iterable) and not tf.is_tensor(losses)
    return list(losses) if several else [losses]


def regularization(losses: Any) -> tf.Tensor | None:
    """The sum of regularization losses as a float32 scalar, None if there are none."""
    terms = [tf.cast(loss, tf.float32) for loss in as_list(losses)]
    return tf.add_n(terms) if terms else None


def regularized(loss: tf.Tensor, losses: Any) -> tf.Tensor:
    """`loss` plus the sum of the regularization `losses`."""
    extra = regularization(losses)
    return loss if extra is None else loss + extra


def write_summaries(values: Mapping[str, tf.Tensor | None], head_name: str | None) -> None:
    """Scalar summaries of what is not None, tagged with key and name of the head."""
    with tf.compat.v1.name_scope(""):
        for key, value in values.items():
            if value is not None:
                tf.compat.v1.summary.scalar(summary_key(key, head_name), value)


def summary_key(key: str, head_name: str | None) -> str:
    """`key` with the name of the head, if it has one, at its end."""
    return f"{key}/{head_name}" if head_name else key


def one_way_to_train(optimizer: Any, train_op_fn: Any) -> None:
    """Raises `ValueError` unless exactly one of `optimizer` and `train_op_fn` is given."""
    if optimizer is not None and train_op_fn is not None:
        raise ValueError("train_op_fn and optimizer cannot both be set. Give one of them.")
    if optimizer is None and train_op_fn is None:
        raise ValueError("train_op_fn and optimizer cannot both be None. Give one of them.")


def keras_train_op(
    loss: tf.Tensor,
    optimizer: Any,
    trainable_variables: Sequence[tf.Variable] | None,
    train_op_fn: Callable[[tf.Tensor], Any] | None,
    update_ops: Sequence[Any] | None,
) -> Any:
    """The op that trains one step: that of a Keras optimizer, or of `train_op_fn`.

    Args:
        loss: The scalar to minimize.
        optimizer: A Keras 2 optimizer with `get_updates(loss, params)`. Its `iterations` should
            be the global step.
        trainable_variables: A list or tuple of what the optimizer changes.
        train_op_fn: Instead of an optimizer, a function from the loss to the train op.
        update_ops: Ops to run in the same step, such as those of batch normalization.

    Raises:
        ValueError: Not exactly one of `optimizer` and `train_op_fn`, an optimizer that is not one
            of Keras 2, or variables that are no list or tuple.
    """
    one_way_to_train(optimizer, train_op_fn)
    # Outside of the head's scope: optimizers name their variables after the scope they are used in,
    # and checkpoints have always had `training/Adam/...`.
    with tf.compat.v1.name_scope(None), tf.compat.v1.name_scope("training"):
        if train_op_fn is not None:
            train_op = train_op_fn(loss)
        else:
            _check_keras_optimizer(optimizer, trainable_variables)
            updates = optimizer.get_updates(loss, trainable_variables)
            train_op = updates[0] if len(updates) == 1 else tf.group(*updates)
        return tf.group(train_op, *update_ops) if update_ops else train_op


def share_of_replica(loss: tf.Tensor, loss_reduction: str) -> tf.Tensor:
    """What a replica minimizes of its loss: gradients are added up over replicas.

    Of means over a batch that is the replica's share of the mean over all; sums stay as they are.
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas == 1 or loss_reduction != "sum_over_batch_size":
        return loss
    return loss * (1.0 / replicas)


def take_scopes(count: int) -> None:
    """Uses up the scope `training` and the next ones, as `count` heads of their own would.

    That gives the optimizer of several heads the name it has in checkpoints: `training_2/Adam/...`.
    """
    for _ in range(count):
        with tf.compat.v1.name_scope(None), tf.compat.v1.name_scope("training"):
            pass


def _check_keras_optimizer(optimizer: Any, variables: Any) -> None:
    # By what it does, not by its class: with TensorFlow 2.15 tf.keras is not tf_keras.
    if not callable(getattr(optimizer, "get_updates", None)):
        raise ValueError(
            "The given optimizer is not a tf_keras.optimizers.Optimizer instance with "
            f"`get_updates`. Received optimizer of type {type(optimizer)}. Use an optimizer of "
            "tf_keras.optimizers.legacy, or `train_op_fn`."
        )
    if variables is None:
        raise ValueError(
            "trainable_variables cannot be None. Given None. Give the variables that the "
            "optimizer is to change."
        )
    if not isinstance(variables, list | tuple):
        raise ValueError(
            f"trainable_variables should be a list or a tuple. Given type: {type(variables)}."
        )


def v1_train_op(
    loss: tf.Tensor,
    optimizer: Any,
    trainable_variables: Sequence[tf.Variable] | None,
    train_op_fn: Callable[[tf.Tensor], Any] | None,
    update_ops: Sequence[Any] | None,
) -> Any:
    """The op that trains one step: `optimizer.minimize` as of TF1, or that of `train_op_fn`.

    Ops in the collection `UPDATE_OPS` run in the same step, as do `update_ops`. For the other
    arguments and errors see `keras_train_op`; `optimizer` finds its variables by itself.
    """
    del trainable_variables
    one_way_to_train(optimizer, train_op_fn)
    if train_op_fn is not None:
        train_op = train_op_fn(loss)
    else:
        train_op = optimizer.minimize(loss, global_step=tf.compat.v1.train.get_global_step())
    collected = tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.UPDATE_OPS)
    together = [*collected, *(op for op in update_ops or () if not _holds(collected, op))]
    return tf.group(train_op, *together) if together else train_op


def _holds(ops: Sequence[Any], op: Any) -> bool:
    return any(other is op for other in ops)
