"""Ops among the replicas of a model on a TPU, where there is one replica."""

from __future__ import annotations

from typing import Any

# Kernels for TPUs only, though `tf.compat.v1.tpu.CrossShardOptimizer` puts them anywhere.
_SUM = "CrossReplicaSum"


def sum_over_one_replica(graph_def: Any) -> None:
    """Makes sums over replicas the identity, in the graph and in its functions."""
    bodies = [graph_def.node]
    bodies.extend(function.node_def for function in graph_def.library.function)
    for node in (node for body in bodies for node in body if node.op == _SUM):
        node.op = "Identity"
        summand, _groups, *controls = node.input
        del node.input[:]
        node.input.extend([summand, *controls])
