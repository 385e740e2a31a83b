"""Checks of the single fields of an EstimatorSpec.

Each takes what the caller gave and returns what the spec holds; none changes what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from tfspec.spec import _keras_metrics
from tfspec.spec._export_output import ExportOutput, PredictOutput
from tfspec.spec._mode_keys import ModeKeys

_SERVING_KEY = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY


def train_op(given: Any, mode: str | None) -> Any:
    """An operation, a tensor, or what the runner calls for it; of a graph variable, its op."""
    if given is None:
        if mode == ModeKeys.TRAIN:
            raise ValueError(
                "Missing train_op. An EstimatorSpec for ModeKeys.TRAIN needs the op that takes a "
                "training step, such as optimizer.minimize(loss, global_step)."
            )
        return None
    if not (isinstance(given, tf.Operation) or _is_tensor(given) or callable(given)):
        raise TypeError(
            f"train_op must be Operation or Tensor, given: {given} of type "
            f"{type(given).__name__}. A tf.Variable, a function or a tf.function will do as well."
        )
    if not callable(given):
        _check_graph(given, "train_op")
    if isinstance(given, tf.Variable) and _graph_of(given) is not None:
        # What assign() and its kind return stands for the assignment.
        return given.op
    return given


def loss(given: Any, mode: str | None) -> Any:
    """A numeric scalar."""
    if given is None:
        if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError(
                f"Missing loss. An EstimatorSpec for mode {mode!r} needs the scalar loss tensor."
            )
        return None
    _check_tensor(given, "loss")
    dtype = tf.as_dtype(given.dtype).base_dtype
    if not (dtype.is_floating or dtype.is_integer or dtype.is_complex):
        raise TypeError(
            f"loss must be Tensor of numbers, given: {given} of dtype {dtype.name}. "
            "Convert it with tf.cast(loss, tf.float32)."
        )
    if given.shape.num_elements() not in (None, 1):
        raise ValueError(
            f"Loss must be scalar, given: {given} of shape {given.shape}. "
            "Reduce it, for instance with tf.reduce_mean(loss)."
        )
    _check_graph(given, "loss")
    return given if given.shape.is_compatible_with([]) else tf.reshape(given, [])


def predictions(given: Any, mode: str | None) -> Any:
    """A tensor or a dict of tensors, `{}` for none."""
    if given is None:
        if mode == ModeKeys.PREDICT:
            raise ValueError(
                "Missing predictions. An EstimatorSpec for ModeKeys.PREDICT needs a tensor or a "
                "dict of tensors."
            )
        return {}
    if not isinstance(given, dict):
        _check_tensor(given, "predictions")
        _check_graph(given, "prediction values")
        return given
    for key, value in given.items():
        _check_tensor(value, f"predictions[{key}]")
        _check_graph(value, "prediction values", key)
    return dict(given)


def export_outputs(given: Any, checked_predictions: Any, mode: str | None) -> Any:
    """Export outputs by name, the default one among them; only predicting exports them."""
    if mode != ModeKeys.PREDICT:
        return given
    if given is None:
        return {_SERVING_KEY: PredictOutput(_as_tensors(checked_predictions))}
    if not isinstance(given, dict):
        raise TypeError(f"`export_outputs` must be dict, received: {given}.")
    if not all(isinstance(output, ExportOutput) for output in given.values()):
        raise TypeError(
            f"Values in `export_outputs` must be ExportOutput objects, received: {given}. "
            "Wrap tensors in tfspec.estimator.export.PredictOutput(...)."
        )
    for key, output in given.items():
        for value in _tensors_of(output):
            _check_graph(value, "export_outputs", key)
    if len(given) > 1 and _SERVING_KEY not in given:
        raise ValueError(
            "Multiple `export_outputs` were provided, but none of them are specified as the "
            f"default. Received {sorted(map(str, given))}. Use "
            "`tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY` to specify a default."
        )
    return {**given, _SERVING_KEY: next(iter(given.values()))} if len(given) == 1 else dict(given)


def hooks(given: Any, name: str) -> tuple[tf.compat.v1.train.SessionRunHook, ...]:
    """Hooks as a tuple."""
    if not given:
        return ()
    if not isinstance(given, Iterable):
        raise TypeError(
            f"{name} must be an iterable of SessionRunHook instances, given: {given}. "
            "Put a single hook into a list."
        )
    hooks = tuple(given)
    for hook in hooks:
        if not isinstance(hook, tf.compat.v1.train.SessionRunHook):
            raise TypeError(
                f"All hooks must be SessionRunHook instances, given: {hook} in {name}."
            )
    return hooks


def eval_metric_ops(given: Any) -> dict[str, tuple[Any, Any]]:
    """Pairs of a value and an update by name."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise TypeError(
            f"eval_metric_ops must be a dict, given: {given}. "
            "Write {'accuracy': tf.compat.v1.metrics.accuracy(labels, predictions)}."
        )
    return {key: _metric_pair(key, metric) for key, metric in given.items()}


