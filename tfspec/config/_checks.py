"""Checks of the single fields of a RunConfig, by field name."""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Callable
from typing import Any

import tensorflow as tf

PROTOCOLS = (None, "grpc", "grpc+verbs")


def check_field(name: str, value: Any) -> None:
    """Raises ValueError or TypeError if `value` can't be field `name`; None passes everywhere."""
    if value is not None and name in _CHECKS:
        _CHECKS[name](name, value)


def check_intervals(save_steps: Any, save_secs: Any) -> None:
    """Checkpoints are saved either by steps or by seconds."""
    if save_steps is not None and save_secs is not None:
        raise ValueError(
            "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set. "
            f"Given: {save_steps} steps and {save_secs} seconds; set one of them to None."
        )


def _model_dir(name: str, value: Any) -> None:
    if value == "":
        raise ValueError(f"{name} should be non-empty. Leave it out for a temporary directory.")


def _at_least_zero(name: str, value: Any) -> None:
    if not _number(name, value) >= 0:
        raise ValueError(f"{name} should be >= 0, got {value!r}.")


def _above_zero(name: str, value: Any) -> None:
    if not _number(name, value) > 0:
        raise ValueError(f"{name} should be > 0, got {value!r}.")


def _number(name: str, value: Any) -> Any:
    if not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number or None, got {value!r}.")
    return value


def _session_config(name: str, value: Any) -> None:
    if not isinstance(value, tf.compat.v1.ConfigProto):
        raise ValueError(
            f"{name} must be instance of ConfigProto, got {value!r} of type "
            f"{type(value).__name__}. Make one with tf.compat.v1.ConfigProto(...)."
        )


def _random_seed(name: str, value: Any) -> None:
    if not isinstance(value, int) and not hasattr(value, "__index__"):
        raise ValueError(
            f"{name} must be integer, got {value!r} of type {type(value).__name__}."
        )


def _device_fn(name: str, value: Any) -> None:
    if not (callable(value) and _takes_only_op(value)):
        raise ValueError(
            f'{name} must be callable with exactly one argument "op". Got {value!r}.'
        )


def _takes_only_op(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # builtins without a signature
        return False
    positional = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    keyword_only = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    return positional == ["op"] and all(p.default is not p.empty for p in keyword_only)


def _protocol(name: str, value: Any) -> None:
    if value not in PROTOCOLS:
        raise ValueError(f"{name} should be grpc or grpc+verbs, got {value!r}.")


def _worker_delay(name: str, value: Any) -> None:
    if not isinstance(value, int):
        raise ValueError(f"{name} must be an integer if set. Got {value!r}.")


def _strategy(name: str, value: Any) -> None:
    del name
    if isinstance(value, tf.distribute.ParameterServerStrategy):
        raise ValueError(
            "Please use `tf.compat.v1.distribute.experimental.ParameterServerStrategy` for "
            "parameter server strategy with estimator."
        )


_CHECKS: dict[str, Callable[[str, Any], None]] = {
    "model_dir": _model_dir,
    "tf_random_seed": _random_seed,
    "save_summary_steps": _at_least_zero,
    "save_checkpoints_steps": _at_least_zero,
    "save_checkpoints_secs": _at_least_zero,
    "session_config": _session_config,
    "keep_checkpoint_max": _at_least_zero,
    "keep_checkpoint_every_n_hours": _above_zero,
    "log_step_count_steps": _above_zero,
    "train_distribute": _strategy,
    "eval_distribute": _strategy,
    "device_fn": _device_fn,
    "protocol": _protocol,
    "experimental_max_worker_delay_secs": _worker_delay,
    "session_creation_timeout_secs": _above_zero,
}
