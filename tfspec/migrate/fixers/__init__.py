"""The fixers, one per file: the file's name is the fixer's name, and its anchor in docs/fixers.md.

A fixer module has `fix(script)`, which yields the edits to make and the places it leaves, and a
docstring whose first line says what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import NamedTuple

from tfspec.migrate._script import Change, Script
from tfspec.migrate.fixers import (
    contrib_names,
    dataset_iterators,
    estimator_attribute,
    estimator_import,
    estimator_internals,
    export_savedmodel,
    legacy_layers,
    model_to_estimator,
    tensorflow_internals,
    tf1_names,
    tf1_namespace,
    tf_keras,
)


class Fixer(NamedTuple):
    """A fixer: its name, what it does in a line, and the function that does it."""

    name: str
    summary: str
    fix: Callable[[Script], Iterator[Change]]


def _fixer(module: ModuleType) -> Fixer:
    return Fixer(module.__name__.rpartition(".")[2], module.__doc__.splitlines()[0], module.fix)


# In the order in which they run: names first, then the imports that serve them, then the rest.
FIXERS = tuple(
    map(
        _fixer,
        (
            contrib_names,
            tf1_namespace,
            tf1_names,
            tensorflow_internals,
            estimator_internals,
            estimator_import,
            model_to_estimator,
            estimator_attribute,
            legacy_layers,
            tf_keras,
            export_savedmodel,
            dataset_iterators,
        ),
    )
)
