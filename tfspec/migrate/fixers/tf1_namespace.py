"""Files written for TensorFlow 1: `import tfspec.compat.v1 as tf`, or tensorflow.compat.v1.

All of tf.compat.v1 works on today's TensorFlow but what tfspec adds (estimators, layers, RNN
cells, Keras 2, tf.contrib, names from before TensorFlow 1.0). So the import is all that changes:
it becomes that of tfspec's TF1 namespace where the file uses such a name, of tensorflow.compat.v1
where it doesn't, and `tf.disable_v2_behavior()` follows it. An import of `tensorflow.compat.v1`
becomes tfspec's only where the file needs it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.check import V1, V2, belongs_to, place_of, renamed_before_1, split_path, table
from tfspec.migrate._script import TF, TF_V1, TFSPEC_V1, Change, Left, Script
from tfspec.source import Binding, Edit

_SWITCHES = ("disable_v2_behavior", "enable_v2_behavior")
_MNIST = f"{TF}.examples.tutorials.mnist"
# Not public, or not there any more: nothing to import from tf.compat.v1.
_NOT_PUBLIC = ("contrib", "python", "core", "examples", "compiler", "tools", "models", "compat")


def fix(script: Script) -> Iterator[Change]:
    new = []
    swapped = []
    for binding in script.names.imports:
        if is_bare(binding):
            yield from _warn_of_bare_import(script, binding)
        elif binding.target == TF and script.is_tf1:
            swapped.append(binding)
        elif path := _new_path(script, binding):
            new.append((binding, path))
    for binding in script.names.called_imports if script.is_tf1 else ():
        message = f"{binding.name}: a call imports TensorFlow 2: `import ... as {binding.name}`"
        yield Left(binding.position[0], message)
    for star in script.names.star_imports if script.is_tf1 else ():
        if star.module == TF:
            message = f"`from {TF} import *` is TensorFlow 2: `from {TFSPEC_V1} import *`"
            yield Left(star.lineno, message)
    # Where one `tf` needs tfspec, every import of that name does: notebooks import it often.
    rich = {binding.name for binding in swapped if needs_tfspec(script, binding)}
    new += [(b, TFSPEC_V1 if b.name in rich else TF_V1) for b in swapped]
    yield from script.rebind(new)
    for binding in swapped:
        yield from _renamed_uses(script, binding)
    if swapped:
        yield from _switch_off(script, swapped)


def is_bare(binding: Binding) -> bool:
    """Whether it is `import tensorflow.x`, which binds `tensorflow`."""
    return "." in binding.alias.name and "." not in binding.target


def needs_tfspec(script: Script, binding: Binding) -> bool:
    """Whether what is used through `binding` takes more than tensorflow.compat.v1."""
    paths = [binding.target, *(use.path for use in script.names.uses_of(binding))]
    return any(_only_in_tfspec(split_path(path)[1]) for path in paths)


def _only_in_tfspec(name: str) -> bool:
    if name.split(".")[0] in ("estimator", "contrib", "keras") or renamed_before_1(name):
        return True
    found = table(V1).find(name)
    return found is not None and table(V1).needs_tf_keras(found.name)


def _new_path(script: Script, binding: Binding) -> str | None:
    """What an import from inside tensorflow is to bind instead, or None to leave it."""
    if not binding.target.startswith(f"{TF}."):
        return None
    if f"{binding.target}.".startswith(f"{_MNIST}."):
        return f"tfspec.contrib.learn.datasets.mnist{binding.target[len(_MNIST) :]}"
    namespace, name = split_path(binding.target)
    suffix = f".{name}" if name else ""
    parts = name.split(".")
    if parts[0] == "keras" and len(parts) > 2 and parts[1] != "estimator" and script.is_tf1:
        return f"tf_{name}"  # tfspec's TF1 namespace has no modules below keras to import from
    if namespace == V1:
        return TFSPEC_V1 + suffix if needs_tfspec(script, binding) else None
    if namespace == V2 or not script.is_tf1 or not name:
        return None
    if name.split(".")[0] == "contrib" and (place := place_of(name)):
        return f"tfspec.{place}"
    if name.split(".")[0] in _NOT_PUBLIC:
        return None
    if table(V1).find(name) is None and not renamed_before_1(name):
        return None
    return (TFSPEC_V1 if needs_tfspec(script, binding) else TF_V1) + suffix


def _warn_of_bare_import(script: Script, binding: Binding) -> Iterator[Left]:
    uses = script.names.uses_of(binding)
    if script.is_tf1 and any(belongs_to(split_path(use.path)[1]) == V1 for use in uses):
        message = f"`import {binding.alias.name}` binds all of tensorflow: use `import ... as`"
        yield Left(binding.position[0], message)


def _renamed_uses(script: Script, binding: Binding) -> Iterator[Change]:
    """`tf` is tf.compat.v1 from here on; what only TensorFlow 2 has is a step away."""
    for use in script.names.uses_of(binding):
        namespace, name = split_path(use.path)
        change = None
        if namespace == V1:
            change = script.rename(use, TF_V1.count(".") + 1, binding.name)
        elif namespace is None and not name.startswith("keras") and belongs_to(name) == V2:
            change = script.rename(use, 1, f"{binding.name}.compat.v2")
        if change is not None:
            yield change


def _switch_off(script: Script, swapped: list[Binding]) -> Iterator[Edit]:
    """TensorFlow 1 behaviour, once, beside the first import of the file."""
    if not any(use.path.endswith(_SWITCHES) for use in script.names.uses):
        first = next((b for b in swapped if b.scope.kind == "module"), swapped[0])
        yield script.add_after(first.statement, f"{first.name}.disable_v2_behavior()")
