"""The package that TensorFlow's summaries come from, for as long as a model_fn needs it."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.machinery
import sys
import threading
from collections.abc import Iterator
from types import ModuleType

_PACKAGES = ("tensorboard", "tensorboard.summary")
_lock = threading.Lock()
_users = 0
_added: dict[str, ModuleType] = {}


@functools.cache
def has_tensorboard() -> bool:
    """Whether the package tensorboard itself is installed."""
    return importlib.machinery.PathFinder.find_spec("tensorboard") is not None


@contextlib.contextmanager
def without_tensorboard() -> Iterator[None]:
    """Within it `tf.summary.scalar`, `histogram`, `image`, `audio` and `text` work in any case.

    TensorFlow brought tensorboard along when model_fns were written; now they would fail where
    they call these, even if no writer is there to write anything. With tensorboard installed
    nothing is changed. May be entered again, and by several threads.
    """
    if has_tensorboard():
        yield
        return
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _users
    with _lock:
        _users += 1
        if _users > 1:
            return
        found = {name: ModuleType(name) for name in _PACKAGES}
        for package in found.values():
            package.__path__ = []
        found["tensorboard.summary.v2"] = importlib.import_module("tfspec.summaries._plugins")
        # Those that `install` has put there stay.
        _added.update({name: found[name] for name in found if name not in sys.modules})
        sys.modules.update(_added)


def _leave() -> None:
    global _users
    with _lock:
        _users -= 1
        if not _users:
            for name, module in _added.items():
                if sys.modules.get(name) is module:
                    del sys.modules[name]
            _added.clear()
