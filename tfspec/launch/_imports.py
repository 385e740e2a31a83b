"""What the program's own modules get when they import TensorFlow."""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from tfspec import check
from tfspec.launch._sources import Program, is_own

_TF1 = "tfspec.compat.v1"
_CONTRIB = ("tfspec.contrib", "tensorflow.contrib")
# Only TensorFlow itself has these: they are imported as they are written.
_AS_WRITTEN = {"python", "core", "compiler", "tools", "examples", "_api", "lite"}


_home = _TF1


def use_original() -> None:
    """Gives modules of TensorFlow 1 style TensorFlow's own `compat.v1`, with stand-ins for
    `tf.contrib` alone."""
    global _home
    _home = "tensorflow.compat.v1"
    importlib.import_module(_home).contrib = importlib.import_module("tfspec.contrib")


def _importing(
    find: Callable[[list[str], Sequence[str]], ModuleType | None],
) -> dict[str, Any]:
    """Builtins whose `__import__` gives a module what `find` does, where that finds any.

    Args:
        find: from the parts of a module's absolute name, and the names that are taken from it,
            to what the statement is to get; None for what Python gives.
    """

    def import_(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        found = find(name.split("."), fromlist or ()) if level == 0 else None
        if found is None:
            return builtins.__import__(name, globals, locals, fromlist, level)
        return found

    return vars(builtins) | {"__import__": import_}


def _tensorflow_2(parts: list[str], fromlist: Sequence[str]) -> ModuleType | None:
    """What modules of other style get: `tensorflow.python.keras` was `tf.keras` until 2.5."""
    keras_2 = os.environ.get("TF_USE_LEGACY_KERAS") in ("1", "true", "True")
    return _old_keras(parts, fromlist) if keras_2 else None


def _old_keras(parts: list[str], fromlist: Sequence[str]) -> ModuleType | None:
    """What an import statement gets of `tensorflow.python.keras`; None if it asks for none."""
    if parts[:2] != ["tensorflow", "python"] or not fromlist or _home != _TF1:
        return None
    if parts[2:] and parts[2] != "keras" or not parts[2:] and "keras" not in fromlist:
        return None
    importlib.import_module("tensorflow")
    from tfspec import _tf  # imports TensorFlow

    if parts[2:]:
        return _tf.keras_by_file(".".join(parts[3:]))
    return _extended(importlib.import_module("tensorflow.python"), keras=_tf.keras_by_file(""))


def _tensorflow_1(parts: list[str], fromlist: Sequence[str]) -> ModuleType | None:
    """The module of TensorFlow 1 that an import statement asks for, None if it has none."""
    if parts[0] == "importlib" and (not fromlist or not parts[1:]):
        return _extended(importlib, import_module=_import_module)
    if parts[0] != "tensorflow":
        return None
    keras = _old_keras(parts, fromlist)
    if keras is not None:
        return keras
    parts = parts[1:]
    if parts[:2] == ["python", "feature_column"] and fromlist:
        from tfspec import _tf  # imports TensorFlow

        return _tf.feature_columns_by_file(parts[2:])
    if parts and parts[0] in _AS_WRITTEN:
        return None
    importlib.import_module("tensorflow")
    top = module = importlib.import_module(_home)
    for part in parts:
        below = getattr(module, part, None)
        if below is None:
            _refuse(module, part, ModuleNotFoundError)
            return None
        module = below
    return _with_submodules(module, fromlist) if fromlist else top


def _import_module(name: str, package: str | None = None) -> ModuleType:
    """`importlib.import_module` for files of TensorFlow 1."""
    found = _tensorflow_1(name.split("."), "*") if name.startswith("tensorflow") else None
    return importlib.import_module(name, package) if found is None else found


def _with_submodules(module: ModuleType, names: Sequence[str]) -> ModuleType:
    """The module itself, or where it lacks names, one that has TensorFlow's own as well.

    `from tensorflow import python` is such a name: a package that is no public name.
    """
    missing = [name for name in names if name != "*" and not hasattr(module, name)]
    for name in missing:
        _refuse(module, name, ImportError)
    there = [name for name in missing if module.__name__ == _home and name in _AS_WRITTEN]
    if not there:
        return module
    return _extended(module, **{n: importlib.import_module(f"tensorflow.{n}") for n in there})


def _extended(module: ModuleType, **names: ModuleType) -> ModuleType:
    """A module with all that `module` has, and `names`."""
    extended = ModuleType(module.__name__)
    extended.__getattr__ = lambda name: getattr(module, name)
    vars(extended).update(names)
    return extended


def _refuse(module: ModuleType, name: str, error: type[ImportError]) -> None:
    """Raises what tf.contrib has to say of a name that it lacks: Python would drop it."""
    if not module.__name__.startswith(_CONTRIB):
        return
    try:
        getattr(module, name)
    except AttributeError as gone:
        raise error(str(gone), name=f"{module.__name__}.{name}") from None


_TF1_BUILTINS = _importing(_tensorflow_1)
_TF2_BUILTINS = _importing(_tensorflow_2)


def builtins_for(file: str, program: Program) -> dict[str, Any] | None:
    """The builtins that a file of the program is to have; None for Python's own."""
    if program.style_of(file) == check.TF1:
        return _TF1_BUILTINS
    return _TF2_BUILTINS if program.names_old_keras(file) else None


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
        found = builtins_for(spec.origin, self._program)
        if found is not None:
            spec.loader = _Loader(loader.name, loader.path, found)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, its_builtins: dict[str, Any]) -> None:
        super().__init__(name, path)
        self._builtins = its_builtins

    def exec_module(self, module: ModuleType) -> None:
        # Functions take the `__import__` of their module's builtins, then and later.
        module.__dict__["__builtins__"] = self._builtins
        super().exec_module(module)


def install_finder(program: Program) -> None:
    """Puts the finder in front of Python's own."""
    sys.meta_path.insert(0, Finder(program))
