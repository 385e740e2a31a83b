"""What files that are migrated together decide together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tfspec.check import TF1, TF2, Style, copes, style_of_program, style_of_project
from tfspec.migrate._script import Script
from tfspec.source import reached_files

_KERAS = ("tensorflow.keras.", "tensorflow.compat.v1.keras.", "tfspec.compat.v1.keras.")


def settle(scripts: Mapping[Path, Script]) -> None:
    """Gives scripts, in place, the style and the Keras that follow from the others.

    Files whose own names don't tell their style go by the others, and what copes with both by the
    programs that import it, as under `tfspec run`. Where a program has estimators,
    or Keras in TensorFlow 1, the Keras of all its files is Keras 2, for layers and models pass
    from one to the other. A program is a file with what it imports.
    """
    told = style_of_project(script.style for script in scripts.values())
    for script in scripts.values():
        if told and script.style.ambiguous:
            script.style = Style(told)
    reached = reached_files({file: script.source.tree for file, script in scripts.items()})
    for file in _left_to_programs(scripts, reached):
        scripts[file].style = Style(TF2)
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


def _left_to_programs(
    scripts: Mapping[Path, Script], reached: Mapping[Path, set[Path]]
) -> list[Path]:
    """Files of TensorFlow 1 that cope with 2 as well, and are imported by programs of 2 alone."""
    coping = {file: copes(script.names) for file, script in scripts.items()}
    imported = {file for start, files in reached.items() for file in files if file != start}
    styles = {
        main: style_of_program(
            scripts[main].style.name, ((scripts[file].style.name, coping[file]) for file in files)
        )
        for main, files in reached.items()
        if main not in imported
    }
    found = []
    for file in imported:
        script = scripts[file]
        # Without reasons, the style wasn't told from names but given.
        if coping[file] and script.style.name == TF1 and script.style.reasons:
            if {style for main, style in styles.items() if file in reached[main]} == {TF2}:
                found.append(file)
    return found


def _has_keras(script: Script) -> bool:
    return any(f"{use.path}.".startswith(_KERAS) for use in script.names.uses)


def _has_old(script: Script) -> bool:
    """Whether it has Keras as TensorFlow 1 has it, which becomes Keras 2 in any case."""
    keras = _KERAS if script.is_tf1 else _KERAS[1:]
    return any(f"{use.path}.".startswith(keras) for use in script.names.uses)
