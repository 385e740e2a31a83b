"""Estimators from Keras models."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from tfspec import _keras
from tfspec.checkpoints import WarmStartSettings
from tfspec.config import RunConfig
from tfspec.custom import Estimator, EstimatorV1, checked_config
from tfspec.keras._built import Built
from tfspec.keras._first_checkpoint import first_checkpoint, object_saver
from tfspec.keras._keras_2 import Keras2Model
from tfspec.keras._keras_3 import Keras3Model
from tfspec.keras._loading import load_model
from tfspec.keras._outputs import check_names, checked_export_outputs, exports, renamed_metrics
from tfspec.keras._structure import split_weights
from tfspec.spec import EstimatorSpec, ExportOutput, ModeKeys

v1 = tf.compat.v1

KerasModel = Keras2Model | Keras3Model
_FORMATS = ("checkpoint", "saver")


def model_to_estimator(
    keras_model: Any = None,
    keras_model_path: str | os.PathLike | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    model_dir: str | os.PathLike | None = None,
    config: RunConfig | None = None,
    checkpoint_format: str = "checkpoint",
    metric_names_map: Mapping[str, str] | None = None,
    export_outputs: Mapping[str, type[ExportOutput]] | None = None,
) -> Estimator:
    """Makes an Estimator of a compiled Keras model.

    The model is cloned into the graph of every `train`, `evaluate` and `predict`, and trained with
    the loss, optimizer and metrics that it was compiled with; the model itself stays as it is. A
    functional or sequential model starts with the weights that it has: they are saved to
    `<model_dir>/keras` first. Optimizers start anew.

        model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(4,))])
        model.compile("sgd", "mse", metrics=["mae"])
        estimator = model_to_estimator(model, model_dir="/tmp/line")
        estimator.train(input_fn, steps=100)

    The input_fn returns features and labels for the model's inputs and outputs: one tensor, a list
    in their order, or a dict by their names. Predictions are a dict by output name. Features
    `{"features": ..., "sample_weights": ...}` weigh the examples.

    Args:
        keras_model: a compiled model of tf_keras (functional, sequential, or a subclass with
            `get_config`), or of Keras 3 with the TensorFlow backend.
        keras_model_path: where such a model was saved, instead of `keras_model`.
        custom_objects: classes and functions by the names under which the model's configuration
            knows them.
        model_dir: the folder for checkpoints and event files; see `Estimator`.
        config: a `RunConfig`.
        checkpoint_format: "checkpoint" names variables in checkpoints by the objects that own them,
            as Keras does, so that `model.load_weights` reads them (not for subclassed models of
            tf_keras); "saver" by their own names, as TF1 does.
        metric_names_map: names of metrics in results by their names in the model; all or none.
        export_outputs: `ExportOutput` classes by output name, for signatures besides
            `serving_default`, which serves all outputs.

    Returns:
        An `Estimator`.

    Raises:
        ValueError: none or both of `keras_model` and `keras_model_path` are given, or the latter
            is in Google's cloud; the model isn't compiled, can't be cloned, or its optimizer
            needs eager execution; `checkpoint_format` has another value or the model doesn't allow
            it; `model_dir` and `config` disagree.
        KeyError: `export_outputs` names an output that the model doesn't have.
        TypeError: `keras_model` isn't a Keras model, or `export_outputs` isn't a dict of classes.

    Behaviour: tf.keras.estimator.model_to_estimator of TensorFlow 2.15, which knew Keras 2 only.
    """
    options = (metric_names_map, export_outputs)
    source = _source(keras_model, keras_model_path, custom_objects)
    return _convert(Estimator, source, model_dir, config, checkpoint_format, *options)


def model_to_estimator_v1(
    keras_model: Any = None,
    keras_model_path: str | os.PathLike | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    model_dir: str | os.PathLike | None = None,
    config: RunConfig | None = None,
    checkpoint_format: str = "saver",
    metric_names_map: Mapping[str, str] | None = None,
    export_outputs: Mapping[str, type[ExportOutput]] | None = None,
) -> EstimatorV1:
    """Makes an Estimator of `tf.compat.v1` of a compiled Keras model; see `model_to_estimator`.

    Behaviour: tf.compat.v1.keras.estimator.model_to_estimator of TensorFlow 2.15.
    """
    options = (metric_names_map, export_outputs)
    source = _source(keras_model, keras_model_path, custom_objects)
    return _convert(EstimatorV1, source, model_dir, config, checkpoint_format, *options)


def _source(model: Any, path: Any, custom_objects: Mapping[str, Any] | None) -> KerasModel:
    """The model that is given or stored, as something that can be built in graphs."""
    if model is None and path is None:
        raise ValueError("Either `keras_model` or `keras_model_path` needs to be provided.")
    if model is not None and path is not None:
        raise ValueError(
            "Please specify either `keras_model` or `keras_model_path`, but not both. Received "
            f"keras_model={model!r} and keras_model_path={path!r}."
        )
    if model is None:
        v1.logging.info("Loading models from %s", path)
        model = load_model(path, custom_objects)
    else:
        v1.logging.info("Using the Keras model provided.")
    keras = _keras.keras_of(model)
    if keras is None:
        raise TypeError(
            f"`keras_model` must be a model of tf_keras or keras, received: {model!r} of type "
            f"{type(model).__name__}."
        )
    if not getattr(model, "optimizer", None):
        raise ValueError(
            "The given keras model has not been compiled yet. Please compile the model with "
            "`model.compile()` before calling `model_to_estimator()`."
        )
    kind = Keras3Model if _keras.is_keras_3(keras.__version__) else Keras2Model
    return kind(model, custom_objects)


def _convert(
    kind: type[Estimator],
    source: KerasModel,
    model_dir: Any,
    config: RunConfig | None,
    checkpoint_format: str,
    metric_names_map: Mapping[str, str] | None,
    export_outputs: Any,
) -> Estimator:
    if checkpoint_format not in _FORMATS:
        raise ValueError(
            'Checkpoint format must be one of "checkpoint" or "saver". '
            f"Got {checkpoint_format}"
        )
    by_objects = checkpoint_format == "checkpoint"
    if by_objects and not source.has_object_names:
        raise ValueError(
            "Object-based checkpoints are currently not supported with subclassed models. "
            'Give checkpoint_format="saver".'
        )
    classes = checked_export_outputs(export_outputs)
    if classes and source.output_names is not None:
        check_names(classes, source.output_names)
    config = checked_config(config, model_dir)
    model_fn = _model_fn(source, by_objects, metric_names_map, classes)
    path = first_checkpoint(source, config, by_objects)
    warm_start = path and WarmStartSettings(path, source.vars_to_warm_start)
    return kind(model_fn, config=config, warm_start_from=warm_start)


def _model_fn(
    source: KerasModel,
    by_objects: bool,
    metric_names_map: Mapping[str, str] | None,
    export_classes: Mapping[str, type[ExportOutput]] | None,
) -> Callable[..., EstimatorSpec]:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        features, sample_weights = split_weights(features)
        with source.scope():
            built = source.build(features, labels, sample_weights, mode)
            return spec_of(built, mode)

    def spec_of(built: Built, mode: str) -> EstimatorSpec:
        saver = object_saver(built, sharded=True) if by_objects else None
        predicting = mode == ModeKeys.PREDICT
        return EstimatorSpec(
            mode,
            predictions=built.outputs,
            loss=built.loss,
            train_op=built.train_op,
            eval_metric_ops=built.metrics and renamed_metrics(built.metrics, metric_names_map),
            export_outputs=exports(export_classes, built.outputs) if predicting else None,
            scaffold=v1.train.Scaffold(saver=saver),
        )

    return model_fn
