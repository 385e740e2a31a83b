"""The live line for programs that know nothing of it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import tensorflow as tf

from tfspec.cli._progress import ProgressHook
from tfspec.custom import Estimator


@contextlib.contextmanager
def progress() -> Iterator[None]:
    """Every `Estimator.train` keeps a line of the terminal up to date; log lines are silent."""
    train = Estimator.train
    shown: list[ProgressHook] = []

    def train_with_progress(
        self, input_fn, hooks=None, steps=None, max_steps=None, saving_listeners=None
    ):
        hook = ProgressHook(steps, sys.stderr, max_steps)
        shown.append(hook)
        hooks = [*(hooks or ()), hook]
        return train(self, input_fn, hooks, steps, max_steps, saving_listeners)

    logging = tf.compat.v1.logging
    set_verbosity = logging.set_verbosity
    logging.set_verbosity = lambda level: set_verbosity(max(level, logging.WARN))
    Estimator.train = train_with_progress
    try:
        yield
    finally:
        Estimator.train, logging.set_verbosity = train, set_verbosity
        for hook in shown:
            hook.close()
