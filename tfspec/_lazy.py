"""Packages whose names load when they are first touched.

A lazy package declares its public names once, in the `__init__.pyi` beside its `__init__.py`:

    from . import export as export
    from tfspec import canned
    from tfspec.heads import MultiClassHead as MultiClassHead

    DNNClassifier = canned.DNNClassifierV1

`from tensorflow.compat.v1 import *` in it says where names come from that are not listed.

Type checkers and editors read that file as they read any stub; `attach` reads the same lines at run
time and imports the module behind a name on first access. So `import tfspec.estimator` costs a few
milliseconds and leaves TensorFlow alone, and no name has to be written twice.
"""

from __future__ import annotations

import ast
import functools
import importlib
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from tfspec._moved import MOVED

_VERSIONS = ("__version__", "__git_version__", "__compiler_version__")  # as modules have of others


class Target(NamedTuple):
    """Where a lazy name comes from: `attribute` of `module`, or `module` itself if that is None."""

    module: str
    attribute: str | None


class Namespace(NamedTuple):
    """What `attach` gives a package: assign it to the three module attributes of these names."""

    getattr: Callable[[str], Any]
    dir: Callable[[], list[str]]
    all: Sequence[str]


def declared_names(package: str) -> dict[str, Target]:
    """Returns the public names which the stub of the imported `package` declares, in its order."""
    return _read_stub(package)[0]


def starred_modules(package: str) -> list[str]:
    """The modules of which the stub beside a package takes all names: `from x import *`."""
    return _read_stub(package)[1]


def _read_stub(package: str) -> tuple[dict[str, Target], list[str]]:
    """The names that the stub declares, and the modules that serve all others."""
    module = sys.modules[package]
    stub = os.path.join(os.path.dirname(module.__file__), "__init__.pyi")
    # Through the loader, so that a package inside a zip file works as well.
    tree = ast.parse(module.__spec__.loader.get_data(stub), stub)
    names: dict[str, Target] = {}
    others: list[str] = []
    rooms: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=None):  # from . import export as export
                names |= {a.name: Target(f"{package}.{a.name}", None) for a in node.names}
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                others.append(node.module)
            case ast.ImportFrom():
                for alias in node.names:
                    if alias.asname == alias.name:  # only this form exports, says PEP 484
                        names[alias.name] = Target(node.module, alias.name)
                    else:
                        rooms[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(ast.Name(id=room), x)):
                names[name] = Target(rooms[room], x)
    return names, others


def attach(package: str, remedy: Callable[[str], str] | None = None) -> Namespace:
    """Makes the names in the stub of `package` load on first touch.

    Args:
        package: `__name__` of the calling package. It needs an `__init__.pyi` beside it.
        remedy: says what to do about the full name of something absent; by default where the
            name lives today, if that is known.

    Returns:
        The package's `__getattr__`, `__dir__` and `__all__`. A name that is not declared raises an
        `AttributeError` with the remedy.
    """
    names, others = _read_stub(package)

    def load(name: str) -> Any:
        target = names.get(name)
        if target is not None:
            value = importlib.import_module(target.module)
            if target.attribute is not None:
                value = member(value, target.attribute)
        elif not others or (name.startswith("__") and name not in _VERSIONS):
            raise _absence(package, name, remedy)
        else:
            value = _first(package, name, others, remedy)
        setattr(sys.modules[package], name, value)  # next time without this function
        return value

    def listing() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names, *_names_of(others)})

    return Namespace(load, listing, _All(names, others) if others else sorted(names))


class _All(Sequence[str]):
    """The public names of a package that takes all those of others, which are loaded for that.

    Args:
        names: those that the package declares.
        others: the modules that have the rest.
    """

    def __init__(self, names: Collection[str], others: list[str]) -> None:
        self._declared = names
        self._others = others

    @functools.cached_property
    def _names(self) -> list[str]:
        public = {name for name in _names_of(self._others) if not name.startswith("_")}
        return sorted({*self._declared, *public} - self._parts())

    def _parts(self) -> set[str]:
        """The modules that tf_slim is made of, which are in its packages for all to see."""
        slim = [other for other in self._others if other.startswith("tf_slim") and _is_there(other)]
        return {
            name
            for other in slim
            for name, value in vars(importlib.import_module(other)).items()
            if isinstance(value, ModuleType) and name not in self._declared
        }

    def __getitem__(self, index):
        return self._names[index]

    def __len__(self) -> int:
        return len(self._names)


def _names_of(modules: list[str]) -> Iterator[str]:
    """The names that modules have; of an optional package that isn't installed there are none."""
    for module in filter(_is_there, modules):
        yield from dir(importlib.import_module(module))


def _is_there(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        return False
    return True


def member(module: Any, name: str) -> Any:
    """What `from module import name` gives: an attribute, or a module below."""
    try:
        return getattr(module, name)
    except AttributeError:
        if getattr(module, "__path__", None) == []:  # nothing to find; importing would ask here
            raise
        below = f"{module.__name__}.{name}"
        try:
            return importlib.import_module(below)
        except ModuleNotFoundError as error:
            if error.name not in (below, module.__name__):
                raise
        raise


def _first(
    package: str, name: str, modules: list[str], remedy: Callable[[str], str] | None
) -> Any:
    """`name` from the first of the modules that has it."""
    for module in modules:
        try:
            return getattr(importlib.import_module(module), name)
        except (AttributeError, ModuleNotFoundError):  # not there, or an optional package
            continue
    raise _absence(package, name, remedy)


def _absence(package: str, name: str, remedy: Callable[[str], str] | None) -> AttributeError:
    if remedy is not None:
        instead = f". Instead: {remedy(f'{package}.{name}')}."
    else:
        instead = f". Use {MOVED[name]} instead." if name in MOVED else ""
    return AttributeError(f"module {package!r} has no attribute {name!r}{instead}")
