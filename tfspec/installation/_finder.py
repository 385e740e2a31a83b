"""The import hook: modules that TensorFlow no longer has, and a word when TensorFlow has come."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from tfspec.installation import _aliases

_ROOTS = ("tensorflow.", "tensorflow_estimator", "tensorboard", _aliases.STALE_LAYERS)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of `_aliases`, and tells when others have been imported.

    Args:
        watched: names of the modules to tell of.
        when_imported: called with a module's name once it is complete.
    """

    def __init__(self, watched: frozenset[str], when_imported: Callable[[str], None]) -> None:
        self._watched = watched
        self._when_imported = when_imported
        self.names: set[str] = set()  # that were imported through this finder

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if name in self._watched:
            return self._watched_spec(name, path)
        if not name.startswith(_ROOTS):
            return None
        make = _aliases.find(name)
        if make is None:
            return None
        self.names.add(name)
        return importlib.machinery.ModuleSpec(name, _Loader(make), is_package=True)

    def _watched_spec(
        self, name: str, path: Sequence[str] | None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module's own spec, with a loader that calls back."""
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path)
            if spec is not None:
                if spec.loader is not None:
                    _call_after(spec.loader, self._when_imported)
                return spec
        return None


def _call_after(loader: importlib.abc.Loader, then: Callable[[str], None]) -> None:
    """Makes a loader call `then` after it has run a module."""
    load = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        load(module)
        then(module.__name__)

    loader.exec_module = exec_module


class _Loader(importlib.abc.Loader):
    """Hands out a module that exists, and leaves it as it is."""

    def __init__(self, make: Callable[[], ModuleType]) -> None:
        self._make = make

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = self._make()
        self._own_spec = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        if self._own_spec is not None:  # importlib has just put the alias's in its place
            module.__spec__ = self._own_spec
