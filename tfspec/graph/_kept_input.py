"""Keeps hold of what a run took from its input, so that an error can be looked into."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import tensorflow as tf

NodeDef = tf.compat.v1.NodeDef

TAKES_INPUT = re.compile("IteratorGetNext|Dequeue|OptionalGetValue")
_TAKERS = ("IteratorGetNext", "IteratorGetNextSync")


@dataclasses.dataclass(frozen=True)
class KeptInput:
    """The nodes that keep what an op took.

    Attributes:
      variable: name of the variable that holds it, an optional of the op's outputs.
      keep: name of the op that writes it.
      owner: the variable's node.
      nodes: all other nodes.
    """

    variable: str
    keep: str
    owner: NodeDef
    nodes: tuple[NodeDef, ...]


def keep_input(node: NodeDef) -> KeptInput | None:
    """The nodes that keep what `node` takes from an input; None if it doesn't take any.

    They cost next to nothing: the values stay where they are and are held a little longer.
    """
    if node.op not in _TAKERS:
        return None
    types = node.attr["output_types"].list.type
    owner = NodeDef(name=f"{node.name}/kept", op="VarHandleOp", device="/device:CPU:0")
    owner.attr["dtype"].type = tf.variant.as_datatype_enum
    owner.attr["shape"].shape.SetInParent()
    optional = NodeDef(name=f"{node.name}/optional", op="OptionalFromValue", device=node.device)
    optional.input.extend(f"{node.name}:{index}" for index in range(len(types)))
    optional.attr["Toutput_types"].list.type.extend(types)
    keep = NodeDef(name=f"{node.name}/keep", op="AssignVariableOp", device=node.device)
    keep.input.extend([owner.name, optional.name])
    keep.attr["dtype"].type = tf.variant.as_datatype_enum
    return KeptInput(owner.name, keep.name, owner, (optional, keep))


def keep_first(nodes: Sequence[NodeDef]) -> None:
    """Has all that takes from a kept input wait until it is kept: one thread that runs into an
    error stops there. For nodes that the optimizer has seen, as it fuses none that waits."""
    names = {node.name for node in nodes}
    for node in nodes:
        takers = {source.split(":")[0] for source in node.input}  # of `^op` there is none
        for taker in sorted(takers):
            own = (f"{taker}/optional", f"{taker}/keep")
            if own[1] in names and node.name not in own:
                node.input.append(f"^{own[1]}")
