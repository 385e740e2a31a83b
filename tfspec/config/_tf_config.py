"""The `TF_CONFIG` environment variable: where this process stands in a cluster."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

TF_CONFIG_VARIABLE = "TF_CONFIG"


class TaskType:
    """Names of the jobs that `TF_CONFIG` knows."""

    MASTER = "master"
    PS = "ps"
    WORKER = "worker"
    CHIEF = "chief"
    EVALUATOR = "evaluator"


@dataclass(frozen=True)
class ClusterPlace:
    """What a cluster description and a task say about one process.

    Attributes:
      cluster_spec: the training cluster; empty for a local run and for an evaluator.
      task_type: job of this process.
      task_id: index of this process within its job.
      master: address of the session to train with, '' in process.
      evaluation_master: address of the session to evaluate with, '' in process.
      is_chief: whether this process saves checkpoints and summaries.
      num_worker_replicas: processes that train, the chief included.
      num_ps_replicas: parameter servers.
      global_id_in_cluster: rank among all tasks (chief first, servers last), None outside.
    """

    cluster_spec: tf.train.ClusterSpec
    task_type: str
    task_id: int
    master: str
    evaluation_master: str
    is_chief: bool
    num_worker_replicas: int
    num_ps_replicas: int
    global_id_in_cluster: int | None


def read_tf_config() -> dict[str, Any]:
    """Parses `TF_CONFIG`; an empty dict if the variable is not set.

    Raises:
      ValueError: the text isn't JSON.
      TypeError: the JSON, or one of its parts, has another shape than described.
    """
    text = os.environ.get(TF_CONFIG_VARIABLE)
    if text is None:
        return {}
    try:
        config = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"The environment variable TF_CONFIG must be JSON, got {text!r}: {error}. "
            "Correct it, or unset it to run on this machine alone."
        ) from error
    _check_dict(config, "TF_CONFIG")
    _check_dict(config.get("task", {}), '"task" in TF_CONFIG')
    service = config.get("service")
    if service is not None and not isinstance(service, dict):
        raise TypeError(
            f'If "service" is set in TF_CONFIG, it must be a dict. Given {type(service)}'
        )
    if config:
        tf.compat.v1.logging.info("TF_CONFIG environment variable: %s", config)
    return config


def cluster_spec_of(config: dict[str, Any]) -> tf.train.ClusterSpec:
    """The cluster that a parsed `TF_CONFIG` describes; empty if it describes none."""
    return tf.train.ClusterSpec(config.get("cluster", {}))


def model_dir_of(config: dict[str, Any], model_dir: Any) -> Any:
    """Reconciles the `model_dir` argument with the one in `TF_CONFIG`.

    Raises:
      ValueError: either is empty, or they differ.
    """
    if model_dir == "":
        raise ValueError("model_dir should be non-empty. Leave it out for a temporary directory.")
    if "model_dir" not in config:
        return model_dir
    configured = config["model_dir"]
    if configured == "":
        raise ValueError("model_dir in TF_CONFIG should be non-empty.")
    if model_dir is not None and model_dir != configured:
        raise ValueError(
            "`model_dir` provided in RunConfig construct, if set, must have the same value as "
            f"the model_dir in TF_CONFIG. model_dir: {model_dir}\n"
            f'TF_CONFIG["model_dir"]: {configured}.'
        )
    tf.compat.v1.logging.info("Using model_dir in TF_CONFIG: %s", configured)
    return configured


def local_place(
    config: dict[str, Any], cluster_spec: tf.train.ClusterSpec | None = None
) -> ClusterPlace:
    """The place of a process that trains alone, or under a distribution strategy.

    Args:
      config: a parsed `TF_CONFIG`, of which only the session addresses are used.
      cluster_spec: cluster that the strategy works on, if any.
    """
    return ClusterPlace(
        cluster_spec=cluster_spec or tf.train.ClusterSpec({}),
        task_type=TaskType.WORKER,
        task_id=0,
        master=config.get("session_master", ""),
        evaluation_master=config.get("eval_session_master", ""),
        is_chief=True,
        num_worker_replicas=1,
        num_ps_replicas=0,
        global_id_in_cluster=0,
    )


def place_in_cluster(config: dict[str, Any]) -> ClusterPlace:
    """Finds the place of this process from a parsed `TF_CONFIG`.

    Raises:
      ValueError: the cluster or the task is incomplete, or they contradict each other.
    """
    spec = cluster_spec_of(config)
    task = config.get("task", {})
    task_type, task_id = task.get("type"), task.get("index")
    if not spec.jobs:
        _check_local_task(task_type, task_id)
        return local_place(config)
    head = _check_cluster(spec, task_type)
    task_id = _check_task(task_type, task_id)
    if task_type == TaskType.EVALUATOR:
        return _evaluator_place(config, task_id)
    _check_task_is_listed(spec, task_type, task_id)
    return ClusterPlace(
        cluster_spec=spec,
        task_type=task_type,
        task_id=task_id,
        master=_session_master(config, spec, task_type, task_id),
        evaluation_master="",
        is_chief=task_type == head,
        num_worker_replicas=_count(spec, TaskType.WORKER) + _count(spec, head),
        num_ps_replicas=_count(spec, TaskType.PS),
        global_id_in_cluster=_global_id(spec, head, task_type, task_id),
    )


def _evaluator_place(config: dict[str, Any], task_id: int) -> ClusterPlace:
    # The evaluator is no member of the training cluster and never talks to it.
    return ClusterPlace(
        cluster_spec=tf.train.ClusterSpec({}),
        task_type=TaskType.EVALUATOR,
        task_id=task_id,
        master="",
        evaluation_master=config.get("eval_session_master", ""),
        is_chief=False,
        num_worker_replicas=0,
        num_ps_replicas=0,
        global_id_in_cluster=None,
    )


def _session_master(
    config: dict[str, Any], spec: tf.train.ClusterSpec, task_type: str, task_id: int
) -> str:
    if "session_master" in config:
        return config["session_master"]
    alone = len(spec.jobs) == 1 and spec.num_tasks(spec.jobs[0]) == 1
    return "" if alone else f"grpc://{spec.task_address(task_type, task_id)}"


def _global_id(spec: tf.train.ClusterSpec, head: str, task_type: str, task_id: int) -> int:
    middle = sorted(job for job in spec.jobs if job not in (head, TaskType.PS))
    order = [head, *middle, TaskType.PS]
    return task_id + sum(_count(spec, job) for job in order[: order.index(task_type)])


def _count(spec: tf.train.ClusterSpec, job: str) -> int:
    return spec.num_tasks(job) if job in spec.jobs else 0


def _check_dict(value: Any, what: str) -> None:
    if not isinstance(value, dict):
        raise TypeError(
            f'{what} must be a JSON object such as {{"type": ...}}, got {value!r} '
            f"of type {type(value).__name__}."
        )


def _check_local_task(task_type: Any, task_id: Any) -> None:
    if task_type not in (None, TaskType.WORKER):
        raise ValueError(
            'If "cluster" is not set in TF_CONFIG, task type must be WORKER. '
            f'Given: {task_type!r}. Set "cluster" to run this role.'
        )
    if task_id is not None and _as_index(task_id) != 0:
        raise ValueError(
            'If "cluster" is not set in TF_CONFIG, task index must be 0. '
            f'Given: {task_id!r}. Set "cluster" to run several workers.'
        )


def _check_cluster(spec: tf.train.ClusterSpec, task_type: Any) -> str:
    """Checks the jobs and returns the one that leads: 'master' or 'chief'."""
    if TaskType.MASTER in spec.jobs:
        if TaskType.CHIEF in spec.jobs:
            raise ValueError("If `master` node exists in `cluster`, job `chief` is not supported.")
        head = TaskType.MASTER
    elif TaskType.CHIEF in spec.jobs:
        head = TaskType.CHIEF
    else:
        raise ValueError(
            'If "cluster" is set in TF_CONFIG, it must have one "chief" node. '
            f"Given jobs: {sorted(spec.jobs)}."
        )
    if spec.num_tasks(head) > 1:
        raise ValueError(
            f'The "cluster" in TF_CONFIG must have only one "{head}" node. '
            f"Given: {spec.job_tasks(head)}."
        )
    if head == TaskType.MASTER and task_type == TaskType.EVALUATOR:
        raise ValueError(
            "If `master` node exists in `cluster`, task_type `evaluator` is not supported. "
            "Name the leading job `chief` to run an evaluator beside it."
        )
    return head


def _check_task(task_type: Any, task_id: Any) -> int:
    if not task_type:
        raise ValueError('If "cluster" is set in TF_CONFIG, task type must be set.')
    if task_id is None:
        raise ValueError('If "cluster" is set in TF_CONFIG, task index must be set.')
    index = _as_index(task_id)
    if index < 0:
        raise ValueError(f"Task index must be non-negative number. Given: {index}.")
    return index


def _as_index(task_id: Any) -> int:
    try:
        return int(task_id)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f'"index" of "task" in TF_CONFIG must be a whole number, got {task_id!r}.'
        ) from error


def _check_task_is_listed(spec: tf.train.ClusterSpec, task_type: str, task_id: int) -> None:
    note = (
        f" in the cluster_spec:\n{spec}\n\n"
        "Note that these values may be coming from the TF_CONFIG environment variable."
    )
    if task_type not in spec.jobs:
        raise ValueError(f"{task_type} is not a valid task_type{note}")
    if task_id not in spec.task_indices(task_type):
        raise ValueError(f"{task_id} is not a valid task_id for task_type {task_type}{note}")
