"""`dataset.make_one_shot_iterator()`: `tf.compat.v1.data.make_one_shot_iterator(dataset)`.

And make_initializable_iterator. Datasets of TensorFlow 2 don't have these methods; the functions
take datasets of both. Left alone are classes that have such a method of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfspec.migrate._script import Change, Left, Script
from tfspec.source import Edit

_METHODS = {"make_one_shot_iterator", "make_initializable_iterator"}


def fix(script: Script) -> Iterator[Change]:
    own = {n.name for n in ast.walk(script.source.tree) if isinstance(n, ast.FunctionDef)}
    for call, scope in script.names.method_calls(_METHODS - own):
        namespace = script.v1_alias(scope)
        if namespace is None:
            yield Left(call.lineno, f".{call.func.attr}(): tensorflow isn't imported here")
            continue
        dot = script.method_dot(call)
        if dot is None:
            yield Left(call.lineno, f".{call.func.attr}(): can't tell its place from the tree")
            continue
        start = script.source.span(call)[0]
        yield Edit(start, start, f"{namespace}.data.{call.func.attr}(")
        yield from _arguments(script, call, dot)


def _arguments(script: Script, call: ast.Call, dot: int) -> Iterator[Edit]:
    """Makes `.method(` a comma, or nothing where no arguments follow."""
    source = script.source
    if call.args or call.keywords:
        first = min(source.span(a)[0] for a in (*call.args, *call.keywords))
        yield Edit(dot, first, ", ")
    else:
        yield Edit(dot, source.span(call)[1], ")")
