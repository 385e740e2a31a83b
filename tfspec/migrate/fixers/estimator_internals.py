"""Classes of the estimator package's inner modules: taken from where they are public.

`from tensorflow.python.estimator.inputs.numpy_io import numpy_input_fn` becomes
`from tfspec.compat.v1.estimator.inputs import numpy_input_fn`. Of an inner module that is imported
as a whole the uses are rewritten: `dnn.DNNClassifierV2` to `tfspec.estimator.DNNClassifier`. Of
what was never public the names that programs used most are in `tfspec.contrib.estimator.inner`;
others are left.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.check import public_home
from tfspec.migrate._script import Change, Left, Script
from tfspec.source import Binding, Edit

_PREFIXES = ("tensorflow_estimator.python.estimator.", "tensorflow.python.estimator.")


def fix(script: Script) -> Iterator[Change]:
    new: list[tuple[Binding, str | None]] = []
    for binding in script.names.imports:
        home = _home(binding.target) if _is_inner(binding.target) else None
        if home and home[1] == binding.target.count(".") + 1:
            new.append((binding, home[0]))
        elif any(_is_inner(use.path) for use in script.names.uses_of(binding)):
            yield from _uses_of_module(script, binding, new)
    yield from script.rebind(new)


def _is_inner(path: str) -> bool:
    return f"{path}.".startswith(_PREFIXES)


def _home(path: str) -> tuple[str, int] | None:
    home = public_home(path)
    return (f"tfspec.{home[0]}", home[1]) if home else None


def _uses_of_module(
    script: Script, binding: Binding, new: list[tuple[Binding, str | None]]
) -> Iterator[Change]:
    """Rewrites what is used through a module; the module's import goes with its last use."""
    if not script.is_free("tfspec"):
        yield Left(binding.position[0], "the name `tfspec` is taken: imports stay as they are")
        return
    rewritten = []
    for use in script.names.uses_of(binding):
        home = _home(use.path) if _is_inner(use.path) else None
        change = script.rename(use, home[1], home[0]) if home else None
        if change is not None:
            yield change
        if isinstance(change, Edit):
            rewritten.append(use)
    yield from script.ensure_import("tfspec", rewritten)
    if rewritten and len(rewritten) == script.names.reads(binding.name):
        new.append((binding, None))
