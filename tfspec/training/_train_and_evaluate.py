"""train_and_evaluate: one call that trains, evaluates and exports."""

from __future__ import annotations

from typing import Any

from tfspec import _checks
from tfspec.config import TaskType
from tfspec.runner import interruptible
from tfspec.training import _roles
from tfspec.training._specs import EvalSpec, TrainSpec


def train_and_evaluate(
    estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec
) -> tuple[dict[str, Any] | None, list[Any] | None] | None:
    """Trains an Estimator, evaluates checkpoints as they are saved, and exports.

    In a local run training happens in one session. Whenever a checkpoint is saved, and
    `eval_spec.throttle_secs` have passed since the last evaluation began, it is evaluated and
    given to the exporters; the last checkpoint is evaluated in any case. With
    `train_spec.max_steps` the count goes on from earlier runs in the same directory. In a
    cluster that `TF_CONFIG` describes, the process does what its task says: `chief` and
    `worker` train, `ps` serves parameters, `evaluator` evaluates each new checkpoint, and a
    `master` trains and evaluates.

    Args:
      estimator: the Estimator to train.
      train_spec: what to train on, and how far.
      eval_spec: what to evaluate on, and the exporters.

    Returns:
      In a local run, the metrics of the last evaluation with `global_step`, and the list of what
      the exporters returned after it; (None, None) if `max_steps` had been reached before. In
      any other role None.

    Raises:
      TypeError: an argument has the wrong type, or `Estimator.evaluate` returned no dictionary.
      ValueError: the task is unknown, an evaluator has an index other than 0, or the
        RunConfig turns checkpoints off.
      RuntimeError: a server could not be started for lack of a description of the cluster,
        or a checkpoint is gone when it is to be evaluated.

    Behaviour: tf.estimator 2.15.
    """
    _checks.check_estimator(estimator)
    _check_spec(train_spec, "train_spec", TrainSpec)
    _check_spec(eval_spec, "eval_spec", EvalSpec)
    config = estimator.config
    task_type = config.task_type
    if not config.cluster_spec and task_type != TaskType.EVALUATOR:
        run = _roles.run_local
    else:
        _check_task(task_type, config.task_id)
        run = _roles.RUN_BY_TASK_TYPE[task_type]
    with interruptible():
        return run(estimator, train_spec, eval_spec)


def _check_spec(value: Any, name: str, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(
            f"`{name}` must have type `tf.estimator.{kind.__name__}`. Got: {type(value)}"
        )


def _check_task(task_type: Any, task_id: Any) -> None:
    if not task_type:
        raise ValueError(
            "`estimator.config` must have task_type set. This usually means TF_CONFIG "
            "environment is not set correctly."
        )
    if task_type == "local":
        raise ValueError(
            "`task.type` in TF_CONFIG cannot be `local`. Leaving `cluster` and `task` "
            "properties in TF_CONFIG absent triggers train and evaluate `Estimator` locally "
            "(non-distributed)."
        )
    if task_type not in _roles.RUN_BY_TASK_TYPE:
        raise ValueError(
            f"Task type {task_type} is not supported. Supported task types are "
            f"{sorted(_roles.RUN_BY_TASK_TYPE)}"
        )
    if task_type == TaskType.EVALUATOR and task_id:
        raise ValueError(
            "For distributed training, there can only be one `evaluator` task (with task id 0). "
            f" Given task id {task_id}"
        )
