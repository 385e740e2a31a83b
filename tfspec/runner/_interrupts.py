"""Lets a user's Ctrl-C end a run whatever is being done when it comes."""

from __future__ import annotations

import _thread
import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

_LATER = 0.005  # seconds


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """While it lasts, a `KeyboardInterrupt` that meets a destructor is raised after it.

    Python tells of exceptions in destructors and callbacks of weak references, and goes on. Runs
    end with many of those, some of which wait for threads of TensorFlow's, so that a signal
    comes in one now and then: it was lost, and training went on.
    """

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
