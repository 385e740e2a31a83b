"""Names that TensorFlow's internal modules lost: those that are public, and modules that moved.

`from tensorflow.python.ops.control_flow_ops import while_loop` becomes
`from tensorflow.compat.v1 import while_loop`, and `control_flow_ops.cond(...)` the `tf.cond(...)`
of TensorFlow 1, by the name under which the file has it. `tensorflow.python.training.training_ops`
is imported from where it is today.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.check import moved_home
from tfspec.migrate._script import TF_V1, Change, Left, Script
from tfspec.source import Binding

_PREFIX = "tensorflow.python."
_ABSOLUTE = (_PREFIX, "tfspec.", "tf_keras.")


def fix(script: Script) -> Iterator[Change]:
    new: list[tuple[Binding, str | None]] = []
    for binding in script.names.imports:
        home = moved_home(binding.target) if binding.target.startswith(_PREFIX) else None
        if home is None:
            continue
        name, components = home
        if components == binding.target.count(".") + 1:
            new.append((binding, name if name.startswith(_ABSOLUTE) else f"{TF_V1}.{name}"))
    yield from script.rebind(new)
    done = {id(binding) for binding, _ in new}
    for use in script.names.uses:
        if not use.path.startswith(_PREFIX) or use.others or id(use.binding) in done:
            continue
        home = moved_home(use.path)
        if home is None or use.part_for(home[1]) is None:
            continue
        name, components = home
        alias = script.v1_alias(script.names.scope_of(use))
        if name.startswith(_ABSOLUTE):
            continue  # a module that a way through other modules leads to
        if alias is None:
            yield Left(use.line, f"{use.path}: is tf.{name} today, but tensorflow isn't imported")
            continue
        change = script.rename(use, components, f"{alias}.{name}")
        if change is not None:
            yield change
