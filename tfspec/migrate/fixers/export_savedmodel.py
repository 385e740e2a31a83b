"""`estimator.export_savedmodel(...)`: `export_saved_model(...)`, its name since TensorFlow 1.13.

The argument `strip_default_attrs` goes: the new method always does that. A call that passes it by
position is left.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tfspec.migrate._script import Change, Left, Script
from tfspec.source import Edit

_OLD, _NEW = "export_savedmodel", "export_saved_model"
_POSITIONAL = 5  # export_dir_base ... checkpoint_path; the sixth is strip_default_attrs


def fix(script: Script) -> Iterator[Change]:
    for call, _ in script.names.method_calls({_OLD}):
        starred = any(isinstance(a, ast.Starred) for a in call.args)
        if starred or len(call.args) > _POSITIONAL or any(k.arg is None for k in call.keywords):
            yield Left(call.lineno, f".{_OLD}(): can't tell what is passed for strip_default_attrs")
            continue
        edit = script.rename_method(call, _NEW)
        if edit is None:
            continue
        yield edit
        yield from _without_keyword(script, call)


def _without_keyword(script: Script, call: ast.Call) -> Iterator[Edit]:
    arguments = sorted([*call.args, *call.keywords], key=lambda a: (a.lineno, a.col_offset))
    spans = [script.source.span(argument) for argument in arguments]
    for i, argument in enumerate(arguments):
        if getattr(argument, "arg", None) == "strip_default_attrs":
            if i + 1 < len(spans):
                yield Edit(spans[i][0], spans[i + 1][0], "")
            else:
                yield Edit(spans[i - 1][1] if i else spans[i][0], spans[i][1], "")
