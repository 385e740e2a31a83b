"""Names that only TensorFlow 1 had, in files that are TensorFlow 2's otherwise.

`tf.log(x)` becomes `tf.math.log(x)` where TensorFlow's own converter (tf_upgrade_v2, read as data
from the installed wheel) knows a new name for the same function, and `tf.compat.v1.log(x)` where it
doesn't. Files that are TensorFlow 1's as a whole keep their names: see tf1_namespace.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from tfspec.check import V1, V2, belongs_to, renamed_before_1, split_path, table
from tfspec.migrate._script import TF, Change, Script
from tfspec.source import Use, literal

_NOT_IN_V1 = ("contrib", "examples", "python")


def fix(script: Script) -> Iterator[Change]:
    if script.is_tf1:
        return
    for use in script.names.uses:
        namespace, name = split_path(use.path)
        if namespace or use.optional or use.others or not use.path.startswith(f"{TF}."):
            continue
        if name.split(".")[0] in _NOT_IN_V1 or belongs_to(name, use.call) != V1:
            continue
        found = table(V1).find(name)
        old = found.name if found else name
        new = renamed_before_1(name) or old
        if new.split(".")[0] in _NOT_IN_V1:
            continue
        today = _today(use, new)
        change = script.rename(use, 1 + old.count(".") + 1, today)
        if change is not None:
            yield change


def _today(use: Use, name: str) -> str:
    root = use.parts[0].id
    renamed = _renames().get(f"tf.{name}", "").removeprefix("tf.")
    # A name that is in both, but takes other arguments, has no new name of its own.
    if renamed and not table(V2).find(name) and table(V2).find(renamed):
        return f"{root}.{renamed}"
    return f"{root}.compat.v1.{name}"


@functools.cache
def _renames() -> dict[str, str]:
    """Names that are endpoints of the same function; without TensorFlow none are known."""
    return literal("tools/compatibility/renames_v2.py", "renames")
