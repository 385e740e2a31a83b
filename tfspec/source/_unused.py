"""The functions of a file that nothing in its program calls.

A file that was brought to TensorFlow 2 by way of `tf.compat.v1` often keeps a function from before,
as it was: nobody called it any more, so nobody saw it fail.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable
from typing import NamedTuple

_WORD = re.compile(r"\w+")
# With these, names are put together as the program runs.
_DYNAMIC = re.compile(r"(?<![.\w])(?:getattr|globals|locals|dir|eval|exec)\s*\(|\binspect\.")


class Words(NamedTuple):
    """What a source may call.

    Attributes:
        names: all words in it.
        dynamic: whether it may put names together as it runs.
    """

    names: frozenset[str]
    dynamic: bool


def words_of(text: str) -> Words:
    """The words of a source."""
    return Words(frozenset(_WORD.findall(text)), bool(_DYNAMIC.search(text)))


class Function(NamedTuple):
    """A function of a module: its name and its lines, from 1."""

    name: str
    lines: range


def functions_of(tree: ast.Module) -> list[Function]:
    """The functions of a module that run only if something calls them by name."""
    return [
        Function(node.name, range(node.lineno, node.end_lineno + 1))
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.decorator_list  # a decorator may call it
    ]


def unused_functions(
    text: str, functions: list[Function], others: Iterable[Words]
) -> list[range]:
    """The functions of a module that the program does without.

    Args:
        text: the source of the module.
        functions: its functions, as `functions_of` gives them.
        others: the words of the program's other files.

    Returns:
        The lines of each function whose name occurs nowhere but in such functions; nothing if names
        may be put together at run time.
    """
    others = list(others)
    if not functions or any(words.dynamic for words in others):
        return []
    lines = _lines(text)
    found = [words_of(without_lines(text, [f.lines for f in functions])), *others]
    unused = functions
    while used := [f for f in unused if any(f.name in words.names for words in found)]:
        unused = [function for function in unused if function not in used]
        found = [words_of("".join(lines[f.lines.start - 1 : f.lines.stop - 1])) for f in used]
    places = [function.lines for function in unused]
    return [] if words_of(without_lines(text, places)).dynamic else places


def without_lines(text: str, places: Iterable[range]) -> str:
    """A source with blank lines in some places; the other lines keep their numbers."""
    lines = _lines(text)
    for place in places:
        lines[place.start - 1 : place.stop - 1] = ["\n"] * len(place)
    return "".join(lines)


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))  # as the parser counts them
