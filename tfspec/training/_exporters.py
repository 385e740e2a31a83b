"""Exporters: what becomes of a model after each evaluation of `train_and_evaluate`."""

from __future__ import annotations

import abc
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

_TIMESTAMP = re.compile(r"\d{10}")  # the folder of one export: seconds since 1970


class Exporter:
    """Base class of exporters. A subclass gives it a `name` and says how to `export`.

    Behaviour: tf.estimator 2.15.
    """

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Name of the exporter and of its folder below `export`; unique in an EvalSpec."""

    @abc.abstractmethod
    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        """Exports the model of a checkpoint, or decides not to.

        Args:
          estimator: the Estimator that is trained.
          export_path: folder to write to, `export/NAME` in the model's directory.
          checkpoint_path: the checkpoint that was evaluated.
          eval_result: what `Estimator.evaluate` returned for it.
          is_the_final_export: whether training reached `max_steps` with this checkpoint.

        Returns:
          The folder of the export, or None if there was none.
        """


class SavedModelWriter:
    """Writes an Estimator as a SavedModel, with the settings of one exporter."""

    def __init__(
        self,
        serving_input_receiver_fn: Callable[[], Any] | None,
        assets_extra: Mapping[str, str] | None,
        as_text: bool,
    ):
        self._serving_input_receiver_fn = serving_input_receiver_fn
        self._assets_extra = assets_extra
        self._as_text = as_text

    def write(self, estimator: Any, export_path: str, checkpoint_path: str) -> Any:
        return estimator.export_saved_model(
            export_path,
            self._serving_input_receiver_fn,
            assets_extra=self._assets_extra,
            as_text=self._as_text,
            checkpoint_path=checkpoint_path,
        )


class FinalExporter(Exporter):
    """Exports once, when training has reached `max_steps`.

    A run that ends otherwise - its input ends, or a hook stops it - has no final export.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
    ):
        """Args:
        name: name of the exporter and of its folder.
        serving_input_receiver_fn: function that returns a `ServingInputReceiver`.
        assets_extra: files to copy, by their paths below `assets.extra` of the export.
        as_text: whether to write the graph as text.
        """
        self._name = name
        self._writer = SavedModelWriter(serving_input_receiver_fn, assets_extra, as_text)

    @property
    def name(self) -> str:
        return self._name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        if not is_the_final_export:
            return None
        tf.compat.v1.logging.info("Performing the final export in the end of training.")
        return self._writer.write(estimator, export_path, checkpoint_path)


class LatestExporter(Exporter):
    """Exports after every evaluation and keeps the newest few exports.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ):
        """Checks the arguments.

        Args:
          name: name of the exporter and of its folder.
          serving_input_receiver_fn: function that returns a `ServingInputReceiver`.
          assets_extra: files to copy, by their paths below `assets.extra` of the export.
          as_text: whether to write the graph as text.
          exports_to_keep: how many exports to keep, by the time in their names; None for all.

        Raises:
          ValueError: `exports_to_keep` isn't positive.
        """
        check_exports_to_keep(exports_to_keep)
        self._name = name
        self._exports_to_keep = exports_to_keep
        self._writer = SavedModelWriter(serving_input_receiver_fn, assets_extra, as_text)

    @property
    def name(self) -> str:
        return self._name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        path = self._writer.write(estimator, export_path, checkpoint_path)
        delete_old_exports(export_path, self._exports_to_keep)
        return path


def check_exports_to_keep(exports_to_keep: int | None) -> None:
    if exports_to_keep is not None and exports_to_keep <= 0:
        raise ValueError(
            f"`exports_to_keep`, if provided, must be a positive number. Got {exports_to_keep}"
        )


def timestamped_exports(export_path: str) -> list[str]:
    """Names of the complete exports in a folder, oldest first; none if there is no folder."""
    if not tf.io.gfile.isdir(export_path):
        return []
    names = [tf.compat.as_str_any(name).rstrip("/") for name in tf.io.gfile.listdir(export_path)]
    return sorted(name for name in names if _TIMESTAMP.fullmatch(name))


def delete_old_exports(export_path: str, exports_to_keep: int | None) -> None:
    """Deletes all but the newest exports; what can't be deleted is left with a warning."""
    if exports_to_keep is None:
        return
    for name in timestamped_exports(export_path)[:-exports_to_keep]:
        path = os.path.join(tf.compat.as_str_any(export_path), name)
        try:
            tf.io.gfile.rmtree(path)
        except tf.errors.OpError as error:
            # Another process may have deleted it, or still serve from it.
            tf.compat.v1.logging.warning("Can not delete %s recursively: %s", path, error)
