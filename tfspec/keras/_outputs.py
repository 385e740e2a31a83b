"""The names of an Estimator's metrics and exports, where they are not those of its Keras model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import tensorflow as tf

from tfspec.keras._structure import MissingKeysError, shown
from tfspec.spec import ClassificationOutput, ExportOutput, PredictOutput, RegressionOutput

_SERVING_KEY = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
_BY_NAME = {kind.__name__: kind for kind in (ClassificationOutput, PredictOutput, RegressionOutput)}


def renamed_metrics(metrics: Mapping[str, Any], names: Mapping[str, str] | None) -> dict[str, Any]:
    """Metrics under the names that `metric_names_map` gives them.

    Raises:
        ValueError: the map lacks one of the metrics, or has more.
    """
    if not names:
        return dict(metrics)
    unnamed = [name for name in metrics if name not in names]
    if unnamed:
        raise ValueError(
            "Invalid `metric_names_map`. The following keras model metric names:"
            f'"{unnamed}" do not exist in the `metric_names_map` dictionary {dict(names)}. Name '
            "all metrics or none."
        )
    unexpected = [name for name in names if name not in metrics]
    if unexpected:
        raise ValueError(
            "Invalid `metric_names_map`. There are unexpected keys in the `metric_names_map` "
            f"dictionary. Expected keys: {list(metrics)}, Received: {unexpected}"
        )
    return {names[name]: metric for name, metric in metrics.items()}


def checked_export_outputs(given: Any) -> dict[str, type[ExportOutput]] | None:
    """The classes of exports by output name, None for the default.

    Raises:
        TypeError: not a dict, or a value of it is no class of exports.
    """
    if not given:
        return None
    if not isinstance(given, Mapping):
        raise TypeError(
            f"`export_outputs` must be dict, received: {given}. Write "
            "{'output name': tfspec.estimator.export.PredictOutput}."
        )
    # TensorFlow 2.15 has classes of its own under the same names.
    classes = {
        name: _BY_NAME.get(getattr(kind, "__name__", ""), kind) for name, kind in given.items()
    }
    for name, kind in classes.items():
        if not isinstance(kind, type) or not issubclass(kind, ExportOutput):
            raise TypeError(
                f"Values in `export_outputs` must be ExportOutput classes, received: {kind!r} "
                f"for {name!r}. Give a class of tfspec.estimator.export, not an object."
            )
    return classes


def check_names(classes: Iterable[str], outputs: Iterable[str]) -> None:
    """Raises KeyError if `export_outputs` names an output that the model does not have."""
    missed = set(classes) - set(outputs)
    if missed:
        raise MissingKeysError(
            "The dictionary passed into `export_outputs` does not match the outputs of the keras "
            f"model.\n\tExpected keys: {shown(set(classes))}\n\toutputs keys: "
            f"{shown(set(outputs))}\n\tMissed keys: {shown(missed)}"
        )


def exports(
    classes: Mapping[str, type[ExportOutput]] | None, outputs: Mapping[str, tf.Tensor]
) -> dict[str, ExportOutput] | None:
    """Exports of single outputs beside the default one of all; None if only that is wanted."""
    if classes is None:
        return None
    check_names(classes, outputs)
    single = {name: kind(outputs[name]) for name, kind in classes.items()}
    return {**single, _SERVING_KEY: PredictOutput(dict(outputs))}
