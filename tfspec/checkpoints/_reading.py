"""Finding and reading checkpoints."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def checkpoint_prefix(path: str | bytes) -> str:
    """The path prefix, as a `Saver` takes it, of the checkpoint that `path` means.

    Args:
        path: a prefix, or a folder with checkpoints, the newest of which is meant.

    Returns:
        The prefix of a checkpoint that can be read.

    Raises:
        ValueError: if `path` is a folder without checkpoint.
        tf.errors.NotFoundError: if there is no checkpoint of this name.
    """
    path = tf.compat.as_str_any(path)
    tf.train.load_checkpoint(path)  # for its errors
    return tf.train.latest_checkpoint(path) if tf.io.gfile.isdir(path) else path


def variable_names(model_dir: str) -> list[str]:
    """The names of all variables in the newest checkpoint of `model_dir`, sorted.

    Raises:
        ValueError: if the folder has no checkpoint.
    """
    return sorted(_reader(model_dir).get_variable_to_shape_map())


def variable_value(model_dir: str, name: str) -> Any:
    """The value of a variable in the newest checkpoint of `model_dir`, as NumPy has it.

    Args:
        model_dir: the folder with checkpoints.
        name: the variable's name; that of its tensor, as `variable.name` has it, will do.

    Raises:
        ValueError: if the folder has no checkpoint.
        tf.errors.NotFoundError: if the checkpoint has no such variable.
    """
    reader = _reader(model_dir)
    name = name.removesuffix(":0")
    if not reader.has_tensor(name):
        raise tf.errors.NotFoundError(
            None,
            None,
            f"Key {name} not found in checkpoint. The newest one in {model_dir} holds "
            f"{sorted(reader.get_variable_to_shape_map())}.",
        )
    return reader.get_tensor(name)


def _reader(model_dir: str) -> Any:
    checkpoint = tf.train.latest_checkpoint(model_dir)
    if not checkpoint:
        raise ValueError(
            f"Could not find trained model in model_dir: {model_dir}. Call train() first."
        )
    return tf.train.load_checkpoint(checkpoint)


def global_step(model_dir: str) -> int:
    """The global step of the newest checkpoint of `model_dir`, 0 if there is none."""
    checkpoint = tf.train.latest_checkpoint(model_dir)
    if not checkpoint:
        return 0
    reader = tf.train.load_checkpoint(checkpoint)
    name = tf.compat.v1.GraphKeys.GLOBAL_STEP
    return int(reader.get_tensor(name)) if reader.has_tensor(name) else 0
