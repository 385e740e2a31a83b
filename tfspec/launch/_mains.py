"""The module `__main__`: finding what is to run as it, and making it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from types import CodeType, ModuleType
from typing import Any


class NotRunnable(Exception):
    """There is nothing to run: what is missing."""


def new_main(
    loader: Any,
    file: str,
    package: str | None = None,
    spec: importlib.machinery.ModuleSpec | None = None,
    name: str = "__main__",
) -> ModuleType:
    """A module with the names that Python gives the one that it runs."""
    main = ModuleType(name)
    main.__doc__ = None
    main.__dict__.update(
        __file__=file,
        __cached__=None,
        __loader__=loader,
        __package__=package,
        __spec__=spec,
        __builtins__=sys.modules["builtins"],
    )
    if sys.version_info < (3, 14):  # later ones make it when it is asked for
        main.__dict__["__annotations__"] = {}
    return main


def runnable_spec(name: str) -> importlib.machinery.ModuleSpec:
    """The module to run for `-m NAME`; of a package, its `__main__`.

    Raises:
        NotRunnable: there is none.
        Exception: any that a package on the way raises.
    """
    if name.startswith("."):
        raise NotRunnable("Relative module names not supported")
    package = name.rpartition(".")[0]
    if package:
        _import_package(package)
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        instead = f". Try using {name[:-3]!r} instead of {name!r} as the module name."
        remedy = instead if name.endswith(".py") else ""
        raise NotRunnable(
            f"Error while finding module specification for {name!r} "
            f"({type(error).__name__}: {error}){remedy}"
        ) from None
    if spec is None:
        raise NotRunnable(f"No module named {name}")
    if spec.submodule_search_locations is None:
        return spec
    if name == "__main__" or name.endswith(".__main__"):
        raise NotRunnable("Cannot use package as __main__ module")
    try:
        return runnable_spec(f"{name}.__main__")
    except NotRunnable as error:
        if name not in sys.modules:
            raise
        raise NotRunnable(
            f"{error}; {name!r} is a package and cannot be directly executed"
        ) from None


def code_of(spec: importlib.machinery.ModuleSpec) -> CodeType:
    """The code of a module that was found.

    Raises:
        NotRunnable: it has none.
        SyntaxError: its source is no Python.
    """
    code = spec.loader.get_code(spec.name) if hasattr(spec.loader, "get_code") else None
    if code is None:
        raise NotRunnable(f"No code object available for {spec.name}")
    return code


def _import_package(package: str) -> None:
    """Imports it; that it isn't there is told when the module in it is looked for."""
    try:
        __import__(package)
    except ImportError as error:
        # Any other comes from code of the package.
        if error.name is None or not f"{package}.".startswith(f"{error.name}."):
            raise
