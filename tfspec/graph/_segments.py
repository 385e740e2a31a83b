"""Splits what a run fetches besides its step into parts around that step.

In a loop of many steps the extra fetches are wanted at the last one only. They must not be
compiled together with a second copy of the step, so they are cut off at the tensors that
they share with it: one part runs before the step, where it reads the variables as a session
would have, one after it, fed with what the step computed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import tensorflow as tf

from tfspec.graph._cut import Piece, closure, cut, op_of, tensor_name
from tfspec.graph._lift import Lifted, has_effect
from tfspec.graph._program import Program

# Reading a few variables costs less than asking at each step whether to.
_CHEAP_NODES = 6


@dataclasses.dataclass(frozen=True)
class Extra:
    """What is fetched besides the step and has to be computed together.

    Attributes:
      names: tensors, `op:index`, and ops.
      before: what is computed before the step, or None.
      after: what is computed after the step, or None.
      carried: tensors that are taken from the step.
      cheap: whether it may run at every step, asked for or not.
    """

    names: tuple[str, ...]
    before: Piece | None
    after: Piece | None
    carried: tuple[str, ...]
    cheap: bool

    @property
    def tensors(self) -> list[str]:
        """Those of `names` that are tensors."""
        return [name for name in self.names if ":" in name]


def group(program: Program, step: set[str], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Joins fetches that share an op with an effect, so that it runs once for all of them.

    Args:
      program: the program.
      step: names of all ops that the step runs.
      names: the fetches, tensors and ops.
    """
    lifted = program.lifted
    groups: list[tuple[list[str], set[str]]] = []
    for name in dict.fromkeys(names):
        own = closure(lifted, [op_of(name)], done=step) - step
        effects = {node for node in own if has_effect(lifted, node)}
        joined = [one for one in groups if one[1] & effects]
        groups = [one for one in groups if not one[1] & effects]
        groups.append((
            [*(other for one in joined for other in one[0]), name],
            effects.union(*(one[1] for one in joined)),
        ))
    return [tuple(one[0]) for one in groups]


def split(program: Program, step: set[str], names: tuple[str, ...]) -> Extra:
    """Cuts the computation of extra fetches off the step.

    Args:
      program: the program.
      step: names of all ops that the step runs.
      names: the fetches, a group.
    """
    lifted = program.lifted
    roots = {name: op_of(name) for name in names}
    ready = tuple(name for name in names if roots[name] in step and ":" in name)
    extra = closure(lifted, roots.values(), done=step) - step
    if not extra:
        return Extra(names, None, None, ready, True)
    early = _independent(lifted, extra, step)
    crossing = _crossing(lifted, extra - early, step, early)
    if any(_no_value(program.tensor(tensor)) for tensor in crossing if op_of(tensor) in early):
        early, crossing = set(), _crossing(lifted, extra, step, set())
    given = [tensor for tensor in crossing if op_of(tensor) in early]
    carried = [tensor for tensor in crossing if op_of(tensor) in step]
    first = [*given, *(name for name in names if roots[name] in early)]
    first += sorted(_awaited(lifted, extra - early, early))
    last = [name for name in names if roots[name] in extra - early]
    before = cut(lifted, *_fetches_and_targets(first)) if first else None
    after = None
    if last:
        fetches, targets = _fetches_and_targets(last)
        after = cut(lifted, fetches, targets, [*given, *carried], done=step | early)
    cheap = after is None and _is_cheap(lifted, extra)
    return Extra(names, before, after, tuple(dict.fromkeys([*ready, *carried])), cheap)


def _fetches_and_targets(names: Sequence[str]) -> tuple[list[str], list[str]]:
    names = list(dict.fromkeys(names))
    return [name for name in names if ":" in name], [name for name in names if ":" not in name]


def _awaited(lifted: Lifted, late: set[str], early: set[str]) -> set[str]:
    """Those early ops that late ones wait for without taking a value."""
    sources = (source for name in late for source in lifted.nodes[name].input)
    waited = {source[1:] for source in sources if source.startswith("^")}
    return {name for name in waited & early if name not in lifted.owners}


def _is_free(lifted: Lifted, name: str) -> bool:
    """Whether a node means the same in every part: a constant, or a handle."""
    node = lifted.nodes[name]
    return name in lifted.owners or (node.op == "Const" and not node.input)


def _independent(lifted: Lifted, extra: set[str], step: set[str]) -> set[str]:
    """Those of `extra` that need nothing of the step."""
    late: set[str] = set()
    changed = True
    while changed:  # creation order is nearly topological: one or two rounds
        changed = False
        for name in lifted.nodes:
            if name not in extra or name in late:
                continue
            sources = (op_of(source) for source in lifted.nodes[name].input)
            if any(
                source in late or (source in step and not _is_free(lifted, source))
                for source in sources
            ):
                late.add(name)
                changed = True
    return extra - late


def _crossing(
    lifted: Lifted, late: set[str], step: set[str], early: set[str]
) -> list[str]:
    """Tensors that late nodes take from the step or from early nodes."""

    def inputs() -> Iterator[str]:
        for name in lifted.nodes:
            if name in late:
                for source in lifted.nodes[name].input:
                    if not source.startswith("^"):
                        yield tensor_name(source)

    known = step | early
    return list(dict.fromkeys(
        tensor for tensor in inputs()
        if op_of(tensor) in known and not _is_free(lifted, op_of(tensor))
    ))


def _no_value(tensor: tf.Tensor) -> bool:
    return tensor.dtype in (tf.resource, tf.variant)


def _is_cheap(lifted: Lifted, extra: set[str]) -> bool:
    nodes = [lifted.nodes[name] for name in extra if not _is_free(lifted, name)]
    harmless = {"ReadVariableOp", "Identity", "AddV2", "Add", "Cast"}
    return len(nodes) <= _CHEAP_NODES and all(node.op in harmless for node in nodes)
