"""The files of a program, and which TensorFlow each was written for."""

from __future__ import annotations

import functools
import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import tfspec
from tfspec import check
from tfspec.source import SourceText, UnreadableSource, imported_modules, read_document


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
        # sys.path may lead to a file in several ways.
        self._decided = check.Program(Path(main).resolve(), _source_of, self._files)

    @property
    def described(self) -> tuple[str, str, str | None]:
        """The arguments that make another of the same, in whatever folder."""
        return os.path.abspath(self._main), self._package, self._forced

    @property
    def style(self) -> str:
        """`tf1` or `tf2`, which counts for the process as a whole."""
        return self._forced or _for_sure(self._decided.style)

    def style_of(self, file: str) -> str:
        """`tf1` or `tf2` for one file."""
        return self._forced or _for_sure(self._decided.decide(Path(file).resolve()).style)

    def names_old_keras(self, file: str) -> bool:
        """Whether one file imports `tensorflow.python.keras`."""
        source = _source_of(Path(file).resolve())
        return source is not None and "tensorflow.python.keras" in source.code

    def _files(self) -> list[Path]:
        """The program's files, as far as import statements lead."""
        found = {Path(self._main).resolve(): self._package}
        waiting = list(found)
        while waiting and len(found) < check.MAX_FILES:
            file = waiting.pop()
            for module in _imported_modules(file, found[file]):
                for target, package in _files_of(module):
                    if target not in found:
                        found[target] = package
                        waiting.append(target)
        return list(found)


def _for_sure(style: check.Style) -> str:
    """TensorFlow is that of today where nothing tells."""
    return check.TF1 if style.name == check.TF1 else check.TF2


@functools.cache
def _source_of(file: Path) -> check.Source | None:
    """The source of a file; None if Python itself will say what is wrong with it."""
    try:
        return check.Source(SourceText(read_document(file).code))
    except (UnreadableSource, SyntaxError, OSError):
        return None


def _imported_modules(file: Path, package: str) -> Iterator[str]:
    """Absolute names of all modules that a file may import."""
    source = _source_of(file)
    if source is not None:
        yield from imported_modules(source.imports, package)


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
                    yield file.resolve(), package
