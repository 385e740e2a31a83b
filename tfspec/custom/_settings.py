"""Turns an Estimator's constructor arguments into one canonical form."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec.config import RunConfig, TaskType, default_session_config
from tfspec.runner import argument_names, is_of_tpu, places_model

v1 = tf.compat.v1

_MODEL_FN_ARGUMENTS = frozenset(("features", "labels", "mode", "params", "config"))


def checked_config(config: RunConfig | None, model_dir: str | os.PathLike | None) -> RunConfig:
    """The run's configuration, with a session configuration and a model folder.

    Raises:
      ValueError: if `config` has another type, or names another folder than `model_dir`.
    """
    if config is None:
        config = RunConfig()
        v1.logging.info("Using default config.")
    if not isinstance(config, RunConfig):
        raise ValueError(
            f"config must be an instance of `RunConfig`, but provided {config!r}."
        )
    _warn_of_replicas(config)
    if config.session_config is None:
        config = config.replace(session_config=default_session_config())
    return config.replace(model_dir=_model_dir(config.model_dir, model_dir))


def _warn_of_replicas(config: RunConfig) -> None:
    """Says so if a strategy has more replicas than will train."""
    for name in ("train_distribute", "eval_distribute"):
        strategy = getattr(config, name)
        replicas = getattr(strategy, "num_replicas_in_sync", 1)
        on_cores = name == "train_distribute" and is_of_tpu(strategy)
        if replicas > 1 and not (places_model(strategy) or on_cores):
            v1.logging.warning(
                "%s has %d replicas that can't be used. tfspec runs one, here, with the "
                "batches that the input_fn gives. See docs/differences.md.", name, replicas,
            )


def _model_dir(configured: str | None, given: str | os.PathLike | None) -> str:
    given = tf.compat.path_to_str(given)
    if given is not None and configured is not None and given != configured:
        raise ValueError(
            "`model_dir` are set both in constructor and `RunConfig`, but with different "
            f"values. In constructor: '{given}', in `RunConfig`: '{configured}'. Give it once."
        )
    folder = given or configured
    if folder is None:
        folder = tempfile.mkdtemp()
        v1.logging.warning("Using temporary folder as model directory: %s", folder)
    return folder


def check_model_fn(model_fn: Callable[..., Any], params: Any) -> None:
    """Raises ValueError unless `model_fn` takes features, and params if there are any."""
    if model_fn is None:
        raise ValueError("model_fn must be provided to Estimator.")
    names = set(argument_names(model_fn))
    if "features" not in names:
        raise ValueError(f"model_fn ({model_fn}) must include features argument.")
    if params is not None and "params" not in names:
        raise ValueError(
            f"model_fn ({model_fn}) does not include params argument, "
            f"but params ({params}) is passed to Estimator."
        )
    if params is None and "params" in names:
        v1.logging.warning(
            "Estimator's model_fn (%s) includes params argument, but params are not passed to "
            "Estimator.", model_fn,
        )
    unknown = sorted(names - _MODEL_FN_ARGUMENTS)
    if unknown:
        raise ValueError(f"model_fn ({model_fn}) has following not expected args: {unknown}")


def check_count(name: str, value: int | None) -> None:
    """Raises ValueError if a number of steps is given that isn't positive."""
    if value is not None and value <= 0:
        raise ValueError(f"Must specify {name} > 0, given: {value}")


def check_trains(config: RunConfig) -> None:
    """Raises ValueError if the configuration is that of a task that doesn't train."""
    if config.task_type in (TaskType.EVALUATOR, TaskType.PS):
        raise ValueError(
            "Train has been called wrong configuration. Please use "
            "tf.estimator.train_and_evaluate which calls proper API according to given "
            f"configuration. Current task: {config.task_type!r}."
        )


def checked_hooks(hooks: Any) -> list[v1.train.SessionRunHook]:
    """The hooks as a list; TypeError if one of them isn't a hook."""
    hooks = _listed(hooks, "hooks")
    for hook in hooks:
        if not isinstance(hook, v1.train.SessionRunHook):
            raise TypeError(f"Hooks must be a SessionRunHook, given: {hook}")
    return hooks


def _listed(values: Any, name: str) -> list[Any]:
    try:
        return list(values or [])
    except TypeError as error:
        raise TypeError(f"{error}. Put it into a list: {name}=[...]") from None


def checked_listeners(listeners: Any) -> list[v1.train.CheckpointSaverListener]:
    """The listeners as a list; TypeError if one of them isn't a listener."""
    listeners = _listed(listeners, "saving_listeners")
    for listener in listeners:
        if not isinstance(listener, v1.train.CheckpointSaverListener):
            raise TypeError(
                "saving_listeners must be a list of CheckpointSaverListener, "
                f"given: {listener}"
            )
    return listeners


def ensure_writable(folder: str) -> None:
    """Makes a model folder.

    Raises:
      tf.errors.OpError: if it can't be made.
    """
    try:
        tf.io.gfile.makedirs(folder)
    except tf.errors.OpError as error:
        message = (
            f"Can't make model_dir {folder!r}: {error.message}. "
            "Give a `model_dir` in which this process may write."
        )
        raise type(error)(error.node_def, error.op, message) from error
