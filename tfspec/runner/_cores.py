"""Spreads a job over the cores of a TPU, in one graph.

A TPU's cores run copies of one program, which XLA compiles. So the model is traced once, as that
program; what it gives comes to the host from all cores, where metrics and host calls take it.
Behaviour: tf.compat.v1.estimator.tpu.TPUEstimator of TensorFlow 2.15.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf, summaries
from tfspec.spec import EstimatorSpec, ModeKeys

v1 = tf.compat.v1

# Fields of a spec that are functions for the host, with the tensors to call them with.
_CALLS = {
    "host_call": (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT),
    "eval_metrics": (ModeKeys.EVAL,),
}


def spec_of_cores(
    strategy: tf.distribute.TPUStrategy,
    model_fn: Callable[[Any, Any], Any],
    batches: Sequence[tuple[Any, Any]],
    mode: str,
    examples: tf.Tensor | None = None,
) -> EstimatorSpec:
    """Calls a model_fn once and makes a spec of what its program gives on all cores.

    The loss is the mean of the cores'; other tensors are joined along their first dimension.

    Args:
      strategy: of the TPU.
      model_fn: from features and labels of a core to an `EstimatorSpec`, or a spec that can be
        split, a `TPUEstimatorSpec`.
      batches: features and labels (or None) for each core, of static shapes.
      mode: one of `ModeKeys`.
      examples: how many of the batches' examples are real, int32 scalar; None if all are. The
        predictions for others are cut off.

    Raises:
      ValueError: a shape isn't static, or a tensor for the host is a scalar.
    """
    _check_static(batches)
    made: list[Any] = []

    @tf.autograph.experimental.do_not_convert
    def program(*batch: Any) -> dict[str, Any]:
        spec = model_fn(batch[0], batch[1] if len(batch) > 1 else None)
        made.append(spec)
        with tf.control_dependencies([spec.train_op] if mode == ModeKeys.TRAIN else []):
            return tf.nest.map_structure(tf.identity, _leaving(spec, mode))

    with strategy.scope(), _tf.shared_losses(strategy), _tf.transparent_cross_shards():
        given = strategy.run(program, args=_by_core(strategy, batches))
        mean = _tf.reported_loss_reduction() == tf.distribute.ReduceOp.MEAN
    _keep_summaries_of_host()
    (spec,) = made
    mean = mean or not isinstance(spec, EstimatorSpec)
    return _on_host(strategy, spec, given, mode, mean, examples)


def _by_core(strategy: tf.distribute.Strategy, batches: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Features, and labels if there are any, as values of which each core has its own."""
    parts = [part for part in zip(*batches, strict=True) if part[0] is not None]
    return [
        strategy.experimental_distribute_values_from_function(
            lambda context, part=part: part[context.replica_id_in_sync_group]
        )
        for part in parts
    ]


def _leaving(spec: Any, mode: str) -> dict[str, Any]:
    """The tensors of a core's spec that the host takes."""
    leaving = {name: call[1] for name, call in _calls(spec, mode).items()}
    if mode == ModeKeys.PREDICT:
        leaving["predictions"] = spec.predictions
    for tensor in tf.nest.flatten(leaving):
        if tf.convert_to_tensor(tensor).shape.rank == 0:
            raise ValueError(
                "All tensors outfed from TPU should preserve batch size dimension, but got scalar "
                f"{tensor}. Reshape it to [1], and take the mean in the function that it is for."
            )
    return leaving if mode == ModeKeys.PREDICT else {"loss": spec.loss, **leaving}


def _calls(spec: Any, mode: str) -> dict[str, Any]:
    """What the host is to call in a mode, by the spec's field."""
    found = {name: getattr(spec, name, None) for name, modes in _CALLS.items() if mode in modes}
    return {name: call for name, call in found.items() if call is not None}


def _on_host(
    strategy: tf.distribute.Strategy,
    spec: Any,
    given: dict[str, Any],
    mode: str,
    mean: bool,
    examples: tf.Tensor | None,
) -> EstimatorSpec:
    """The spec with what the cores gave in place of what is inside their program."""

    def joined(value: Any) -> tf.Tensor:
        return tf.concat(strategy.experimental_local_results(value), axis=0)

    whole = tf.nest.map_structure(joined, {k: v for k, v in given.items() if k != "loss"})
    changes: dict[str, Any] = {name: None for name in _CALLS if hasattr(spec, name)}
    changes.update(
        (name, (call[0], whole[name])) for name, call in _calls(spec, mode).items()
    )
    changes["predictions"] = None
    if mode == ModeKeys.PREDICT:
        changes["predictions"] = tf.nest.map_structure(
            lambda value: value[:examples], whole["predictions"]
        )
    else:
        losses = strategy.experimental_local_results(given["loss"])
        changes["loss"] = tf.add_n(losses) / (len(losses) if mean else 1)
    if mode == ModeKeys.TRAIN:
        changes["train_op"] = tf.group(*losses)
    if isinstance(spec, EstimatorSpec):
        return spec._replace(**changes, eval_metric_ops={})
    scaffold_fn = spec.scaffold_fn
    if scaffold_fn is not None:
        def in_scope() -> v1.train.Scaffold:
            with strategy.scope():  # it may set the cores' variables
                return scaffold_fn()

        changes["scaffold_fn"] = in_scope
    with summaries.without_tensorboard():
        return spec._replace(**changes).as_estimator_spec()


def _keep_summaries_of_host() -> None:
    """Leaves summaries out that are inside the cores' program: none can write them."""
    summaries = v1.get_collection_ref(v1.GraphKeys.SUMMARIES)
    inside = [item for item in summaries if _tf.in_program_of_cores(item.op)]
    if inside:
        v1.logging.warning(
            "No summaries from inside a TPU: %s. Write them in a host_call.",
            ", ".join(item.op.name for item in inside),
        )
    summaries[:] = [item for item in summaries if item not in inside]


def _check_static(batches: Sequence[tuple[Any, Any]]) -> None:
    for name, part in zip(("features", "labels"), zip(*batches, strict=True), strict=True):
        for tensor in tf.nest.flatten(part[0]):
            if tf.is_tensor(tensor) and not tensor.shape.is_fully_defined():
                raise ValueError(
                    f"The {name} to the model returned by input_fn must have static shape. "
                    f"Tensor: {tensor}. Batch datasets with drop_remainder=True."
                )
