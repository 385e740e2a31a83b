"""Trains a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.runner._driver import drive
from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._tracing import Job, Traced, graph_scope, trace, train_op_in_graph
from tfspec.spec import ModeKeys

v1 = tf.compat.v1
Hooks = Sequence[v1.train.SessionRunHook]


def train(
    job: Job,
    hooks: Hooks = (),
    saving_listeners: Sequence[v1.train.CheckpointSaverListener] = (),
) -> Any:
    """Trains until a hook stops it or the input ends.

    Returns:
      The loss of the last step, a NumPy scalar; None if there was no step.
    """
    with graph_scope(job) as graph:
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
    all_hooks = _Hooks(job, spec, [*traced.hooks, *hooks], global_step)
    all_hooks.add_listeners(saving_listeners)
    creator = FunctionSessionCreator(
        spec.scaffold, job.config.session_config, checkpoint_dir=job.model_dir
    )
    train_op = train_op_in_graph(spec.train_op)
    _, values = drive(creator, all_hooks.ordered(), [train_op, spec.loss], global_step)
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


class _Hooks:
    """All hooks of a training run, in the order in which `tf.estimator` ran them."""

    def __init__(self, job: Job, spec, hooks: Hooks, global_step: tf.Variable) -> None:
        self._job, self._spec = job, spec
        config = job.config
        self._workers = [*hooks, v1.train.NanTensorHook(spec.loss)]
        if config.log_step_count_steps is not None:
            self._workers.append(v1.train.LoggingTensorHook(
                {"loss": spec.loss, "step": global_step},
                every_n_iter=config.log_step_count_steps,
            ))
        self._workers.extend(spec.training_hooks)
        self._make_saver()
        self._chief = [*self._checkpoint_hooks(), *spec.training_chief_hooks]

    def _make_saver(self) -> None:
        """Gives the scaffold a saver as the configuration wants it, if it has none."""
        config = self._job.config
        if self._spec.scaffold.saver or v1.get_collection(v1.GraphKeys.SAVERS):
            return
        v1.add_to_collection(v1.GraphKeys.SAVERS, v1.train.Saver(
            sharded=True,
            max_to_keep=config.keep_checkpoint_max,
            keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours,
            defer_build=True,
            save_relative_paths=True,
        ))

    def _checkpoint_hooks(self) -> list[v1.train.CheckpointSaverHook]:
        config = self._job.config
        given = [*self._workers, *self._spec.training_chief_hooks]
        self._savers = [h for h in given if isinstance(h, v1.train.CheckpointSaverHook)]
        if self._savers or not (config.save_checkpoints_secs or config.save_checkpoints_steps):
            return []
        self._savers = [v1.train.CheckpointSaverHook(
            self._job.model_dir,
            save_secs=config.save_checkpoints_secs,
            save_steps=config.save_checkpoints_steps,
            scaffold=self._spec.scaffold,
            save_graph_def=config.checkpoint_save_graph_def,
        )]
        return self._savers

    def add_listeners(self, listeners: Sequence[v1.train.CheckpointSaverListener]) -> None:
        """Tells the saver's listeners of each checkpoint.

        Raises:
          ValueError: if nothing saves checkpoints.
        """
        if listeners and not self._savers:
            raise ValueError(
                "There should be a CheckpointSaverHook to use saving_listeners. "
                "Please set one of the RunConfig.save_checkpoints_steps or "
                "RunConfig.save_checkpoints_secs."
            )
        if listeners:
            known = _tf.hook_field(self._savers[0], "listeners")
            known.extend(listener for listener in listeners if listener not in known)

    def ordered(self) -> list[v1.train.SessionRunHook]:
        """Chief's hooks, step counter and summaries, then everybody's."""
        config = self._job.config
        if not config.is_chief:
            return list(self._workers)
        hooks = list(self._chief)
        if config.log_step_count_steps and config.log_step_count_steps > 0:
            hooks.append(v1.train.StepCounterHook(
                output_dir=self._job.model_dir, every_n_steps=config.log_step_count_steps
            ))
        if config.save_summary_steps and config.save_summary_steps > 0:
            hooks.append(v1.train.SummarySaverHook(
                scaffold=self._spec.scaffold,
                save_steps=config.save_summary_steps,
                output_dir=self._job.model_dir,
            ))
        return [*hooks, *self._workers]
