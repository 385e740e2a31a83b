"""Refuses to read variables that have no value yet.

A lifted variable exists, empty, as soon as its handle does, and TensorFlow reads it as an
empty tensor where a session would have failed.
"""

from __future__ import annotations

from collections.abc import Iterator

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._cut import Piece, closure, op_of
from tfspec.graph._lift import Lifted, NodeDef, StateStore

_NEED_NO_VALUE = frozenset(("AssignVariableOp", "VarIsInitializedOp", "DestroyResourceOp"))


def check_initialized(piece: Piece, lifted: Lifted, state: StateStore) -> None:
    """Raises FailedPreconditionError if a piece reads a variable that has no value.

    Reads inside loops, branches and dataset functions are left out: whether they take place
    is not known.
    """
    for name, owner in zip(piece.handles, piece.owners, strict=True):
        if owner.op != "VarHandleOp" or _has_value(state.handle(name, lifted)):
            continue
        users = [node for node in piece.graph_def.node if name in map(op_of, node.input)]
        setters = {node.name for node in users if node.op == "AssignVariableOp"}
        for node in _readers(users):
            if setters.isdisjoint(closure(lifted, [node.name])):
                raise tf.errors.FailedPreconditionError(
                    None, None,
                    f"Attempting to use uninitialized value {name}. Run its initializer, or "
                    f"tf.compat.v1.global_variables_initializer(), first."
                    f"\n\t [[{{{{node {node.name}}}}}]]",
                )


def _has_value(handle: tf.Tensor) -> bool:
    with _tf.eager_mode():
        return bool(tf.raw_ops.VarIsInitializedOp(resource=handle))


def _readers(users: list[NodeDef]) -> Iterator[NodeDef]:
    for node in users:
        calls = any(
            value.HasField("func") or value.list.func for value in node.attr.values()
        )
        if node.op not in _NEED_NO_VALUE and not calls:
            yield node
