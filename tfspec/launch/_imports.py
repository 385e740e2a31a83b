"""What modules of TensorFlow 1 style get when they import TensorFlow."""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from tfspec import check
from tfspec.launch._sources import Program, is_own

_TF1 = "tfspec.compat.v1"
# Only TensorFlow itself has these: they are imported as they are written.
_AS_WRITTEN = {"python", "core", "compiler", "tools", "examples", "_api", "lite"}


_home = _TF1


def use_original() -> None:
    """Gives modules of TensorFlow 1 style TensorFlow's own `compat.v1`, with stand-ins for
    `tf.contrib` alone."""
    global _home
    _home = "tensorflow.compat.v1"
    importlib.import_module(_home).contrib = importlib.import_module("tfspec.contrib")


def _import(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """`__import__` for a module of TensorFlow 1 style."""
    if level == 0 and (name == "tensorflow" or name.startswith("tensorflow.")):
        found = _tensorflow_1(name.split(".")[1:], fromlist or ())
        if found is not None:
            return found
    return builtins.__import__(name, globals, locals, fromlist, level)


def _tensorflow_1(parts: list[str], fromlist: Sequence[str]) -> ModuleType | None:
    """The module of TensorFlow 1 that an import statement asks for, None if it has none."""
    if parts[:2] == ["python", "keras"] and fromlist and _home == _TF1:
        from tfspec import _tf  # imports TensorFlow

        return _tf.keras_by_file(".".join(parts[2:]))
    if parts[:2] == ["python", "feature_column"] and fromlist:
        from tfspec import _tf  # imports TensorFlow

        return _tf.feature_columns_by_file(parts[2:])
    if parts and parts[0] in _AS_WRITTEN:
        return None
    importlib.import_module("tensorflow")
    top = module = importlib.import_module(_home)
    for part in parts:
        module = getattr(module, part, None)
        if module is None:
            return None
    return _with_submodules(module, fromlist) if fromlist else top


def _with_submodules(module: ModuleType, names: Sequence[str]) -> ModuleType:
    """The module itself, or where it lacks names, one that has TensorFlow's own as well.

    `from tensorflow import python` is such a name: a package that is no public name.
    """
    missing = [name for name in names if name != "*" and not hasattr(module, name)]
    there = [name for name in missing if module.__name__ == _home and name in _AS_WRITTEN]
    if not there:
        return module
    extended = ModuleType(module.__name__)
    extended.__getattr__ = lambda name: getattr(module, name)
    for name in there:
        setattr(extended, name, importlib.import_module(f"tensorflow.{name}"))
    return extended


TF1_BUILTINS: dict[str, Any] = vars(builtins) | {"__import__": _import}


class Finder(importlib.abc.MetaPathFinder):
    """Finds the program's own modules, as Python does, and gives them their TensorFlow."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == "tensorflow" or name.startswith("tensorflow."):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        loader = getattr(spec, "loader", None)
        if type(loader) is not importlib.machinery.SourceFileLoader or not is_own(spec.origin):
            return None
        if self._program.style_of(spec.origin) == check.TF1:
            spec.loader = _TF1Loader(loader.name, loader.path)
        return spec


class _TF1Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        # Functions take the `__import__` of their module's builtins, then and later.
        module.__dict__["__builtins__"] = TF1_BUILTINS
        super().exec_module(module)


def install_finder(program: Program) -> None:
    """Puts the finder in front of Python's own."""
    sys.meta_path.insert(0, Finder(program))
