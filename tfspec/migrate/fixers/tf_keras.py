"""tf.keras beside estimators: Keras 2 by its own name, `tf_keras`.

Since TensorFlow 2.16 `tf.keras` is Keras 3, whose models, layers and optimizers estimators don't
take. In files that use estimators and aren't TensorFlow 1's, and in what they import from the files
migrated with them, `tf.keras.X` becomes `tf_keras.X`; where names tell TensorFlow 2 for sure, so do
`tf.losses`, `tf.metrics`, `tf.optimizers` and `tf.initializers`, which are Keras's there. Other
files keep their Keras.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.check import TF2
from tfspec.migrate._script import TF, Change, Left, Script
from tfspec.source import Edit

_KERAS = f"{TF}.keras"
_FROM_KERAS = tuple(f"{TF}.{m}" for m in ("losses", "metrics", "optimizers", "initializers"))


def fix(script: Script) -> Iterator[Change]:
    if script.is_tf1 or not script.keras_2:
        return
    modules = (_KERAS, *_FROM_KERAS) if script.style.name == TF2 else (_KERAS,)
    new = [(b, path) for b in script.names.imports if (path := new_path(b.target, modules))]
    yield from script.rebind(new)
    changed = []
    for use in script.names.uses:
        old = old_module(use.path, modules)
        if not old or use.others or use.part_for(old.count(".") + 1) is None or use.base > 1:
            continue
        if not script.is_free("tf_keras"):
            yield Left(use.line, "the name `tf_keras` is taken: tf.keras stays")
            return
        change = script.rename(use, old.count(".") + 1, new_path(old, modules))
        yield change
        if isinstance(change, Edit):
            changed.append(use)
    yield from script.ensure_import("tf_keras", changed)


def old_module(path: str, modules: tuple[str, ...]) -> str | None:
    """The one of `modules` that `path` is in or is itself."""
    if f"{path}.".startswith(f"{_KERAS}.estimator."):
        return None
    return next((m for m in modules if f"{path}.".startswith(f"{m}.")), None)


def new_path(path: str, modules: tuple[str, ...]) -> str | None:
    """Where a name of tf.keras is in tf_keras; None for other names."""
    old = old_module(path, modules)
    if old is None:
        return None
    below = path[len(_KERAS) :] if old == _KERAS else path[len(TF) :]
    return f"tf_keras{below}"
