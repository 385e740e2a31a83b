"""Trains a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.checkpoints import graph_text
from tfspec.runner._driver import drive
from tfspec.runner._interrupts import interruptible
from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._tracing import Job, Traced, graph_scope, trace, train_op_in_graph
from tfspec.runner._training_hooks import training_hooks
from tfspec.spec import ModeKeys

v1 = tf.compat.v1
Hooks = Sequence[v1.train.SessionRunHook]


@interruptible()
def train(
    job: Job,
    hooks: Hooks = (),
    saving_listeners: Sequence[v1.train.CheckpointSaverListener] = (),
) -> Any:
    """Trains until a hook stops it or the input ends.

    Returns:
      The loss of the last step, a NumPy scalar; None if there was no step.
    """
    with graph_scope(job, ModeKeys.TRAIN) as graph:
        traced = trace(job, ModeKeys.TRAIN, graph)
        if job.warm_start is not None:
            job.warm_start()
        return train_traced(job, traced, hooks, saving_listeners)


def train_traced(
    job: Job,
    traced: Traced,
    hooks: Hooks = (),
    saving_listeners: Sequence[v1.train.CheckpointSaverListener] = (),
) -> Any:
    """Trains what has been traced in the default graph; see `train`."""
    spec = traced.spec
    global_step = v1.train.get_global_step()
    _summarize_loss(spec.loss)
    all_hooks = training_hooks(job, traced, hooks, saving_listeners)
    creator = FunctionSessionCreator(
        spec.scaffold, job.config.session_config, checkpoint_dir=job.model_dir
    )
    train_op = train_op_in_graph(spec.train_op)
    with _tf.writing_graphs(graph_text):
        _, values = drive(creator, all_hooks, [train_op, spec.loss], global_step)
    if not values:
        v1.logging.warning(
            "Training with estimator made no steps. Perhaps input is empty or misspecified."
        )
    return values.get(spec.loss.name)


def _summarize_loss(loss: tf.Tensor) -> None:
    """Makes the scalar summary `loss`, unless the model has one of that name."""
    summaries = v1.get_collection(v1.GraphKeys.SUMMARIES)
    if not any(summary.op.name == "loss" for summary in summaries):
        v1.summary.scalar("loss", loss)
    v1.add_to_collection(v1.GraphKeys.LOSSES, loss)
