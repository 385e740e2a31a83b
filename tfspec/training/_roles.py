"""What a process does in `train_and_evaluate`, by its task in the cluster."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.config import RunConfig, TaskType
from tfspec.training._evaluation import CheckpointEvaluator, EvaluationListener
from tfspec.training._specs import EvalSpec, TrainSpec

# Workers start one after the other, lest they all update a random initial model at once.
_DELAY_SECS_PER_WORKER = 5
_MAX_DELAY_SECS = 60

# Between two looks for a checkpoint where throttle_secs is 0.
_IDLE_SECS = 0.2


def run_local(
    estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec
) -> tuple[Any, list[Any] | None]:
    """Trains, and evaluates in between.

    Returns:
      The metrics and the exporters' results of the last evaluation; (None, None) if there was
      nothing left to train.
    """
    config = estimator.config
    tf.compat.v1.logging.info("Running training and evaluation locally (non-distributed).")
    tf.compat.v1.logging.info(
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. "
        "Checkpoint frequency is determined based on RunConfig arguments: "
        "save_checkpoints_steps %s or save_checkpoints_secs %s.",
        config.save_checkpoints_steps,
        config.save_checkpoints_secs,
    )
    result = _train_with_evaluation(estimator, train_spec, eval_spec)
    return (result.metrics, result.exports) if result else (None, None)


def run_chief(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> None:
    """Trains as the process that saves checkpoints; evaluation is the evaluator's."""
    _start_server_of(estimator.config)
    _train(estimator, train_spec, train_spec.saving_listeners)


def run_worker(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> None:
    """Trains, after a delay that grows with the worker's index."""
    config = estimator.config
    _start_server_of(config)
    longest = config.experimental_max_worker_delay_secs
    longest = _MAX_DELAY_SECS if longest is None else int(longest)
    delay = min(longest, (config.task_id + 1) * _DELAY_SECS_PER_WORKER)
    if delay > 0:
        tf.compat.v1.logging.info("Waiting %d secs before starting training.", delay)
        time.sleep(delay)
    _train(estimator, train_spec, None)  # the chief saves, so there is nothing to listen to


def run_master(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> None:
    """Trains as the process that saves checkpoints, and evaluates in between."""
    _start_server_of(estimator.config)
    _train_with_evaluation(estimator, train_spec, eval_spec)


def run_ps(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> None:
    """Serves parameters until the process is ended."""
    _start_server(estimator.config).join()


def run_evaluator(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> None:
    """Evaluates each new checkpoint until that of `max_steps`; forever without `max_steps`."""
    if eval_spec.start_delay_secs:
        tf.compat.v1.logging.info(
            "Waiting %f secs before starting eval.", eval_spec.start_delay_secs
        )
        time.sleep(eval_spec.start_delay_secs)
    evaluator = CheckpointEvaluator(estimator, eval_spec, train_spec.max_steps)
    idle = False
    while True:
        started = time.time()
        result = evaluator.evaluate_and_export()
        was_idle, idle = idle, result.metrics is None
        if eval_spec.throttle_secs:
            _throttle(eval_spec.throttle_secs, started)
        elif idle:
            _idle(warn=not was_idle)
        if result.is_final:
            step = result.metrics[tf.compat.v1.GraphKeys.GLOBAL_STEP]
            tf.compat.v1.logging.info(
                "Exiting evaluation, global_step=%s >= train max_steps=%s",
                step,
                train_spec.max_steps,
            )
            return


RUN_BY_TASK_TYPE = {
    TaskType.CHIEF: run_chief,
    TaskType.EVALUATOR: run_evaluator,
    TaskType.MASTER: run_master,
    TaskType.PS: run_ps,
    TaskType.WORKER: run_worker,
}


def _train(estimator: Any, train_spec: TrainSpec, saving_listeners: Any) -> None:
    estimator.train(
        input_fn=train_spec.input_fn,
        max_steps=train_spec.max_steps,
        hooks=list(train_spec.hooks),
        saving_listeners=saving_listeners,
    )


def _train_with_evaluation(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> Any:
    """Trains with an EvaluationListener and returns its last EvalResult, None without any."""
    evaluator = CheckpointEvaluator(estimator, eval_spec, train_spec.max_steps)
    listener = EvaluationListener(evaluator, eval_spec.throttle_secs)
    _train(estimator, train_spec, (*train_spec.saving_listeners, listener))
    return listener.result


def _throttle(secs: float, started: float) -> None:
    """Sleeps until some seconds after the start of an evaluation."""
    pause = secs - (time.time() - started)
    if pause > 0:
        tf.compat.v1.logging.info("Waiting %f secs before starting next eval run.", pause)
        time.sleep(pause)


def _idle(warn: bool) -> None:
    if warn:
        tf.compat.v1.logging.warning(
            "EvalSpec.throttle_secs is set as 0. This might overload the job before finding "
            "(next) new checkpoint. Please consider to increase it."
        )
    time.sleep(_IDLE_SECS)


def _start_server_of(config: RunConfig) -> None:
    """Starts this task's server, unless the cluster is this process alone."""
    if _in_managed_environment():
        return
    cluster = config.cluster_spec
    if not config.master and cluster and _num_tasks(cluster) == 1:
        tf.compat.v1.logging.info(
            "Skip starting Tensorflow server as there is only one node in the cluster."
        )
        return
    _start_server(config)


def _start_server(config: RunConfig) -> Any:
    if not config.master:
        raise RuntimeError(
            "Could not start server; be sure to specify master in RunConfig or set the "
            "TF_CONFIG environment variable."
        )
    if not config.cluster_spec or not config.task_type or config.task_id is None:
        raise RuntimeError(
            "Could not start server; be sure to specify cluster_spec, task_type, and task in "
            "RunConfig or set the TF_CONFIG environment variable."
        )
    options = tf.compat.v1.ConfigProto()
    if config.session_config is not None:
        # The rest of it is for the session, which the hooks and the scaffold may set up anew.
        options.gpu_options.CopyFrom(config.session_config.gpu_options)
    tf.compat.v1.logging.info("Start Tensorflow server.")
    server = _tf.make_server(
        config.cluster_spec, config.task_type, config.task_id, options, config.protocol
    )
    server.start()
    return server


def _num_tasks(cluster: tf.train.ClusterSpec) -> int:
    return sum(cluster.num_tasks(job) for job in cluster.jobs)


def _in_managed_environment() -> bool:
    """Whether the platform that started this process runs its servers itself."""
    text = os.environ.get("TF_CONFIG")
    return bool(text) and json.loads(text).get("environment") == "google"
