"""Refuses to read variables that have no value yet.

A lifted variable exists, empty, as soon as its handle does, and TensorFlow reads it as an
empty tensor where a session would have failed.
"""

from __future__ import annotations

import tensorflow as tf

from tfspec.graph._cut import Piece, closure, op_of
from tfspec.graph._flatten import OLD_CONTROL_FLOW
from tfspec.graph._lift import Lifted, NodeDef, StateStore

_NEED_NO_VALUE = frozenset(("AssignVariableOp", "VarIsInitializedOp", "DestroyResourceOp"))


def check_initialized(piece: Piece, lifted: Lifted, state: StateStore) -> None:
    """Raises FailedPreconditionError if a piece reads a variable that has no value.

    Reads inside loops, branches and dataset functions are left out: whether they take place
    is not known.
    """
    variables = {
        name for name, owner in zip(piece.handles, piece.owners, strict=True)
        if owner.op == "VarHandleOp"
    }
    setters: dict[str, set[str]] = {name: set() for name in variables}
    readers: list[tuple[str, str]] = []
    for node in piece.graph_def.node:
        for name in variables.intersection(map(op_of, node.input)):
            if node.op == "AssignVariableOp":
                setters[name].add(node.name)
            elif not (node.op in _NEED_NO_VALUE or _calls(node) or _hands_on(node)):
                readers.append((node.name, name))
    empty = {
        name for name in dict.fromkeys(name for _, name in readers)
        if not state.has_value(name, lifted)
    }
    for reader, name in readers:
        if name in empty and setters[name].isdisjoint(closure(lifted, [reader])):
            raise tf.errors.FailedPreconditionError(
                None, None,
                f"Attempting to use uninitialized value {name}. Run its initializer, or "
                f"tf.compat.v1.global_variables_initializer(), first."
                f"\n\t [[{{{{node {reader}}}}}]]",
            )


def _hands_on(node: NodeDef) -> bool:
    """Whether what a node takes and gives are handles: it looks at no value."""
    return node.attr["T"].type == tf.resource.as_datatype_enum if "T" in node.attr else False


def values_given(piece: Piece) -> frozenset[str]:
    """The variables, by their placeholders, that have values once a piece has run."""
    nodes = piece.graph_def.node
    if any(node.op in OLD_CONTROL_FLOW for node in nodes):  # a dead branch writes nothing
        return frozenset()
    return frozenset(
        op_of(node.input[0]) for node in nodes if node.op == "AssignVariableOp"
    ).intersection(piece.handles)


def _calls(node: NodeDef) -> bool:
    """Whether a node calls functions, so that what it reads is not known."""
    return any(value.HasField("func") or value.list.func for value in node.attr.values())
