"""Hooks of tf.estimator's own: early stopping and evaluation while training."""

from tfspec.hooks._early_stopping import (
    make_early_stopping_hook,
    stop_if_higher_hook,
    stop_if_lower_hook,
    stop_if_no_decrease_hook,
    stop_if_no_increase_hook,
)
from tfspec.hooks._eval_events import read_eval_metrics, scalars_in_events
from tfspec.hooks._in_memory_evaluator import InMemoryEvaluatorHook
from tfspec.hooks._stop_at_checkpoint import make_stop_at_checkpoint_step_hook

__all__ = [
    "InMemoryEvaluatorHook",
    "make_early_stopping_hook",
    "make_stop_at_checkpoint_step_hook",
    "read_eval_metrics",
    "scalars_in_events",
    "stop_if_higher_hook",
    "stop_if_lower_hook",
    "stop_if_no_decrease_hook",
    "stop_if_no_increase_hook",
]
