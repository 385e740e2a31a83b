"""Starting from the values of another model's variables."""

from __future__ import annotations

import collections
import os
from typing import Any

import tensorflow as tf

from tfspec.checkpoints._reading import checkpoint_prefix

VocabInfo = tf.compat.v1.train.VocabInfo


class WarmStartSettings(
    collections.namedtuple(
        "WarmStartSettings",
        [
            "ckpt_to_initialize_from",
            "vars_to_warm_start",
            "var_name_to_vocab_info",
            "var_name_to_prev_var_name",
        ],
    )
):
    """Which variables of a new model start with the values of which older ones.

    Behaviour: tf.estimator 2.15, except that a SavedModel's folder is taken as well.

    Args:
        ckpt_to_initialize_from: a checkpoint's path prefix, a folder with checkpoints (the
            newest one counts), or the folder of a SavedModel.
        vars_to_warm_start: which variables start warm: a regular expression or a list of
            them (matched among all global variables, optimizer slots included, if it is a
            list, and among the trainable ones if not); a list of names or of variables; or
            None: only those in `var_name_to_vocab_info`.
        var_name_to_vocab_info: `VocabInfo` by variable name: rows (or columns) are copied by
            vocabulary entry, so that vocabularies may grow, shrink or change their order.
        var_name_to_prev_var_name: the name in the checkpoint by variable name, for variables
            whose name has changed.

    Raises:
        ValueError: if `ckpt_to_initialize_from` is None or empty.
    """

    __slots__ = ()

    def __new__(
        cls,
        ckpt_to_initialize_from,
        vars_to_warm_start=".*",
        var_name_to_vocab_info=None,
        var_name_to_prev_var_name=None,
    ):
        if not ckpt_to_initialize_from:
            raise ValueError(
                "`ckpt_to_initialize_from` MUST be set in WarmStartSettings. "
                f"Received {ckpt_to_initialize_from!r}, expected the path of a checkpoint."
            )
        return super().__new__(
            cls,
            ckpt_to_initialize_from,
            vars_to_warm_start,
            var_name_to_vocab_info or {},
            var_name_to_prev_var_name or {},
        )


def warm_start_settings(warm_start_from: Any) -> WarmStartSettings | None:
    """What an estimator was given as `warm_start_from`, as settings with a path to read.

    Args:
        warm_start_from: `WarmStartSettings`, None, or a path as `ckpt_to_initialize_from`:
            then all trainable variables start warm.

    Returns:
        The settings; their path is a string, that of the variables within a SavedModel.

    Raises:
        ValueError: if `warm_start_from` has another type or an empty path.
    """
    if warm_start_from is None:
        return None
    if isinstance(warm_start_from, str | bytes | os.PathLike):
        settings = WarmStartSettings(os.fspath(warm_start_from))
    elif isinstance(warm_start_from, WarmStartSettings):
        settings = warm_start_from
    else:
        raise ValueError(
            "warm_start_from must be a string or a WarmStartSettings, instead got "
            f"{type(warm_start_from)}"
        )
    path = tf.compat.as_str_any(os.fspath(settings.ckpt_to_initialize_from))
    if tf.saved_model.contains_saved_model(path):
        tf.compat.v1.logging.info("Warm-starting from a SavedModel")
        path = os.path.join(
            path,
            tf.compat.v1.saved_model.constants.VARIABLES_DIRECTORY,
            tf.compat.v1.saved_model.constants.VARIABLES_FILENAME,
        )
    return settings._replace(ckpt_to_initialize_from=path)


def warm_start(settings: WarmStartSettings) -> None:
    """Makes the initializers of the default graph's variables read a checkpoint.

    Call it after `model_fn`, before the initializers run, and only for a model without a
    checkpoint of its own. `global_step` is left alone unless a pattern in a list matches it.

    Args:
        settings: as `warm_start_settings` returns them.

    Raises:
        ValueError: if there is no such checkpoint, a variable has another shape in it or isn't
            in it, or names in the settings match no variable.
    """
    tf.compat.v1.logging.info("Warm-starting with WarmStartSettings: %s", settings)
    checkpoint_prefix(settings.ckpt_to_initialize_from)
    tf.compat.v1.train.warm_start(*settings)
