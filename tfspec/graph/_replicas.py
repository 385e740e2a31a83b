"""Ops among the replicas of a model on a TPU."""

from __future__ import annotations

from typing import Any

# Kernels for TPUs only, though `tf.compat.v1.tpu.CrossShardOptimizer` puts them anywhere.
_SUM = "CrossReplicaSum"
_PROGRAM = "_tpu_replicate"  # attribute of the nodes that a TPU's cores run, as one program
_START = "TPUReplicateMetadata"


def in_program(node: Any) -> bool:
    """Whether a node is part of the program of a TPU's cores, which XLA compiles as a whole."""
    return _PROGRAM in node.attr


def is_entry(node: Any) -> bool:
    """Whether a node gives the program of a TPU's cores what each core has of something."""
    return node.op == "TPUReplicatedInput"


def waits_outside(entry: Any) -> bool:
    """Whether such a node waits for more than the start of the program."""
    controls = (name for name in entry.input if name.startswith("^"))
    return any(not name.startswith(f"^{_START}") for name in controls)


def sum_over_one_replica(graph_def: Any) -> None:
    """Makes sums over replicas the identity, in the graph and in its functions.

    But for those of a TPU's cores; and where these have a program, what functions are called
    in it isn't told.
    """
    bodies = [[node for node in graph_def.node if not in_program(node)]]
    if not any(node.op == _START for node in graph_def.node):
        bodies.extend(function.node_def for function in graph_def.library.function)
    for node in (node for body in bodies for node in body if node.op == _SUM):
        node.op = "Identity"
        summand, _groups, *controls = node.input
        del node.input[:]
        node.input.extend([summand, *controls])
