"""Evaluates a job."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph import Program
from tfspec.runner._driver import drive
from tfspec.runner._interrupts import interruptible
from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._tracing import Job, Traced, graph_scope, trace
from tfspec.spec import LOSS_METRIC_KEY, ModeKeys

v1 = tf.compat.v1
Hooks = Sequence[v1.train.SessionRunHook]


@interruptible()
def evaluate(
    job: Job,
    steps: int | None = None,
    hooks: Hooks = (),
    checkpoint_path: str | None = None,
) -> dict[str, Any]:
    """Evaluates until `steps` are done, a hook stops it or the input ends.

    Args:
      job: what to evaluate; its model starts from fresh values where there is no checkpoint.
      steps: how many batches, None for all there are.
      hooks: run besides the model's own.
      checkpoint_path: the checkpoint to evaluate, or None.

    Returns:
      The metrics' values by name as NumPy values, with `loss` and `global_step`.
    """
    with graph_scope(job, ModeKeys.EVAL) as graph:
        traced = trace(job, ModeKeys.EVAL, graph)
        if job.warm_start is not None and not checkpoint_path:
            job.warm_start()
        return Evaluation(job, traced).run(steps, hooks, checkpoint_path)


def metric_ops(spec, mean_loss: Any = None) -> tuple[tf.Operation, dict[str, Any]]:
    """One op that updates all metrics of a spec, and the metrics' values by name.

    Call it in the graph of an evaluation: it adds the mean loss, of which value and update may
    be there already, and the global step.

    Raises:
      ValueError: if a metric has a name that evaluation uses itself.
    """
    metrics = dict(spec.eval_metric_ops)
    for name, quoted in ((LOSS_METRIC_KEY, '"loss"'), (v1.GraphKeys.GLOBAL_STEP, "`global_step`")):
        if name in metrics:
            raise ValueError(
                f"Metric with name {quoted} is not allowed, because Estimator already defines "
                "a default metric with the same name. Rename it in `eval_metric_ops`."
            )
    metrics[LOSS_METRIC_KEY] = mean_loss or v1.metrics.mean(spec.loss)
    updates, values = [], {}
    for name, (value, update) in sorted(metrics.items()):
        values[name] = value
        updates.extend(tf.nest.flatten(update))
    values[v1.GraphKeys.GLOBAL_STEP] = v1.train.get_global_step()
    return tf.group(*updates), values


class Evaluation:
    """A traced evaluation, to be run once or many times.

    Make and use it in the job's `graph_scope`.
    """

    def __init__(self, job: Job, traced: Traced) -> None:
        self._job = job
        self._traced = traced
        self._update, self._values = metric_ops(traced.spec, traced.mean_loss)
        self._eval_step = _tf.eval_step()
        # A tensor, so that it is a value of the step.
        self._count = tf.convert_to_tensor(
            v1.assign_add(self._eval_step, 1, use_locking=True)
        )
        self._scaffold = with_local_init(traced.spec.scaffold)

    def run(
        self,
        steps: int | None = None,
        hooks: Hooks = (),
        checkpoint_path: str | None = None,
        program: Program | None = None,
    ) -> dict[str, Any]:
        """Evaluates once; see `evaluate`. Runs that share `program` compile only once."""
        final = v1.train.FinalOpsHook(self._values)
        all_hooks = [*self._traced.hooks, *hooks, *self._traced.spec.evaluation_hooks]
        if steps is not None:
            all_hooks.append(_tf.stop_after_evals_hook(steps))
        for hook in all_hooks:
            if _tf.eval_progress(hook) is not None:
                _tf.set_evals_completed(hook, self._count)
        creator = FunctionSessionCreator(
            self._scaffold,
            self._job.config.session_config,
            checkpoint_path=checkpoint_path,
            program=program,
        )
        v1.logging.info(
            time.strftime("Starting evaluation at %Y-%m-%dT%H:%M:%S", time.localtime())
        )
        started = time.time()
        drive(creator, [*all_hooks, final], [self._update, self._count], self._eval_step)
        v1.logging.info("Inference Time : %0.5fs", time.time() - started)
        v1.logging.info(
            time.strftime("Finished evaluation at %Y-%m-%d-%H:%M:%S", time.localtime())
        )
        return final.final_ops_values


def with_local_init(scaffold: v1.train.Scaffold) -> v1.train.Scaffold:
    """A scaffold whose own `local_init_op` also starts the metrics made after it."""
    if not scaffold.local_init_op:
        return scaffold
    return v1.train.Scaffold(
        local_init_op=tf.group(
            scaffold.local_init_op, v1.train.Scaffold.default_local_init_op()
        ),
        copy_from_scaffold=scaffold,
    )
