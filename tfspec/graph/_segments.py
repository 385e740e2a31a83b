"""Splits what a run fetches besides its step into parts around that step.

In a loop of many steps the extra fetches are wanted at the last one only. They must not be
compiled together with a second copy of the step, so they are cut off at the tensors that
they share with it: one part runs before the step, where it reads the variables as a session
would have, one after it, fed with what the step computed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import tensorflow as tf

from tfspec.graph._cut import Piece, closure, cut, op_of, tensor_name
from tfspec.graph._lift import Lifted
from tfspec.graph._program import Program

# Reading a few variables costs less than asking at each step whether to.
_CHEAP_NODES = 6


@dataclasses.dataclass(frozen=True)
class Extra:
    """One fetch besides the step, ready to be run around it.

    Attributes:
      name: the tensor, `op:index`, or the op.
      before: what is computed before the step, or None.
      after: what is computed after the step, or None.
      carried: tensors that `after` takes from the step.
      cheap: whether it may run at every step, asked for or not.
    """

    name: str
    before: Piece | None
    after: Piece | None
    carried: tuple[str, ...]
    cheap: bool

    @property
    def is_op(self) -> bool:
        return ":" not in self.name


def split(program: Program, step: set[str], name: str) -> Extra:
    """Cuts the computation of one extra fetch off the step.

    Args:
      program: the program.
      step: names of all ops that the step runs.
      name: the fetch, a tensor's `op:index` or an op's name.
    """
    lifted = program.lifted
    root = op_of(name)
    if root in step:
        return Extra(name, None, None, () if ":" not in name else (name,), True)
    extra = closure(lifted, [root], done=step) - step
    early = _independent(lifted, extra, step)
    crossing = _crossing(lifted, extra - early, step, early, name)
    if any(_no_value(program.tensor(tensor)) for tensor in crossing if op_of(tensor) in early):
        early, crossing = set(), _crossing(lifted, extra, step, set(), name)
    given = tuple(tensor for tensor in crossing if op_of(tensor) in early)
    carried = tuple(tensor for tensor in crossing if op_of(tensor) in step)
    fetches, targets = ([name], []) if ":" in name else ([], [name])
    if root in early:
        return Extra(name, cut(lifted, fetches, targets), None, (), _is_cheap(lifted, extra))
    before = cut(lifted, given) if given else None
    after = cut(lifted, fetches, targets, [*given, *carried], done=step | early)
    return Extra(name, before, after, carried, False)


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
    lifted: Lifted, late: set[str], step: set[str], early: set[str], root: str
) -> list[str]:
    """Tensors that late nodes take from the step or from early nodes."""

    def inputs() -> Iterator[str]:
        for name in lifted.nodes:
            if name in late:
                for source in lifted.nodes[name].input:
                    if not source.startswith("^"):
                        yield tensor_name(source)

    found = {
        tensor: None for tensor in inputs()
        if op_of(tensor) in step | early and not _is_free(lifted, op_of(tensor))
    }
    return [tensor for tensor in found if tensor != root]


def _no_value(tensor: tf.Tensor) -> bool:
    return tensor.dtype in (tf.resource, tf.variant)


def _is_cheap(lifted: Lifted, extra: set[str]) -> bool:
    nodes = [lifted.nodes[name] for name in extra if not _is_free(lifted, name)]
    harmless = {"ReadVariableOp", "Identity", "AddV2", "Add", "Cast"}
    return len(nodes) <= _CHEAP_NODES and all(node.op in harmless for node in nodes)
