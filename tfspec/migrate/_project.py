"""What files that are migrated together decide together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tfspec.check import decide
from tfspec.migrate._script import Script
from tfspec.source import imports_of, reached_files

_KERAS = ("tensorflow.keras.", "tensorflow.compat.v1.keras.", "tfspec.compat.v1.keras.")


def settle(scripts: Mapping[Path, Script], style: str | None = None) -> None:
    """Gives scripts, in place, the style and the Keras that follow from the others.

    Styles are those that `tfspec run` tells, unless one is given for all. Where a program has
    estimators, or Keras in TensorFlow 1, the Keras of all its files is Keras 2, for layers and
    models pass from one to the other. A program is a file with what it imports.
    """
    if style is None:
        decided = decide({file: script.styles for file, script in scripts.items()})
        for file, script in scripts.items():
            script.style = decided[file].style
    reached = reached_files({file: imports_of(s.source.tree) for file, s in scripts.items()})
    programs = list(reached.values())
    deciding = {file for file, script in scripts.items() if script.keras_2 or _has_old(script)}
    having = {file for file, script in scripts.items() if _has_keras(script)}
    before = None
    while before != deciding:  # what one program decides holds in all that share the file
        before = set(deciding)
        for program in programs:
            if program & deciding:
                deciding |= program & having
    for file in deciding:
        scripts[file].keras_2 = True


def _has_keras(script: Script) -> bool:
    return any(f"{use.path}.".startswith(_KERAS) for use in script.names.uses)


def _has_old(script: Script) -> bool:
    """Whether it has Keras as TensorFlow 1 has it, which becomes Keras 2 in any case."""
    keras = _KERAS if script.is_tf1 else _KERAS[1:]
    return any(f"{use.path}.".startswith(keras) for use in script.names.uses)
