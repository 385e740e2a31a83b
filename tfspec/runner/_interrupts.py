"""Lets a user's Ctrl-C end a run whatever is being done when it comes."""

from __future__ import annotations

import _thread
import contextlib
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any

_LATER = 0.005  # seconds
_OF_SCOPES = {"contextlib", "tensorflow", "tfspec"}


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """While it lasts, every `KeyboardInterrupt` is raised, and nothing in its place.

    Python tells of exceptions in destructors and callbacks of weak references, and goes on. Runs
    end with many of those, some of which wait for threads of TensorFlow's, so that a signal
    comes in one now and then: it was lost, and training went on. One that comes while TensorFlow
    enters a scope leaves that half entered, of which an error tells when it is left.
    """
    handled = sys.exc_info()[1]
    with _heard_in_destructors():
        try:
            yield
        except Exception as error:
            interrupt = _hidden_by(error, handled)
            if interrupt is None:
                raise
            raise interrupt from None


@contextlib.contextmanager
def _heard_in_destructors() -> Iterator[None]:
    """Raises an interrupt that comes in a destructor after it."""

    def tell(unraisable: Any) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            # From a thread: raised at once, it would end in this function, and be dropped again.
            threading.Timer(_LATER, _thread.interrupt_main).start()
        else:
            before(unraisable)

    before, sys.unraisablehook = sys.unraisablehook, tell
    try:
        yield
    finally:
        if sys.unraisablehook is tell:
            sys.unraisablehook = before


def _hidden_by(
    error: BaseException | None, handled: BaseException | None
) -> KeyboardInterrupt | None:
    """The interrupt that was on its way up when a scope's end raised `error`.

    Args:
      error: what arrived.
      handled: what was being handled before, and is nobody's news.

    Returns:
      The interrupt; None if there is none, or if the user's code raised `error` in its place.
    """
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    if frame.f_globals.get("__name__", "").partition(".")[0] not in _OF_SCOPES:
        return None
    while error is not None and error is not handled:
        if isinstance(error, KeyboardInterrupt):
            return error
        error = error.__context__
    return None
