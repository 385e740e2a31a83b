"""Checkpoints: reading them, and starting a model from those of another."""

from tfspec.checkpoints._graph_text import graph_text
from tfspec.checkpoints._mismatch import describe_mismatch
from tfspec.checkpoints._reading import (
    checkpoint_prefix,
    global_step,
    variable_names,
    variable_value,
)
from tfspec.checkpoints._warm_start import (
    VocabInfo,
    WarmStartSettings,
    warm_start,
    warm_start_settings,
)

__all__ = [
    "VocabInfo",
    "WarmStartSettings",
    "checkpoint_prefix",
    "describe_mismatch",
    "global_step",
    "graph_text",
    "variable_names",
    "variable_value",
    "warm_start",
    "warm_start_settings",
]
