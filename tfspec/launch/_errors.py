"""Errors of the program, as Python would have printed them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

_OURS = str(Path(__file__).parent)


def report(error: BaseException) -> None:
    """Prints the traceback through `sys.excepthook`, without the frames of the launcher."""
    trimmed = _without_launcher(error.__traceback__)
    sys.excepthook(type(error), error.with_traceback(trimmed), trimmed)
    sys.stderr.flush()


def _without_launcher(traceback: TracebackType | None) -> TracebackType | None:
    frames = []
    while traceback is not None:  # a RecursionError has many
        frames.append(traceback)
        traceback = traceback.tb_next
    kept = None
    for entry in reversed(frames):
        name = entry.tb_frame.f_code.co_filename
        if not name.startswith((_OURS, "<frozen importlib")):
            kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return kept
