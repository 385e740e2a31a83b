"""A Keras model in a graph, whichever Keras it is from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class Built:
    """A Keras model in a graph.

    Attributes:
        model: what `tf.train.Checkpoint` can follow.
        weights: its variables in the order of `get_weights()`.
        outputs: tensors by output name.
        loss: a scalar, None for predictions.
        metrics: by name, as `EstimatorSpec.eval_metric_ops` takes them.
        train_op: the op that takes a training step and counts it; in training only.
        others: variables that are saved besides, by their names in checkpoints by objects.
    """

    model: Any
    weights: list[tf.Variable]
    outputs: dict[str, tf.Tensor]
    loss: tf.Tensor | None = None
    metrics: dict[str, Any] = dataclasses.field(default_factory=dict)
    train_op: tf.Operation | None = None
    others: dict[str, tf.Variable] = dataclasses.field(default_factory=dict)


def fresh_metrics(metrics: Any, keras: ModuleType) -> Any:
    """Metrics to compile with, or structures of them, with objects that have no variables yet."""
    if isinstance(metrics, Mapping):
        return {name: fresh_metrics(value, keras) for name, value in metrics.items()}
    if isinstance(metrics, list | tuple):
        return [fresh_metrics(value, keras) for value in metrics]
    if isinstance(metrics, keras.metrics.Metric):
        return type(metrics).from_config(metrics.get_config())
    return metrics
