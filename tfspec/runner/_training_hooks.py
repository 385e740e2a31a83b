"""The hooks that take part in training, in the order of their turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import tensorflow as tf

from tfspec import _tf
from tfspec.config import RunConfig
from tfspec.runner._tracing import Job, Traced

v1 = tf.compat.v1
Hook = v1.train.SessionRunHook
Listener = v1.train.CheckpointSaverListener


def training_hooks(
    job: Job, traced: Traced, given: Sequence[Hook], listeners: Sequence[Listener] = ()
) -> list[Hook]:
    """All hooks of a training run, in order: those of the chief come before those of all.

    Args:
      job: the job that trains.
      traced: what was traced of it, in the default graph.
      given: the caller's hooks.
      listeners: to be told of each checkpoint.

    Raises:
      ValueError: there are listeners, and nothing saves checkpoints.
    """
    spec, config = traced.spec, job.config
    of_all = [*traced.hooks, *given, *_watch_loss(traced, config), *spec.training_hooks]
    saving = [
        hook for hook in (*of_all, *spec.training_chief_hooks)
        if isinstance(hook, v1.train.CheckpointSaverHook)
    ]
    _provide_saver(spec.scaffold, config)
    own_saving = [] if saving else list(_save_checkpoints(job, traced))
    _tell(listeners, saving or own_saving)
    if not config.is_chief:
        return of_all
    return [*own_saving, *spec.training_chief_hooks, *_write_events(job, traced), *of_all]


def _watch_loss(traced: Traced, config: RunConfig) -> Iterator[Hook]:
    """Stops at a loss that is no number, and logs losses."""
    loss = traced.spec.loss
    yield v1.train.NanTensorHook(loss)
    if config.log_step_count_steps is not None:
        shown = {"loss": loss, "step": v1.train.get_global_step()}
        yield v1.train.LoggingTensorHook(shown, every_n_iter=config.log_step_count_steps)


def _save_checkpoints(job: Job, traced: Traced) -> Iterator[Hook]:
    """Saves as often as the configuration says, if it does."""
    config = job.config
    secs, steps = config.save_checkpoints_secs, config.save_checkpoints_steps
    if secs or steps:
        yield v1.train.CheckpointSaverHook(
            job.model_dir, secs, steps,
            scaffold=traced.spec.scaffold,
            save_graph_def=config.checkpoint_save_graph_def,
        )


def _write_events(job: Job, traced: Traced) -> Iterator[Hook]:
    """Writes speed and summaries; an interval of None, zero or less turns each off."""
    speed_steps, summary_steps = job.config.log_step_count_steps, job.config.save_summary_steps
    if speed_steps and speed_steps > 0:
        yield v1.train.StepCounterHook(speed_steps, output_dir=job.model_dir)
    if summary_steps and summary_steps > 0:
        yield v1.train.SummarySaverHook(
            summary_steps, output_dir=job.model_dir, scaffold=traced.spec.scaffold
        )


def _provide_saver(scaffold: v1.train.Scaffold, config: RunConfig) -> None:
    """Leaves a saver for the scaffold to find, unless the model has one of its own.

    It is built when the scaffold is finalized, over all the variables there are by then.
    """
    key = v1.GraphKeys.SAVERS
    if not scaffold.saver and not v1.get_collection(key):
        v1.add_to_collection(key, v1.train.Saver(
            max_to_keep=config.keep_checkpoint_max,
            keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours,
            sharded=True,
            defer_build=True,
            save_relative_paths=True,  # so that the folder can be moved
        ))


def _tell(listeners: Iterable[Listener], saving: Sequence[Hook]) -> None:
    """Makes the first of the hooks that save tell the listeners, each once."""
    listeners = list(listeners)
    if not listeners:
        return
    if not saving:
        raise ValueError(
            "There should be a CheckpointSaverHook to use saving_listeners. "
            "Please set one of the RunConfig.save_checkpoints_steps or "
            "RunConfig.save_checkpoints_secs."
        )
    told = _tf.hook_field(saving[0], "listeners")
    told += [listener for listener in listeners if listener not in told]
