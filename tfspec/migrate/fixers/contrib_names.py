"""Names of tf.contrib that moved as they were: written where they live today.

`tf.contrib.data.map_and_batch(...)` becomes `tf.data.experimental.map_and_batch(...)`, and
`contrib_tpu.TPUConfig` (after `from tensorflow.contrib import tpu as contrib_tpu`)
`tf.estimator.tpu.TPUConfig`; the import goes when nothing needs it any more. A name whose arguments
or behaviour changed on the way is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tfspec.check import V2, home_of, split_path, table
from tfspec.migrate._script import TF, TF_V1, TFSPEC_V1, Change, Left, Script
from tfspec.source import Edit, Use

_PREFIXES = (f"{TF}.contrib.", f"{TFSPEC_V1}.contrib.")


def fix(script: Script) -> Iterator[Change]:
    rewritten: Counter[int] = Counter()
    for use in script.names.uses:
        if not use.parts or use.others or not use.path.startswith(_PREFIXES):
            continue
        change = _moved(script, use)
        if change is not None:
            rewritten[id(use.binding)] += isinstance(change, Edit)
            yield change
    yield from _unneeded_imports(script, rewritten)


def _moved(script: Script, use: Use) -> Change | None:
    _, name = split_path(use.path.replace(TFSPEC_V1, TF, 1))
    home = home_of(name)
    if home is None or not home.takes(use.call):
        return None
    components = home.components + use.path.count(".") - name.count(".")
    if use.part_for(components) is None:
        return None
    namespace = _namespace(script, use, home.name)
    if namespace is None:
        return Left(use.line, f"tf.{name}: is tf.{home.name} today, but tensorflow isn't imported")
    return script.rename(use, components, f"{namespace}.{home.name}")


def _namespace(script: Script, use: Use, home: str) -> str | None:
    """An expression for a namespace that has `home`, at the place of `use`."""
    scope = script.names.scope_of(use)
    for path in (TFSPEC_V1, TF_V1, TF):
        alias = script.alias_of(path, scope)
        if alias is None:
            continue
        if path != TF or script.is_tf1 or table(V2).find(home):
            return alias
        return f"{alias}.compat.v1"
    return None


def _unneeded_imports(script: Script, rewritten: Counter[int]) -> Iterator[Change]:
    """Drops imports from tf.contrib whose every use was rewritten."""
    going = []
    for binding in script.names.imports:
        uses = rewritten[id(binding)]
        if binding.target.startswith(f"{TF}.contrib") and uses:
            if uses == script.names.reads(binding.name):
                going.append((binding, None))
    yield from script.rebind(going)
