"""`tf.estimator.X`: `tfspec.estimator.X`, and tf.compat.v1.estimator's tfspec.compat.v1's.

The import of tfspec follows that of tensorflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.migrate._namespaces import new_namespace, old_namespace, rename_uses
from tfspec.migrate._script import Change, Script


def fix(script: Script) -> Iterator[Change]:
    uses = []
    for use in script.names.uses:
        old = old_namespace(use.path) if not use.others else None
        if old and ".keras." not in old:
            uses.append((use, old, _flavour(old, use.path, script.is_tf1)))
    yield from rename_uses(script, uses)


def _flavour(old: str, path: str, is_tf1: bool) -> str:
    # tf.estimator.inputs and .tpu never were in TensorFlow 2.
    is_v1 = is_tf1 or path[len(old) :].startswith((".inputs", ".tpu"))
    return new_namespace(old, is_v1)
