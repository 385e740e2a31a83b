"""Source text and the places in it: from the syntax tree's lines and bytes to characters."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Edit(NamedTuple):
    """Replace the characters `start` to `end` (excluded) by `replacement`."""

    start: int
    end: int
    replacement: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Returns `text` with all `edits` made.

    Raises:
        ValueError: two edits overlap. Insertions at one place are made in the order given.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(set(edits), key=lambda e: (e.start, e.end)):
        if edit.start < done:
            raise ValueError(f"overlapping edits at character {edit.start}: {edit}")
        pieces += [text[done : edit.start], edit.replacement]
        done = edit.end
    return "".join([*pieces, text[done:]])


class SourceText:
    """Python source with its syntax tree.

    Args:
        text: the source, with whatever line ends it has.

    Raises:
        SyntaxError: `text` is no Python of the running version, or holds null characters.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" and the like are the author's affair
            try:
                self.tree = ast.parse(text)
            except ValueError as error:  # null characters, on Python < 3.12
                raise SyntaxError(str(error)) from None
            except (RecursionError, MemoryError):
                raise SyntaxError("nested too deeply to be parsed") from None

    @cached_property
    def _lines(self) -> list[tuple[int, str]]:
        """Start and text of each line, split as the parser does (a form feed ends no line)."""
        return [(match.start(), match.group()) for match in _LINE.finditer(self.text)]

    @cached_property
    def newline(self) -> str:
        """The line end that this text uses."""
        for _, line in self._lines:
            if line.endswith(("\n", "\r")):
                return "\r\n" if line.endswith("\r\n") else line[-1]
        return "\n"

    def offset(self, line: int, column: int) -> int:
        """The character at `line` (from 1) and `column` (in UTF-8 bytes, as the tree counts)."""
        start, content = self._lines[line - 1]
        if not content.isascii():
            column = len(content.encode()[:column].decode(errors="ignore"))
        return start + column

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Start and end of `node` in characters."""
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )

    def segment(self, node: ast.AST) -> str:
        """The text of `node`."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_start(self, line: int) -> int:
        """The first character of `line`, counted from 1."""
        return self._lines[line - 1][0]

    def line_end(self, line: int) -> int:
        """The character after `line`'s line end."""
        start, content = self._lines[line - 1]
        return start + len(content)

    def indent(self, line: int) -> str:
        """The blanks that `line` begins with."""
        content = self._lines[line - 1][1]
        return content[: len(content) - len(content.lstrip(" \t\f"))]

    def tokens(self, node: ast.AST) -> list[tuple[int, tokenize.TokenInfo]]:
        """The tokens of `node`, each after its first character's offset, comments included."""
        start, end = self.span(node)
        # In parentheses, so that the lines of an expression need no indentation of their own;
        # a line end of one character, so that columns stay what they are.
        code = "(" + self.text[start:end].replace("\r\n", " \n").replace("\r", "\n") + ")"
        starts = [match.start() for match in _LINE.finditer(code)]
        found = []
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            place = starts[token.start[0] - 1] + token.start[1] if token.string else len(code)
            if 0 < place < len(code) - 1:
                found.append((start + place - 1, token))
        return found
