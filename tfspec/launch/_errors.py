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
    if traceback is None:
        return None
    rest = _without_launcher(traceback.tb_next)
    name = traceback.tb_frame.f_code.co_filename
    if name.startswith((_OURS, "<frozen importlib")):
        return rest
    return TracebackType(rest, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)
