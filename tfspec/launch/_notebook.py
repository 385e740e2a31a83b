"""Notebooks: their code cells, one after the other, in one namespace."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Any

from tfspec.source import Notebook


def code_of(notebook: Notebook, file: str) -> Iterator[CodeType]:
    """The code to run, compiled as it is asked for: a cell that is never reached may be wrong.

    The value of a cell's last expression goes to `sys.displayhook`, unless a semicolon follows.
    What is for a notebook's kernel or a shell is left out, and reported on stderr.

    Args:
        notebook: the notebook.
        file: its path, for tracebacks and messages.

    Raises:
        SyntaxError: the cell that is up next is no Python.
    """
    for number, source, code, left_out in notebook.pieces():
        name = f"{file}, cell {number}"
        # For tracebacks, and for AutoGraph, which reads the source of functions.
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        if left_out:
            more = f" and {len(left_out) - 1} more" if left_out[1:] else ""
            first = left_out[0].strip()
            print(f"tfspec run: cell {number}: left out: {first}{more}", file=sys.stderr)
        tree = ast.parse(code, name)
        last = tree.body[-1:]
        if last and isinstance(last[0], ast.Expr) and not source.rstrip().endswith(";"):
            tree.body.pop()
            yield compile(tree, name, "exec", dont_inherit=True)
            yield compile(ast.Interactive(last), name, "single", dont_inherit=True)
        else:
            yield compile(tree, name, "exec", dont_inherit=True)


def display(*values: Any, **_: Any) -> None:
    """What notebooks call `display`: prints each value."""
    for value in values:
        print(value)
