"""Notebooks: their code cells, one after the other, in one namespace."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable, Iterator
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
            _report(f"cell {number}: left out: {left_out[0].strip()}{more}")
        tree = compile(code, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        last = tree.body[-1:]
        if last and isinstance(last[0], ast.Expr) and not source.rstrip().endswith(";"):
            tree.body.pop()
            yield compile(tree, name, "exec", dont_inherit=True)
            yield compile(ast.Interactive(last), name, "single", dont_inherit=True)
        else:
            yield compile(tree, name, "exec", dont_inherit=True)


def namespace() -> dict[str, Any]:
    """The names that notebooks find without an import."""
    return {"display": _display, "get_ipython": _Shell}


def _display(*values: Any, **_: Any) -> None:
    for value in values:
        print(value)


class _Shell:
    """Stands where Jupyter has its shell: magics and commands are left out."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)

        def leave_out(*arguments: Any, **_: Any) -> None:
            _report(f"left out: get_ipython().{name}({', '.join(map(repr, arguments))})")

        return leave_out


def _report(text: str) -> None:
    print(f"tfspec run: {text}", file=sys.stderr)
