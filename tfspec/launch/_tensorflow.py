"""What is to happen when the program imports TensorFlow."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from tfspec import check
from tfspec.compat.v1 import train
from tfspec.launch import _numpy

_until_the_end = contextlib.ExitStack()


def prepare(style: str, around: Callable[[], AbstractContextManager]) -> None:
    """Prepares TensorFlow, which has just been imported.

    Args:
        style: which behaviour the program asks for.
        around: called once; the context is left by `leave`.
    """
    _numpy.put_back_names()  # TensorFlow has imported it
    sys.modules["tensorflow"].train.Int64List = train.Int64List  # takes what it took
    if style == check.TF1:
        _behave_as_1()
    _until_the_end.enter_context(around())


def leave() -> None:
    """Leaves what `around` opened."""
    _until_the_end.close()


def _behave_as_1() -> None:
    """Graphs, sessions and static shapes as in TensorFlow 1, without a word about it."""
    v1 = sys.modules["tensorflow"].compat.v1
    verbosity = v1.logging.get_verbosity()
    v1.logging.set_verbosity(v1.logging.ERROR)
    try:
        v1.disable_v2_behavior()
    finally:
        v1.logging.set_verbosity(verbosity)
