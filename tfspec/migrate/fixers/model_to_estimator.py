"""`tf.keras.estimator.model_to_estimator`: `tfspec.keras.estimator.model_to_estimator`."""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.migrate._namespaces import new_namespace, old_namespace, rename_uses
from tfspec.migrate._script import Change, Script


def fix(script: Script) -> Iterator[Change]:
    uses = []
    for use in script.names.uses:
        old = old_namespace(use.path) if not use.others else None
        if old and ".keras." in old:
            uses.append((use, old, new_namespace(old, script.is_tf1)))
    yield from rename_uses(script, uses)
