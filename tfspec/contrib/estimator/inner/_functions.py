"""Functions of the original's modules `canned.dnn`, `estimator.util` and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import canned
from tfspec.runner import split_input


def dnn_logit_fn_builder(
    units: int,
    hidden_units: Sequence[int],
    feature_columns: Any,
    activation_fn: Any,
    dropout: float | None,
    input_layer_partitioner: Any,
    batch_norm: bool = False,
) -> Callable[[Any, str], tf.Tensor]:
    """The public function of this name; here `batch_norm` may be left out, as until TF 1.8."""
    return canned.dnn_logit_fn_builder(
        units,
        hidden_units,
        feature_columns,
        activation_fn,
        dropout,
        input_layer_partitioner,
        batch_norm,
    )


def parse_input_fn_result(result: Any) -> tuple[Any, Any, list[Any]]:
    """What an input_fn returned, as features, labels or None, and the hooks that start its input.

    Args:
        result: a `tf.data.Dataset`, features, or a pair of features and labels.

    Raises:
        ValueError: for None, or a sequence that is no pair.
    """
    return split_input(result)


def parse_iterator_result(result: Any) -> tuple[Any, Any]:
    """Features and labels or None, from features or a pair of both.

    Raises:
        ValueError: for None, or a sequence that is no pair.
    """
    return split_input(result)[:2]
