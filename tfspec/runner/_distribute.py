"""Spreads a job over the replicas of a `tf.distribute.Strategy`, in one graph.

Every replica has a copy of the model on its device, and gets a batch of its own in each step.
The strategy makes the variables, keeps them equal, and adds gradients up, as its optimizers and
metrics ask it to. Behaviour: tf.estimator 2.15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec import _tf
from tfspec.config import RunConfig
from tfspec.runner._user_code import StartIterator, split_input
from tfspec.spec import EstimatorSpec, ModeKeys

v1 = tf.compat.v1
Hooks = list[v1.train.SessionRunHook]

_TPU_STRATEGIES = (
    tf.distribute.TPUStrategy, tf.distribute.experimental.TPUStrategy,
    v1.distribute.experimental.TPUStrategy,
)


def strategy_of(config: RunConfig, mode: str) -> tf.distribute.Strategy | None:
    """The strategy that a configuration has for a mode, if it has one."""
    chosen = {ModeKeys.TRAIN: config.train_distribute, ModeKeys.EVAL: config.eval_distribute}
    return chosen.get(mode)


def is_of_tpu(strategy: tf.distribute.Strategy | None) -> bool:
    """Whether a strategy is for the cores of a TPU, which run one program."""
    return isinstance(strategy, _TPU_STRATEGIES)


def places_model(strategy: tf.distribute.Strategy | None) -> bool:
    """Whether a strategy has its say in where a model goes: on devices of this machine, several,
    or one other than that which TensorFlow takes by itself."""
    if strategy is None or is_of_tpu(strategy):
        return False
    devices = strategy.extended.worker_devices
    if len(devices) != strategy.num_replicas_in_sync:  # others are elsewhere
        return False
    first, *_ = [*tf.config.list_logical_devices("GPU"), *tf.config.list_logical_devices("CPU")]
    return len(devices) > 1 or not first.name.endswith(devices[0].rpartition("/")[2])


def input_context(strategy: tf.distribute.Strategy) -> tf.distribute.InputContext:
    """What an input_fn is told of the replicas that it feeds: one pipeline feeds all."""
    return tf.distribute.InputContext(num_replicas_in_sync=strategy.num_replicas_in_sync)


class ReplicaInput(NamedTuple):
    """The input of all replicas.

    Attributes:
      batches: features and labels (or None) for each replica.
      hooks: hooks to run the input.
      examples: how many of all examples are real, int32 scalar; None if all are.
    """

    batches: list[tuple[Any, Any]]
    hooks: Hooks
    examples: tf.Tensor | None = None


def batches_of_replicas(result: Any, count: int) -> ReplicaInput:
    """Batches for each replica.

    Args:
      result: what the input_fn returned: a dataset, whose elements the replicas get in turn, or
        a function that is called for each, or a `ReplicaInput`.
      count: how many replicas there are.

    Raises:
      ValueError: it is none of these.
    """
    hooks: Hooks = []
    if isinstance(result, ReplicaInput):
        return result
    if isinstance(result, tf.data.Dataset):
        iterator = v1.data.make_initializable_iterator(result)
        elements = _in_order([iterator.get_next] * count)
        hooks.append(StartIterator(iterator))
    elif callable(result):
        elements = _in_order([result] * count)
    else:
        raise ValueError(
            "input_fn must return a tf.data.Dataset or a callable, if a strategy has several "
            f"replicas. Received: {result!r} of type {type(result).__name__}"
        )
    return ReplicaInput([split_input(element)[:2] for element in elements], hooks)


def _in_order(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """What calls return, each made after the one before it, and none used before all are there.

    So a step for which the input does not suffice leaves nothing changed in any replica.
    """
    results: list[Any] = []
    for call in calls:
        with tf.control_dependencies(_tensors(results[-1:])):
            results.append(call())
    with tf.control_dependencies(_tensors(results[-1:])):
        return tf.nest.map_structure(
            lambda item: tf.identity(item) if tf.is_tensor(item) else item,
            results, expand_composites=True,
        )


def _tensors(structure: Any) -> list[tf.Tensor]:
    flat = tf.nest.flatten(structure, expand_composites=True)
    return [item for item in flat if tf.is_tensor(item)]


def spec_of_replicas(
    strategy: tf.distribute.Strategy,
    model_fn: Callable[[Any, Any], EstimatorSpec],
    batches: Sequence[tuple[Any, Any]],
    mode: str,
) -> EstimatorSpec:
    """Calls a model_fn once for each replica and makes one spec of what it returns.

    Its loss is the mean of the replicas'; hooks and the scaffold are those of the first, with the
    ops of all in it.
    """
    specs: dict[int, EstimatorSpec] = {}

    @tf.autograph.experimental.do_not_convert
    def in_replica() -> tf.Tensor:
        context = tf.distribute.get_replica_context()
        number = int(tf.get_static_value(context.replica_id_in_sync_group))
        specs[number] = spec = model_fn(*batches[number])
        return spec.loss

    with _tf.shared_losses(strategy):
        losses = strategy.extended.call_for_each_replica(in_replica)
    loss = strategy.reduce(_tf.reported_loss_reduction(), losses, axis=None)
    ordered = [specs[number] for number in sorted(specs)]
    first = ordered[0]
    changes: dict[str, Any] = {"loss": loss, "scaffold": _scaffold([s.scaffold for s in ordered])}
    if mode == ModeKeys.TRAIN:
        changes["train_op"] = tf.group(*(spec.train_op for spec in ordered))
    else:
        changes["eval_metric_ops"] = {
            name: metric_of_replicas([spec.eval_metric_ops[name] for spec in ordered])
            for name in first.eval_metric_ops
        }
    return first._replace(**changes)


def metric_of_replicas(pairs: Sequence[Any]) -> tuple[Any, tf.Operation]:
    """A metric's value, which the strategy makes the same everywhere, and the update of all."""
    return pairs[0][0], tf.group(*(tf.nest.flatten(update) for _, update in pairs))


def _scaffold(replicas: Sequence[v1.train.Scaffold]) -> v1.train.Scaffold:
    """One scaffold that runs the ops of all, and the first one's function."""

    def ops(name: str) -> list[Any]:
        found = (getattr(scaffold, name) for scaffold in replicas)
        return list(dict.fromkeys(item for item in found if item is not None))

    def grouped(name: str) -> Any:
        return tf.group(*ops(name)) if ops(name) else None

    def joined(name: str) -> Any:
        return tf.concat([tf.reshape(item, [-1]) for item in ops(name)], 0) if ops(name) else None

    first_function = replicas[0].init_fn
    feeds = {key: value for item in replicas for key, value in (item.init_feed_dict or {}).items()}

    return v1.train.Scaffold(
        init_op=grouped("init_op"),
        init_feed_dict=feeds or None,
        init_fn=first_function and (lambda _, session: first_function(session)),
        ready_op=joined("ready_op"),
        ready_for_local_init_op=joined("ready_for_local_init_op"),
        local_init_op=grouped("local_init_op"),
        summary_op=v1.summary.merge(ops("summary_op")) if ops("summary_op") else None,
        saver=replicas[0].saver,
    )
