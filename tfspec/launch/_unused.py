"""Leaving out the functions of a file that nothing in its program calls.

A file that was brought to TensorFlow 2 by way of `tf.compat.v1` often keeps a function from before,
as it was: nobody called it any more, so nobody saw it fail.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
# With these, names are put together as the program runs.
_DYNAMIC = re.compile(r"(?<![.\w])(?:getattr|globals|locals|dir|eval|exec)\s*\(|\binspect\.")


def without_unused(text: str, others: Iterable[str]) -> str:
    """A module's source without the functions that the program does without.

    Args:
        text: the source of the module.
        others: the sources of the program's other files.

    Returns:
        `text` with blank lines where a function of the module stands whose name occurs nowhere but
        in such functions; as it is if names may be put together at run time.

    Raises:
        SyntaxError: `text` is no Python.
    """
    functions = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.decorator_list  # a decorator may call it
    ]
    lines = list(io.StringIO(text, newline=""))  # as the parser counts them
    rest = list(lines)
    for function in functions:
        rest[_lines_of(function)] = ["\n"] * len(rest[_lines_of(function)])
    elsewhere = "\n".join(others)
    words = set(_WORD.findall("".join([*rest, elsewhere])))
    unused = functions
    while used := [function for function in unused if function.name in words]:
        unused = [function for function in unused if function not in used]
        for function in used:
            place = _lines_of(function)
            rest[place] = lines[place]
            words.update(_WORD.findall("".join(lines[place])))
    used_text = "".join(rest)
    return text if _DYNAMIC.search(used_text) or _DYNAMIC.search(elsewhere) else used_text


def _lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> slice:
    return slice(function.lineno - 1, function.end_lineno)
