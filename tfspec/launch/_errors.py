"""Errors of the program, as Python would have printed them."""

from __future__ import annotations

import sys
import traceback as tracebacks
from pathlib import Path
from types import TracebackType

_OURS = str(Path(__file__).parent)


def report(error: BaseException, of_notebook: bool = False) -> None:
    """Prints the traceback through `sys.excepthook`, without the frames of the launcher.

    Args:
        error: what ended the program.
        of_notebook: whether its lines are in `linecache` only, where Python's own hook doesn't
            look.
    """
    trimmed = _without_launcher(error.__traceback__)
    hook = sys.excepthook
    if of_notebook and hook is sys.__excepthook__:
        hook = tracebacks.print_exception
    hook(type(error), error.with_traceback(trimmed), trimmed)
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
