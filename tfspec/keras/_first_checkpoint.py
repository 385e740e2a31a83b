"""The checkpoint of a Keras model as it was before its Estimator trained it."""

from __future__ import annotations

import os
from typing import Any

import tensorflow as tf

from tfspec import _keras
from tfspec.config import RunConfig
from tfspec.graph import FunctionSession, trace_scope
from tfspec.keras._built import Built
from tfspec.spec import ModeKeys

v1 = tf.compat.v1

FOLDER = "keras"
NAME = "keras_model.ckpt"


def first_checkpoint(source: Any, config: RunConfig, by_objects: bool) -> str | None:
    """The checkpoint from which the Estimator of a model starts.

    It is in the folder `keras` of the model folder. If there is one already, it counts: so a
    program that is started again, or one with a checkpoint of its own, starts from that.

    Args:
        source: the model, as `Keras2Model` or `Keras3Model`.
        config: the Estimator's configuration.
        by_objects: whether variables are named by the objects that own them, as Keras does, or
            by their own names, as TF1 does.

    Returns:
        The checkpoint's path; None for a model that starts with fresh values.
    """
    weights = source.initial_weights()
    if weights is None:
        return None
    folder = os.path.join(config.model_dir, FOLDER)
    path = tf.train.latest_checkpoint(folder)
    if path is None:
        path = os.path.join(folder, NAME)
        tf.io.gfile.makedirs(folder)
        _save(source, weights, config, path, by_objects)
    return path


def _save(source: Any, weights: list[Any], config: RunConfig, path: str, by_objects: bool) -> None:
    with tf.Graph().as_default() as graph, trace_scope(), source.scope():
        v1.set_random_seed(config.tf_random_seed)
        v1.train.create_global_step()
        built = source.build(None, None, None, ModeKeys.TRAIN)
        values = [v1.placeholder(variable.dtype, variable.shape) for variable in built.weights]
        assign = [
            variable.assign(value) for variable, value in zip(built.weights, values, strict=True)
        ]
        initialize = v1.global_variables_initializer()
        saver = object_saver(built) if by_objects else v1.train.Saver(save_relative_paths=True)
        with FunctionSession(graph=graph) as session:
            session.run(initialize)
            session.run(assign, dict(zip(values, weights, strict=True)))
            saver.save(session, path, write_meta_graph=not by_objects)


def object_saver(built: Built, sharded: bool = False) -> v1.train.Saver:
    """What saves a model in the default graph under the names that Keras gives its variables."""
    others = {"estimator_global_step": v1.train.get_or_create_global_step(), **built.others}
    return _keras.object_saver(built.model, others, sharded)
