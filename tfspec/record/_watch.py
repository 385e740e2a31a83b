"""Sees where a program writes checkpoints, event files and exports.

Estimators, the original's and tfspec's alike, write them through the same few classes of
TensorFlow: those are asked, so that nothing has to be known of the program. A program may delete
what it wrote, say at the end of a `tempfile.TemporaryDirectory`: it is read just before.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tfspec.record._read import read_exports, read_folder

v1 = tf.compat.v1

_STEP = re.compile(r"^(?:\w*/)*loss = (?P<loss>\S+), step = (?P<step>\d+)")
_EVALUATION = re.compile(r"^Saving dict for global step (?P<step>\d+): (?P<metrics>.*)$")


class Watch:
    """What was seen.

    Attributes:
        folders: those that checkpoints or event files were written to, in order.
        exports: those whose subfolders are exports, in order.
        losses: of the steps that were logged: `[step, loss]`.
        evaluations: the results of evaluations, as they were logged: `[step, text]`.
        deleted_folders, deleted_exports: by folder, what was in it each time it was deleted.
    """

    def __init__(self) -> None:
        self.folders: dict[str, None] = {}
        self.exports: dict[str, None] = {}
        self.losses: list[list[float]] = []
        self.evaluations: list[list[Any]] = []
        self.deleted_folders: dict[str, list[Any]] = {}
        self.deleted_exports: dict[str, list[Any]] = {}
        self._began = time.time()

    @contextlib.contextmanager
    def watching(self) -> Iterator[Watch]:
        """Looks on until the block ends."""
        handler = _Lines(self)
        logger = logging.getLogger("tensorflow")
        logger.addHandler(handler)
        with contextlib.ExitStack() as stack:
            stack.callback(logger.removeHandler, handler)
            stack.enter_context(_seen(v1.train.Saver, "save", self._saves))
            stack.enter_context(_seen(v1.summary.FileWriter, "__init__", self._writes_events))
            stack.enter_context(_seen(v1.saved_model.Builder, "__init__", self._exports))
            for owner, name in (
                (shutil, "rmtree"),  # a TemporaryDirectory's as well
                (tf.io.gfile, "rmtree"),
                (v1.io.gfile, "rmtree"),
                (v1.gfile, "DeleteRecursively"),
            ):
                stack.enter_context(_seen(owner, name, self._deletes))
            yield self

    def _saves(self, saver: Any, session: Any, save_path: str, *_: Any, **__: Any) -> None:
        self._note(self.folders, os.path.dirname(os.fspath(save_path)))

    def _writes_events(self, writer: Any, logdir: str, *_: Any, **__: Any) -> None:
        self._note(self.folders, os.fspath(logdir))

    def _exports(self, builder: Any, export_dir: str, *_: Any, **__: Any) -> None:
        self._note(self.exports, os.path.dirname(tf.compat.as_str_any(export_dir)))

    def _deletes(self, path: Any, *_: Any, **__: Any) -> None:
        top = os.path.abspath(tf.compat.as_str_any(os.fspath(path)))

        def is_inside(folder: str) -> bool:
            return folder == top or folder.startswith(top + os.sep)

        for folder in filter(is_inside, self.folders):
            if life := read_folder(folder, self._began):
                self.deleted_folders.setdefault(folder, []).append(life)
        for base in filter(is_inside, self.exports):
            self.deleted_exports.setdefault(base, []).extend(read_exports(base, self._began))

    def _note(self, places: dict[str, None], folder: str) -> None:
        places[os.path.abspath(folder)] = None


class _Lines(logging.Handler):
    """Reads the log lines of training and evaluation."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        step, evaluation = _STEP.match(line), _EVALUATION.match(line)
        if step:
            with contextlib.suppress(ValueError):  # not every loss is a scalar
                self._watch.losses.append([int(step["step"]), float(step["loss"])])
        if evaluation:
            self._watch.evaluations.append([int(evaluation["step"]), evaluation["metrics"]])


@contextlib.contextmanager
def _seen(owner: Any, name: str, tell: Callable[..., None]) -> Iterator[None]:
    """Has every call of a method, or of a module's function, told first."""
    method = getattr(owner, name)

    @functools.wraps(method)
    def call(*arguments: Any, **settings: Any) -> Any:
        with contextlib.suppress(TypeError):  # a call that the method itself will refuse
            tell(*arguments, **settings)
        return method(*arguments, **settings)

    setattr(owner, name, call)
    try:
        yield
    finally:
        setattr(owner, name, method)
