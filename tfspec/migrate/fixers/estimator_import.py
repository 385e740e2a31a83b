"""Imports of tf.estimator and of what is in it: from tfspec.

`from tensorflow import estimator` becomes `from tfspec import estimator`,
`from tensorflow.compat.v1.estimator import export` and the tensorflow_estimator package's public
names become tfspec.compat.v1's.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.migrate._namespaces import new_path
from tfspec.migrate._script import TF, Change, Script


def fix(script: Script) -> Iterator[Change]:
    new = []
    for binding in script.names.imports:
        path = new_path(binding.target, script.is_tf1)
        if path:
            new.append((binding, path))
        elif binding.alias.name.startswith(f"{TF}.estimator") and not binding.alias.asname:
            new.append((binding, TF))  # `import tensorflow.estimator`: the uses are seen to
    yield from script.rebind(new)
