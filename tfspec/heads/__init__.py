"""Heads: what stands on top of a model's logits - loss, metrics, predictions, exports.

One class per task serves both namespaces: `BinaryClassHead`, `MultiClassHead`, `MultiLabelHead`,
`RegressionHead` (`PoissonRegressionHead`, `LogisticRegressionHead`), `MultiHead` for several tasks,
and `SequentialHead` for every step of a sequence. Each is a `Head`:

    head.name, head.logits_dimension, head.loss_reduction
    head.loss(labels, logits, features, mode, regularization_losses)   -> scalar
    head.predictions(logits, keys)                                     -> {key: tensor}
    head.metrics(regularization_losses)                                -> {key: Keras metric}
    head.update_metrics(metrics, features, logits, labels, regularization_losses)
    head.create_estimator_spec(features, mode, logits, labels, optimizer, trainable_variables,
                               train_op_fn, update_ops, regularization_losses)

Constructors have the signatures of `tf.estimator`, and make heads that behave as there: losses
divided by the batch size, Keras metrics, optimizers of tf_keras (`get_updates`; set `iterations` to
the global step before), `update_ops` as an argument. `v1_head(head, loss_reduction)` makes a copy
that behaves as the private heads of `tf.compat.v1.estimator`'s canned estimators did: losses
summed, `tf.compat.v1.metrics`, optimizers with `minimize(loss, global_step)`, update ops from the
collection `UPDATE_OPS`, and a summary of the mean loss beside that of the sum. Only
`loss` and `create_estimator_spec` differ, no call does.

`classification_head(n_classes, ...)` picks the head of a classifier. `MetricKeys` and
`PredictionKeys` name what evaluation and prediction return.
"""

from __future__ import annotations

from tfspec.heads._binary_class import BinaryClassHead
from tfspec.heads._head import Head
from tfspec.heads._keys import ExportKeys, MetricKeys, PredictionKeys
from tfspec.heads._multi import MultiHead
from tfspec.heads._multi_class import MultiClassHead, classification_head
from tfspec.heads._multi_label import MultiLabelHead
from tfspec.heads._regression import (
    LogisticRegressionHead,
    PoissonRegressionHead,
    RegressionHead,
)
from tfspec.heads._sequential import SequentialHead
from tfspec.heads._task import v1_head

__all__ = [
    "BinaryClassHead",
    "ExportKeys",
    "Head",
    "LogisticRegressionHead",
    "MetricKeys",
    "MultiClassHead",
    "MultiHead",
    "MultiLabelHead",
    "PoissonRegressionHead",
    "PredictionKeys",
    "RegressionHead",
    "SequentialHead",
    "classification_head",
    "v1_head",
]
