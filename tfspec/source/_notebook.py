"""Notebooks as one piece of Python: all code cells in order, what is not Python masked.

Only the `source` of a cell whose code changes is written again: outputs, metadata, key order and
layout of the file stay byte for byte.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

_CELL = "# <tfspec: cell {}>"
_MASK = "# <tfspec: masked {}>"
_CELL_LINE = re.compile(r"^# <tfspec: cell \d+>\n", re.MULTILINE)
_MASK_LINE = re.compile(r"^(?:[ \t]*pass  )?# <tfspec: masked (\d+)>$", re.MULTILINE)
_MAGIC = re.compile(r"^\s*(?:[%!]|\?)|^\s*[\w, ]+=\s*[!%]|\?\s*$")
_CELL_MAGIC = re.compile(r"^\s*%%\s*(\w+)")
# Cell magics whose cell is Python.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}
_TIMED = re.compile(r"^(\s*)%time\s+(?!-)(.+)$")  # a statement of Python behind it
_PYTHON_CELL = re.compile(rf"^\s*%%\s*({'|'.join(sorted(_PYTHON_MAGICS))})\b")
_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")


class Cell(NamedTuple):
    """A code cell: its number among all cells from 1, and where its source stands in the file."""

    number: int
    source: str
    start: int
    end: int


class Piece(NamedTuple):
    """A code cell as Python runs it.

    Attributes:
        number: the cell's, among all cells from 1.
        source: what stands in the cell.
        code: its Python, line for line; all of `source` where that is no Python.
        left_out: the lines that are for a notebook's kernel or a shell.
    """

    number: int
    source: str
    code: str
    left_out: list[str]


class Notebook:
    """A notebook file.

    Attributes:
        code: the Python of all code cells, in which a line `# <tfspec: cell N>` opens each cell.
        unread: numbers of the cells that are no Python.

    Raises:
        ValueError: the text is no notebook of format 4.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._cells = list(_code_cells(text))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise ValueError(f"not a notebook of format 4 ({error})") from None
        self._masked: list[str] = []
        self.unread: list[int] = []
        self.code = "".join(
            f"{_CELL.format(cell.number)}\n{self._python_of(cell)}\n" for cell in self._cells
        )

    def _python_of(self, cell: Cell) -> str:
        if _parses(cell.source):
            return cell.source
        lines = cell.source.split("\n")
        magic = _CELL_MAGIC.match(lines[0])
        if not magic or magic[1] in _PYTHON_MAGICS:
            masked = self._mask_magics(lines)
            if _parses(masked):
                return masked
        self.unread += [cell.number] if not magic else []
        return "\n".join(self._mask(line, "") for line in lines)

    def _mask_magics(self, lines: list[str]) -> str:
        masked = []
        goes_on = False
        for line in lines:
            if goes_on or _MAGIC.search(line):
                # A statement, for it may be all that a block holds; its continuation is none.
                blank = line[: len(line) - len(line.lstrip())]
                masked.append(self._mask(line, "" if goes_on else f"{blank}pass  "))
                goes_on = line.endswith("\\")
            else:
                masked.append(line)
        return "\n".join(masked)

    def _mask(self, line: str, instead: str) -> str:
        self._masked.append(line)
        return instead + _MASK.format(len(self._masked) - 1)

    def locate(self, line: int, code: str | None = None) -> tuple[int, int]:
        """The cell (from 1) and the line in it (from 1) of a line of `code` (default: our own)."""
        before = (self.code if code is None else code).split("\n")[:line]
        last = max(i for i, text in enumerate(before) if _CELL_LINE.match(text + "\n"))
        return int(re.search(r"\d+", before[last])[0]), line - last - 1

    def cells(self, code: str) -> list[tuple[int, str]]:
        """Number and source of each code cell of `code`, which is `self.code` after changes."""
        sources = [source[:-1] for source in _CELL_LINE.split(code)[1:]]
        restore = lambda match: self._masked[int(match[1])]  # noqa: E731
        sources = [_MASK_LINE.sub(restore, source) for source in sources]
        return [(c.number, s) for c, s in zip(self._cells, sources, strict=True)]

    def pieces(self) -> Iterator[Piece]:
        """What is to be run, cell by cell."""
        for cell, code in zip(self._cells, _CELL_LINE.split(self.code)[1:], strict=True):
            left_out: list[str] = []

            def run_or_leave_out(match: re.Match, left_out: list[str] = left_out) -> str:
                line = self._masked[int(match[1])]
                timed = _TIMED.match(line)
                if timed:
                    return timed[1] + timed[2]
                if line.strip() and not _PYTHON_CELL.match(line):
                    left_out.append(line)
                return match[0]

            code = _MASK_LINE.sub(run_or_leave_out, code[:-1])
            if cell.number in self.unread:
                code, left_out = _without_indent(cell.source), []
            yield Piece(cell.number, cell.source, code, left_out)

    def with_code(self, code: str) -> str:
        """The text of the file with `code` in its cells."""
        pieces, done = [], 0
        for cell, (_, source) in zip(self._cells, self.cells(code), strict=True):
            if source != cell.source:
                old = self.text[cell.start : cell.end]
                pieces += [self.text[done : cell.start], _as_json(source, old, self.text)]
                done = cell.end
        return "".join([*pieces, self.text[done:]])


def _without_indent(source: str) -> str:
    """A cell without what its first line is indented by: a kernel takes that off all lines."""
    indent = source[: len(source) - len(source.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in source.split("\n"))


def _parses(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError):
            return False
    return True


def _members(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Key or index of each member of the JSON object or list at `at`, and where its value is."""
    closing = {"{": "}", "[": "]"}[text[at]]
    at = _BLANKS.match(text, at + 1).end()
    index = 0
    while text[at] != closing:
        key: str | int = index
        if closing == "}":
            key, at = _DECODER.raw_decode(text, at)
            at = _BLANKS.match(text, _BLANKS.match(text, at).end() + 1).end()
        _, end = _DECODER.raw_decode(text, at)
        yield key, at, end
        at = _BLANKS.match(text, end).end()
        if text[at] == ",":
            at = _BLANKS.match(text, at + 1).end()
        index += 1


def _code_cells(text: str) -> Iterator[Cell]:
    notebook = json.loads(text)
    places = {key: start for key, start, _ in _members(text, _BLANKS.match(text).end())}
    cells = notebook["cells"]
    for index, place, _ in _members(text, places["cells"]):
        if cells[index]["cell_type"] == "code":
            source = cells[index]["source"]
            source = source if isinstance(source, str) else "".join(source)
            start, end = next((s, e) for key, s, e in _members(text, place) if key == "source")
            yield Cell(index + 1, source, start, end)


def _as_json(source: str, old: str, text: str) -> str:
    """`source` as JSON in the layout of `old`, the value which it replaces in `text`."""
    escaped = text.isascii()
    if not old.startswith("["):
        return json.dumps(source, ensure_ascii=escaped)
    places = [(start, end) for _, start, end in _members(old, 0)]
    opening = old[1 : places[0][0]] if places else ""
    closing = old[places[-1][1] : -1] if places else ""
    between = old[places[0][1] : places[1][0]] if len(places) > 1 else f",{opening or ' '}"
    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    items = between.join(json.dumps(line, ensure_ascii=escaped) for line in lines)
    return f"[{opening}{items}{closing}]"
