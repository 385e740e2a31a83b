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


def unused_functions(text: str, tree: ast.Module, others: Iterable[Words]) -> list[range]:
    """The functions of a module that the program does without.

    Args:
        text: the source of the module.
        tree: its syntax tree.
        others: the words of the program's other files.

    Returns:
        The lines, from 1, of each function of the module whose name occurs nowhere but in such
        functions; nothing if names may be put together at run time.
    """
    functions = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.decorator_list  # a decorator may call it
    ]
    others = list(others)
    if not functions or any(words.dynamic for words in others):
        return []
    lines = _lines(text)
    found = [words_of(without_lines(text, map(_place, functions))), *others]
    unused = functions
    while used := [f for f in unused if any(f.name in words.names for words in found)]:
        unused = [function for function in unused if function not in used]
        found = [words_of("".join(lines[f.lineno - 1 : f.end_lineno])) for f in used]
    places = [_place(function) for function in unused]
    return [] if words_of(without_lines(text, places)).dynamic else places


def without_lines(text: str, places: Iterable[range]) -> str:
    """A source with blank lines in some places; the other lines keep their numbers."""
    lines = _lines(text)
    for place in places:
        lines[place.start - 1 : place.stop - 1] = ["\n"] * len(place)
    return "".join(lines)


def _place(function: ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    return range(function.lineno, function.end_lineno + 1)


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))  # as the parser counts them
