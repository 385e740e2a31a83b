"""Keras metric objects, of Keras 2 and Keras 3, as pairs of a value and an update op.

Keras is never imported here: an object can only be a metric of a Keras that is already loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import tensorflow as tf

from tfspec import _tf

# Ops that take a variable's handle and leave the variable as it is.
_READERS = {
    "ReadVariableOp",
    "ResourceGather",
    "ResourceGatherNd",
    "VarIsInitializedOp",
    "VariableShape",
}


def is_metric(value: Any) -> bool:
    """Whether `value` is a metric object of tf_keras or keras."""
    for module in _tf.loaded_keras_modules():
        metric_class = getattr(getattr(module, "metrics", None), "Metric", None)
        if metric_class is not None and isinstance(value, metric_class):
            return True
    return False


def value_and_update(metric: Any) -> tuple[Any, Any]:
    """The value of a metric, and what updates it from a batch.

    In a graph that is the tensor of `metric.result()` with the op of the first `update_state` call
    (Keras 2, which keeps them: so does tf.estimator 2.15), or an op that does what all these calls
    do, one after the other (Keras 3, which keeps none). Outside of any graph a call has done its
    work and leaves nothing to run, so it is the function `metric.result` with None.

    Raises:
        ValueError: the metric was not updated in a graph, or in another graph than this one.
    """
    if tf.executing_eagerly():
        if any(hasattr(v, "graph") for v in _variables(metric)):
            raise ValueError(_other_graph(metric.name))
        return metric.result, None
    keras_2 = hasattr(type(metric), "updates")
    accesses = [] if keras_2 else _accesses(metric)
    updates = metric.updates if keras_2 else _writes(accesses)
    if not updates:
        raise ValueError(
            f'Please call update_state(...) on the "{metric.name}" metric in model_fn, where the '
            "metric is made, before the EstimatorSpec."
        )
    if updates[0].graph is not tf.compat.v1.get_default_graph():
        raise ValueError(_other_graph(f"{metric.name}: {updates[0].name}"))
    if keras_2:
        update = updates[0]
    else:
        for ops in accesses:
            _run_in_order(ops, set(updates))
        update = tf.group(*updates)
    return tf.nest.map_structure(tf.convert_to_tensor, metric.result()), update


def register_variables(metrics: Iterable[Any]) -> None:
    """Puts the metrics' variables into the graph's collections of local and metric variables.

    They leave the global variables, where Keras 3 puts them: those are restored from checkpoints,
    and the checkpoint of a training knows nothing of metrics.
    """
    keys = tf.compat.v1.GraphKeys
    ours = {id(v): v for metric in metrics for v in _variables(metric)}
    for key in (keys.LOCAL_VARIABLES, keys.METRIC_VARIABLES):
        present = {id(v) for v in tf.compat.v1.get_collection(key)}
        for variable in (v for known, v in ours.items() if known not in present):
            tf.compat.v1.add_to_collection(key, variable)
    kept = [v for v in tf.compat.v1.global_variables() if id(v) not in ours]
    if len(kept) < len(tf.compat.v1.global_variables()):
        tf.compat.v1.get_collection_ref(keys.GLOBAL_VARIABLES)[:] = kept


def _other_graph(what: str) -> str:
    return (
        f'eval_metric_ops with "{what}" must be from the default graph. Make the metric, update it '
        "and return the EstimatorSpec in one call of model_fn."
    )


def _variables(metric: Any) -> list[tf.Variable]:
    # Keras 3 wraps them.
    return [v if isinstance(v, tf.Variable) else v.value for v in metric.variables]


def _accesses(metric: Any) -> list[list[tf.Operation]]:
    """For each graph variable of a metric the ops that use it, in the order they were made."""
    handles = [(v.handle, v.initializer) for v in _variables(metric) if hasattr(v, "graph")]
    if not handles:
        return []
    position = {op: i for i, op in enumerate(handles[0][0].graph.get_operations())}
    users = [{op for op in handle.consumers() if op != init} for handle, init in handles]
    return [sorted(ops, key=position.__getitem__) for ops in users]


def _writes(accesses: list[list[tf.Operation]]) -> list[tf.Operation]:
    writes = [op for ops in accesses for op in ops if op.type not in _READERS]
    return list(dict.fromkeys(writes))


def _run_in_order(ops: list[tf.Operation], writes: Collection[tf.Operation]) -> None:
    """Makes the ops that use one variable run in their order, as they would in a tf.function.

    A graph keeps no order between a write and a later read. Ops that no write depends on, such as
    those of an earlier `result()`, stay free of the writes: fetching them must not update anything.
    """
    last_write, since = [], []
    for op in ops:
        if op in writes:
            _tf.add_control_inputs(op, last_write + since)
            last_write, since = [op], []
        elif _leads_to(op, writes):
            _tf.add_control_inputs(op, last_write)
            since.append(op)


def _leads_to(op: tf.Operation, goals: Collection[tf.Operation]) -> bool:
    seen, ahead = set(), [op]
    while ahead:
        for output in ahead.pop().outputs:
            for consumer in output.consumers():
                if consumer in goals:
                    return True
                if consumer not in seen:
                    seen.add(consumer)
                    ahead.append(consumer)
    return False
