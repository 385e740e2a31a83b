"""Where namespaces that TensorFlow dropped are in tfspec."""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.migrate._script import Change, Left, Script
from tfspec.source import Edit, Use

_V2, _V1 = "tfspec", "tfspec.compat.v1"
_ESTIMATOR = {
    "tensorflow.estimator": None,  # whose flavour is the file's
    "tensorflow.compat.v1.estimator": _V1,
    "tensorflow.compat.v2.estimator": _V2,
    "tensorflow_estimator.estimator": _V1,
    "tensorflow.keras.estimator": None,
    "tensorflow.compat.v1.keras.estimator": _V1,
    "tensorflow.compat.v2.keras.estimator": _V2,
}


def new_namespace(old: str, is_tf1: bool) -> str:
    """The module of tfspec for one of the namespaces above."""
    package = _ESTIMATOR[old] or (_V1 if is_tf1 else _V2)
    return f"{package}.keras.estimator" if ".keras." in old else f"{package}.estimator"


def old_namespace(path: str) -> str | None:
    """The namespace above that `path` is in or is itself."""
    return next((old for old in _ESTIMATOR if f"{path}.".startswith(f"{old}.")), None)


def new_path(path: str, is_tf1: bool) -> str | None:
    """Where a name of such a namespace is in tfspec; None for other names."""
    old = old_namespace(path)
    return new_namespace(old, is_tf1) + path[len(old) :] if old else None


def rename_uses(script: Script, uses: list[tuple[Use, str, str]]) -> Iterator[Change]:
    """Writes the namespaces of names where they are used, and imports what that takes.

    Args:
        script: the script.
        uses: each use with its old namespace and the module that has it today.
    """
    # What is imported from such a namespace is for the fixers of imports.
    uses = [(use, old, new) for use, old, new in uses if use.base <= old.count(".")]
    if uses and not script.is_free("tfspec"):
        yield Left(uses[0][0].line, "the name `tfspec` is taken: names of tf.estimator stay")
        return
    changed = []
    for use, old, new in uses:
        change = script.rename(use, old.count(".") + 1, new)
        if change is not None:
            yield change
        if isinstance(change, Edit):
            changed.append(use)
    yield from script.ensure_import("tfspec", changed)
