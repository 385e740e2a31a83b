"""Files with Python in them: finding, reading, writing."""

from __future__ import annotations

import io
import os
import tempfile
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from tfspec.source._notebook import Notebook

SUFFIXES = (".py", ".ipynb")
_NOT_SOURCES = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


class UnreadableSource(Exception):
    """A file can't be taken for Python: what is wrong, and what to do."""


class Document:
    """A Python file or notebook, decoded.

    Args:
        data: the content of the file.
        notebook: whether it is a notebook.

    Attributes:
        code: its Python, with whatever line ends it has.
        notebook: the notebook behind `code`, or None.

    Raises:
        UnreadableSource: the bytes don't decode, or are no notebook.
    """

    def __init__(self, data: bytes, notebook: bool = False) -> None:
        self.notebook: Notebook | None = None
        self._encoding = "utf-8"
        try:
            if not notebook:
                self._encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            text = data.decode(self._encoding)
        except UnicodeDecodeError as error:
            remedy = "" if notebook else "; declare its encoding in a comment in the first line"
            raise UnreadableSource(
                f"not {error.encoding}: byte 0x{data[error.start]:02x} at {error.start}{remedy}"
            ) from None
        except SyntaxError as error:  # an encoding that Python doesn't have, or no UTF-8
            raise UnreadableSource(
                f"{error}; declare its encoding in a comment in the first line"
            ) from None
        if notebook:
            try:
                self.notebook = Notebook(text)
            except ValueError as error:
                raise UnreadableSource(str(error)) from None
            text = self.notebook.code
        self.code = text

    def with_code(self, code: str) -> bytes:
        """The content of the file with `code` in place of the old code."""
        text = self.notebook.with_code(code) if self.notebook else code
        return text.encode(self._encoding)

    def place(self, line: int) -> tuple[int | None, int]:
        """The cell (None in a plain file) and the line in it of a line of `code`."""
        return self.notebook.locate(line) if self.notebook else (None, line)


def is_notebook(path: str | Path) -> bool:
    """Whether the file is a notebook, by its name."""
    return str(path).endswith(".ipynb")


def read_document(path: Path) -> Document:
    """Reads a file.

    Raises:
        UnreadableSource: it can't be read, for whatever reason.
    """
    try:
        return Document(path.read_bytes(), is_notebook(path))
    except OSError as error:
        raise UnreadableSource(error.strerror or str(error)) from None


def write_bytes(path: Path, data: bytes) -> None:
    """Replaces the content of `path` in one step, keeping its permissions and any link to it."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, target.stat().st_mode & 0o7777)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def find_sources(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The files that `paths` name: files as they are, folders by the Python files below them.

    Hidden folders, virtual environments, caches and build folders are passed over. A path that
    isn't there is given as it is: reading it tells.
    """
    seen = set()
    for path in map(Path, paths):
        found = sorted(_below(path)) if path.is_dir() else [path]
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if _holds_sources(Path(where, f))]
        yield from (Path(where, file) for file in files if file.endswith(SUFFIXES))


def _holds_sources(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in _NOT_SOURCES:
        return False
    return not (folder / "pyvenv.cfg").exists()
