"""Which names tfspec itself has, told from its files: nothing that takes TensorFlow is imported."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

import tfspec
from tfspec import _lazy
from tfspec.check._names import V2, slim_names, split_path, table
from tfspec.source import class_may_have, imported_from, module_definitions

_PACKAGE = Path(tfspec.__file__).parent


@functools.cache
def has(name: str) -> bool:
    """Whether `tfspec.<name>` is there: a module, or what a module of tfspec defines.

    Args:
        name: a dotted name without `tfspec.`, e.g. `compat.v1.estimator.tpu.TPUConfig`. What
            follows a class that inherits, or a function, is taken for its attribute.
    """
    folder, parts = _PACKAGE, name.split(".")
    package = ["tfspec"]
    while parts and (folder / parts[0] / "__init__.py").is_file():
        package.append(parts.pop(0))
        folder /= package[-1]
    if not parts:
        return True
    module = folder / f"{parts[0]}.py"
    if module.is_file():
        return len(parts) == 1 or _defines(module, parts[1]) and _goes_on(module, parts[1:])
    if (folder / "__init__.pyi").is_file() and len(package) > 1:
        return _declares(".".join(package), parts)
    module = folder / "__init__.py"
    return _defines(module, parts[0]) and _goes_on(module, parts)


def _goes_on(module: Path, parts: list[str]) -> bool:
    """Whether the class of the first name, if it is one, may have the second."""
    if len(parts) == 1:
        return True
    home = imported_from(module, parts[0])
    if home and home.startswith("tfspec."):
        return has(".".join([home.removeprefix("tfspec."), *parts]))
    return class_may_have(module, *parts[:2])


def is_package(name: str) -> bool:
    """Whether `tfspec.<name>` is a package of tfspec."""
    return _PACKAGE.joinpath(*name.split("."), "__init__.py").is_file()


def _declares(package: str, parts: list[str]) -> bool:
    """Whether a lazy package declares the first of `parts`, and what is behind it has the rest."""
    if parts[0].startswith("__") and parts[0].endswith("__"):
        return True  # any module's own
    importlib.import_module(package)  # lazy packages load nothing else
    target = _lazy.declared_names(package).get(parts[0])
    if target is None:
        return any(has_public(module, parts[0]) for module in _lazy.starred_modules(package))
    below = ".".join(filter(None, [target.module, target.attribute]))
    if below.startswith("tfspec."):
        return has(".".join([below.removeprefix("tfspec."), *parts[1:]]))
    namespace, path = split_path(below)
    names = table(namespace or V2)
    if below.startswith("tensorflow.") and names.find(path):  # a public name, maybe a module
        return names.find(".".join([path, *parts[1:]])) is not None
    return True


def has_public(module: str, name: str) -> bool:
    """Whether a package that a stub takes all names of has one, as far as that is recorded."""
    if module.startswith("tf_slim"):
        return name in slim_names(module)
    namespace, path = split_path(module)
    return table(namespace or V2).find(f"{path}.{name}") is not None


def _defines(file: Path, name: str) -> bool:
    return any(found == name or found.startswith("*") for found in module_definitions(file))
