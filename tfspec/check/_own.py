"""Which names tfspec itself has, told from its files: nothing that takes TensorFlow is imported."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

import tfspec
from tfspec import _lazy
from tfspec.check._names import V2, slim_names, split_path, table
from tfspec.source import module_definitions

_PACKAGE = Path(tfspec.__file__).parent


@functools.cache
def has(name: str) -> bool:
    """Whether `tfspec.<name>` is there: a module, or what a module of tfspec defines.

    Args:
        name: a dotted name without `tfspec.`, e.g. `compat.v1.estimator.tpu.TPUConfig`. What
            follows a class or function is taken for its attribute.
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
        return len(parts) == 1 or _defines(module, parts[1])
    if (folder / "__init__.pyi").is_file() and len(package) > 1:
        return _declares(".".join(package), parts[0])
    return _defines(folder / "__init__.py", parts[0])


def _declares(package: str, name: str) -> bool:
    """Whether a lazy package declares `name`, and the room behind it has it."""
    importlib.import_module(package)  # lazy packages load nothing else
    target = _lazy.declared_names(package).get(name)
    if target is None:
        return any(_has_public(module, name) for module in _lazy.starred_modules(package))
    own = target.module.startswith("tfspec.")
    below = [target.module.removeprefix("tfspec."), target.attribute]
    return not own or has(".".join(filter(None, below)))


def _has_public(module: str, name: str) -> bool:
    """Whether a package that a stub takes all names of has one, as far as that is recorded."""
    if module.startswith("tf_slim"):
        return name in slim_names(module)
    namespace, path = split_path(module)
    return table(namespace or V2).find(f"{path}.{name}") is not None


def _defines(file: Path, name: str) -> bool:
    return any(found == name or found.startswith("*") for found in module_definitions(file))
