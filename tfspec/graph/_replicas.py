"""Ops among the replicas of a model on a TPU, where there is one replica."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_SUM = "CrossReplicaSum"  # has kernels for TPUs only


def sum_over_one_replica(graph_def: Any) -> None:
    """Makes sums over replicas the identity, in the graph and in its functions.

    `tf.compat.v1.tpu.CrossShardOptimizer` and `cross_replica_sum` make such ops for any device.
    """
    for nodes in (graph_def.node, *(f.node_def for f in graph_def.library.function)):
        _sum_over_one_replica(nodes)


def _sum_over_one_replica(nodes: Iterable[Any]) -> None:
    for node in nodes:
        if node.op == _SUM:
            node.op = "Identity"
            summand, controls = node.input[0], [n for n in node.input if n.startswith("^")]
            node.input[:] = [summand, *controls]