def register_metric_variables(given: dict[str, Any] | None) -> None:
    """Adds the variables of Keras metrics among valid `eval_metric_ops` to their collections."""
    if given and not tf.executing_eagerly():
        _keras_metrics.register_variables(filter(_keras_metrics.is_metric, given.values()))


def scaffold(given: Any) -> tf.compat.v1.train.Scaffold:
    """A Scaffold, by default one that finds out everything by itself."""
    if not given:
        return tf.compat.v1.train.Scaffold()
    if not isinstance(given, tf.compat.v1.train.Scaffold):
        raise TypeError(
            f"scaffold must be tf.train.Scaffold. Given: {given} of type {type(given).__name__}. "
            "Make one with tf.compat.v1.train.Scaffold(...)."
        )
    return given


def _metric_pair(key: str, metric: Any) -> tuple[Any, Any]:
    if _keras_metrics.is_metric(metric):
        return _keras_metrics.value_and_update(metric)
    if not isinstance(metric, tuple) or len(metric) != 2:
        raise TypeError(
            "Values of eval_metric_ops must be (metric_value, update_op) tuples, "
            f"given: {metric} for key: {key}. Keras metric objects will do as well."
        )
    # Today's style works outside of graphs, where functions stand in for ops, and tf.no_op()
    # is None.
    eager = tf.executing_eagerly()
    for leaf in tf.nest.flatten(metric, expand_composites=True):
        if isinstance(leaf, tf.Operation) or _is_tensor(leaf):
            _check_graph(leaf, "eval_metric_ops", key)
        elif not (eager and (leaf is None or callable(leaf))):
            raise TypeError(
                "Values of eval_metric_ops must be (metric_value, update_op) tuples of tensors and "
                f"operations, given: {metric} for key: {key}, which holds {leaf!r}."
            )
    return metric


def _as_tensors(values: Any) -> Any:
    """Reads the variables among predictions: signatures hold tensors only."""
    if isinstance(values, dict):
        return {key: tf.convert_to_tensor(value) for key, value in values.items()}
    return tf.convert_to_tensor(values)


def _tensors_of(output: ExportOutput) -> list[tf.Tensor]:
    held: list[Any] = []
    for value in vars(output).values():
        held += value.values() if isinstance(value, dict) else [value]
    return [value for value in held if isinstance(value, tf.Tensor)]


def _is_tensor(value: Any) -> bool:
    return isinstance(value, tf.Tensor | tf.Variable)


def _check_tensor(value: Any, name: str) -> None:
    if not _is_tensor(value):
        raise TypeError(
            f"{name} must be Tensor, given: {value} of type {type(value).__name__}. "
            "Convert it, for instance with tf.convert_to_tensor or tf.sparse.to_dense."
        )


def _graph_of(value: Any) -> tf.Graph | None:
    """The graph that holds a tensor, operation or variable, None for an eager one."""
    return getattr(value, "graph", None)


def _check_graph(value: Any, name: str, key: Any = None) -> None:
    """Checks that `value` can be used where the spec is made."""
    graph = _graph_of(value)
    if tf.executing_eagerly():
        usable = graph is None
    else:
        here = tf.compat.v1.get_default_graph()
        # A function may use what is outside of graphs.
        usable = graph is here or (graph is None and here.building_function)
    if not usable:
        value_name = value.name if graph is not None else value
        described = value_name if key is None else f"{key}: {value_name}"
        raise ValueError(
            f'{name} with "{described}" must be from the default graph. It was made '
            f"{'outside of any graph' if graph is None else 'in another graph'}: make it in "
            "the same call of model_fn that returns the EstimatorSpec."
        )
