"""The files of a program, and which TensorFlow each was written for."""

from __future__ import annotations

import ast
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import tfspec
from tfspec import check
from tfspec.launch._unused import without_unused
from tfspec.source import (
    Names,
    SourceText,
    UnreadableSource,
    imported_modules,
    read_document,
)

MAX_FILES = 500  # that are read to tell the style of a program


def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.update(site.getsitepackages(), [site.getusersitepackages()])
    folders.add(str(Path(tfspec.__file__).parent))
    return tuple(f"{folder.rstrip('/')}/" for folder in folders)


_LIBRARIES = _library_folders()


def is_own(file: str | None) -> bool:
    """Whether a file belongs to the program: it isn't of the standard library or installed."""
    if file is None or not file.endswith(".py"):
        return False
    inside = ("/site-packages/", "/dist-packages/")
    return not file.startswith(_LIBRARIES) and not any(part in file for part in inside)


class _Style(NamedTuple):
    """`tf1`, `tf2` or `unknown`; whether the file copes where a name is missing; whether it names
    TensorFlow's own copy of Keras; and whether it asks for a version by `tf.compat`."""

    name: str
    copes: bool = False
    old_keras: bool = False
    explicit: bool = False


class Program:
    """The program that starts at a file.

    Args:
        main: the file that runs as `__main__`.
        package: the package that it belongs to, '' for none.
        style: `tf1` or `tf2` to have all files taken for that; None to tell from the sources.
    """

    def __init__(self, main: str, package: str, style: str | None) -> None:
        self._main = main
        self._package = package
        self._forced = style
        self._styles: dict[str, _Style] = {}

    @cached_property
    def style(self) -> str:
        """`tf1` or `tf2`, which counts for the process as a whole.

        The main file's own style; where that doesn't tell, that of most files which it imports.
        """
        if self._forced:
            return self._forced
        own = self._read(self._main).name
        if own != check.UNKNOWN:
            return own  # without reading the others
        return check.style_of_program(own, (self._read(str(file))[:2] for file in self._files()))

    def style_of(self, file: str) -> str:
        """`tf1` or `tf2` for one file: its own style, else the program's.

        A file that copes with both gets what the program has.
        """
        if self._forced or file == self._main:
            return self.style
        own = self._read(file)
        return self.style if own.name == check.UNKNOWN or own.copes else own.name

    def names_old_keras(self, file: str) -> bool:
        """Whether one file imports `tensorflow.python.keras`."""
        return self._read(file).old_keras

    def _read(self, file: str) -> _Style:
        if file not in self._styles:
            style = self._styles[file] = _style_of_text(_text(file))
            if style.name == check.TF1 and style.explicit:
                used = _style_of_text(self._used_text(file))
                if used.name == check.TF2:
                    self._styles[file] = style._replace(name=check.TF2)
        return self._styles[file]

    def _used_text(self, file: str) -> str:
        own = Path(file).resolve()  # which sys.path may lead to in several ways
        others = [other for other in self._files() if other.resolve() != own]
        try:
            return without_unused(_text(file), [_text(str(other)) for other in others])
        except (SyntaxError, ValueError):
            return ""

    def _files(self) -> list[Path]:
        """The program's files, as far as import statements lead."""
        found = {Path(self._main): self._package}
        waiting = [Path(self._main)]
        while waiting and len(found) < MAX_FILES:
            file = waiting.pop()
            for module in _imported_modules(file, found[file]):
                for target, package in _files_of(module):
                    if target not in found:
                        found[target] = package
                        waiting.append(target)
        return list(found)


def _text(file: str) -> str:
    """The code of a file; '' if Python itself will say what is wrong with it."""
    try:
        return read_document(Path(file)).code
    except (UnreadableSource, OSError):
        return ""


def _style_of_text(text: str) -> _Style:
    if "tensorflow" not in text:
        return _Style(check.UNKNOWN)
    try:
        names = Names(SourceText(text), check.ROOTS)
    except SyntaxError:
        return _Style(check.UNKNOWN)  # Python itself will say so, if the file is ever run
    explicit = any(use.path.startswith("tensorflow.compat.v1.") for use in names.uses)
    old_keras = "tensorflow.python.keras" in text
    return _Style(check.style_of(names).name, check.copes(names), old_keras, explicit)


def _imported_modules(file: Path, package: str) -> Iterator[str]:
    """Absolute names of all modules that a file may import."""
    try:
        tree = ast.parse(read_document(file).code)
    except (UnreadableSource, SyntaxError, ValueError):
        return
    yield from imported_modules(tree, package)


def _files_of(module: str) -> Iterator[tuple[Path, str]]:
    """The program's files that importing `module` runs, each with the package it is in."""
    parts = module.split(".")
    for folder in map(Path, sys.path):
        for end in range(1, len(parts) + 1):
            name, path = ".".join(parts[:end]), folder.joinpath(*parts[:end])
            for file, package in (
                (path / "__init__.py", name),
                (path.with_name(f"{path.name}.py"), name.rpartition(".")[0]),
            ):
                if is_own(str(file)) and file.is_file():
                    yield file, package
