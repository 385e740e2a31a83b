"""tf.contrib.saved_model: Keras models as SavedModels, with their architecture beside."""

from __future__ import annotations

import os
from typing import Any

import tensorflow as tf

from tfspec import _tf

_ARCHITECTURE = ("assets", "saved_model.json")


def save_keras_model(
    model: Any,
    saved_model_path: str,
    custom_objects: dict[str, Any] | None = None,
    as_text: bool | None = None,
    input_signature: Any = None,
    serving_only: bool = False,
) -> str:
    """Saves a Keras 2 model as a SavedModel that serves.

    Args:
        model: the model.
        saved_model_path: a folder that isn't there yet.
        custom_objects: not used: the model isn't cloned.
        as_text: None or False.
        input_signature: None.
        serving_only: whether the optimizer's state is left out.

    Returns:
        The folder.

    Raises:
        AssertionError: the folder is there and holds something.
        NotImplementedError: an argument that has to be None is given.
    """
    if as_text or input_signature is not None:
        raise NotImplementedError(
            "as_text and input_signature have no effect on a SavedModel of Keras 2: "
            "model.save(folder, save_format='tf', signatures=...)."
        )
    if tf.io.gfile.exists(saved_model_path) and tf.io.gfile.listdir(saved_model_path):
        raise AssertionError(
            "Export directory already exists, and isn't empty. Please choose a different export "
            f"directory, or delete all the contents of the specified directory: {saved_model_path}"
        )
    model.save(saved_model_path, include_optimizer=not serving_only, save_format="tf")
    try:
        architecture = model.to_json()
    except NotImplementedError:  # of a model that is a class of its own
        return saved_model_path
    file = os.path.join(saved_model_path, *_ARCHITECTURE)
    tf.io.gfile.makedirs(os.path.dirname(file))
    with tf.io.gfile.GFile(file, "w") as opened:
        opened.write(architecture)
    return saved_model_path


def load_keras_model(saved_model_path: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model that `save_keras_model` saved, TensorFlow 1.15's too.

    Args:
        saved_model_path: the folder.
        custom_objects: by name, classes and functions that are not Keras'.

    Returns:
        A Keras 2 model with the weights that were saved, not compiled.

    Raises:
        tf.errors.NotFoundError: no architecture was saved.
    """
    file = os.path.join(saved_model_path, *_ARCHITECTURE)
    with tf.io.gfile.GFile(file) as opened:
        architecture = opened.read()
    model = _tf.keras().models.model_from_json(architecture, custom_objects=custom_objects)
    status = model.load_weights(os.path.join(saved_model_path, "variables", "variables"))
    if hasattr(status, "expect_partial"):
        status.expect_partial()  # no optimizer's
    return model
