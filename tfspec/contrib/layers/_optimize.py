"""tf.contrib.layers.optimize_loss: from a loss to a train op in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_train = v1.train

OPTIMIZER_CLS_NAMES = {
    "Adagrad": _train.AdagradOptimizer,
    "Adam": _train.AdamOptimizer,
    "Ftrl": _train.FtrlOptimizer,
    "Momentum": lambda learning_rate: _train.MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": _train.RMSPropOptimizer,
    "SGD": _train.GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = [
    "learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"
]


def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    clip_gradients: Any = None,
    learning_rate_decay_fn: Callable[[Any, Any], Any] | None = None,
    update_ops: Sequence[Any] | None = None,
    variables: Sequence[Any] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Any:
    """A tensor whose evaluation trains once, and gives the loss.

    Args:
        loss: a scalar.
        global_step: the step to count; None for the graph's own, if it has one.
        learning_rate: a number, which becomes the variable `learning_rate`, or a scalar tensor;
            None if the optimizer has its own.
        optimizer: a name (`Adam`, `SGD`, ...), a class, an instance, or a function of the learning
            rate that makes one.
        gradient_noise_scale: standard deviation of noise that is added to gradients.
        gradient_multipliers: factors by variable or its name.
        clip_gradients: a global norm to clip to, or a function of (gradient, variable) pairs.
        learning_rate_decay_fn: a function of learning rate and step.
        update_ops: run before; the collection UPDATE_OPS if None.
        variables: trained; all trainable ones if None.
        name: the scope, `OptimizeLoss` by default.
        summaries: which of `OPTIMIZER_SUMMARIES` to write: by default `loss`, `learning_rate`
            and `global_gradient_norm`. The learning rate is written where it decays.
        colocate_gradients_with_ops: as for `Optimizer.compute_gradients`.
        increment_global_step: whether the step is counted.

    Returns:
        The loss, after the update.

    Raises:
        ValueError: an argument of another kind, unknown summaries, or no gradients.
    """
    _check(loss, summaries)
    global_step = v1.train.get_global_step() if global_step is None else global_step
    with v1.variable_scope(name, "OptimizeLoss", [loss, global_step]):
        updates = v1.get_collection(v1.GraphKeys.UPDATE_OPS) if update_ops is None else update_ops
        if updates:
            with tf.control_dependencies(list(updates)):
                loss = tf.identity(loss)
        chosen = ["loss", "learning_rate", "global_gradient_norm"]
        chosen = chosen if summaries is None else summaries
        rate = _learning_rate(learning_rate, learning_rate_decay_fn, global_step, chosen)
        made = _make(optimizer, rate)
        pairs = made.compute_gradients(
            loss,
            v1.trainable_variables() if variables is None else variables,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gradient_noise_scale is not None:
            pairs = [(_noisy(g, gradient_noise_scale), v) for g, v in pairs]
        if gradient_multipliers is not None:
            pairs = [(_multiplied(g, v, gradient_multipliers), v) for g, v in pairs]
        if "global_gradient_norm" in chosen or "gradient_norm" in chosen:
            norm = tf.linalg.global_norm([g for g, _ in pairs])
            v1.summary.scalar("global_norm/gradient_norm", norm)
        pairs = _clipped(pairs, clip_gradients)
        if "loss" in chosen:
            v1.summary.scalar("loss", loss)
        _summarize(pairs, chosen, clip_gradients is not None)
        counted = global_step if increment_global_step else None
        train = made.apply_gradients(pairs, global_step=counted, name="train")
        with tf.control_dependencies([train]):
            return tf.identity(loss)


def _check(loss: Any, summaries: Sequence[str] | None) -> None:
    if tf.convert_to_tensor(loss).shape.rank not in (None, 0):
        raise ValueError(f"loss must be a scalar, but has the shape {loss.shape}.")
    for summary in summaries or ():
        if summary not in OPTIMIZER_SUMMARIES:
            raise ValueError(
                f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], "
                f"you provided {summary}."
            )


def _learning_rate(
    rate: Any, decay: Callable[[Any, Any], Any] | None, global_step: Any, chosen: Sequence[str]
) -> Any:
    """The rate: a number becomes a variable, which a checkpoint keeps."""
    if isinstance(rate, float | int):
        if rate < 0:
            raise ValueError(f"Invalid learning_rate {rate}.")
        rate = v1.get_variable(
            "learning_rate", [], trainable=False, initializer=v1.constant_initializer(rate)
        )
    elif rate is not None and tf.convert_to_tensor(rate).shape.rank != 0:
        raise ValueError(f"Learning rate should be 0d Tensor or float. Got {rate}.")
    if decay is None:
        return rate
    if global_step is None:
        raise ValueError("global_step is required for learning_rate_decay_fn.")
    rate = decay(rate, global_step)
    if "learning_rate" in chosen:
        v1.summary.scalar("learning_rate", rate)
    return rate


def _make(optimizer: Any, rate: Any) -> Any:
    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], "
                f"you provided {optimizer}."
            )
        optimizer = OPTIMIZER_CLS_NAMES[optimizer]
    if isinstance(optimizer, _train.Optimizer):
        return optimizer
    if not callable(optimizer):
        raise ValueError(
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of "
            f"subclass of Optimizer or function with one argument. Got {optimizer!r}."
        )
    return optimizer() if rate is None else optimizer(rate)


def _noisy(gradient: Any, scale: float) -> Any:
    if gradient is None:
        return None
    values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
    noisy = values + v1.truncated_normal(tf.shape(values)) * scale
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(noisy, gradient.indices, gradient.dense_shape)
    return noisy


def _multiplied(gradient: Any, variable: Any, multipliers: Mapping[Any, Any]) -> Any:
    by_name = {getattr(key, "name", key): factor for key, factor in multipliers.items()}
    factor = by_name.get(variable.name, by_name.get(variable.op.name))
    if factor is None:
        return gradient
    if gradient is None:
        raise ValueError(f"Requested multiple of `None` gradient: {variable.name}")
    factor = tf.cast(factor, gradient.dtype)
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
    return gradient * factor


def _clipped(pairs: list[tuple[Any, Any]], clip: Any) -> list[tuple[Any, Any]]:
    if clip is None:
        return pairs
    if callable(clip):
        return clip(pairs)
    if not isinstance(clip, float | int):
        raise ValueError(f"Unknown type {type(clip)} for clip_gradients")
    gradients, variables = zip(*pairs, strict=True)
    return list(zip(tf.clip_by_global_norm(gradients, clip)[0], variables, strict=True))


def _summarize(pairs: list[tuple[Any, Any]], chosen: Sequence[str], is_clipped: bool) -> None:
    for gradient, variable in pairs:
        if gradient is None:
            continue
        values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
        name = variable.op.name
        if "gradients" in chosen:
            v1.summary.histogram(f"gradients/{name}", values)
        if "gradient_norm" in chosen:
            norm = tf.linalg.global_norm([values])
            v1.summary.scalar(f"gradient_norm/{name}", norm)
    if is_clipped and ("global_gradient_norm" in chosen or "gradient_norm" in chosen):
        norm = tf.linalg.global_norm([gradient for gradient, _ in pairs])
        v1.summary.scalar("global_norm/clipped_gradient_norm", norm)
