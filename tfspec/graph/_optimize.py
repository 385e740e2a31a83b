"""Has TensorFlow's graph optimizer rewrite a piece, before it becomes a function."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._called import GENERATOR_OPS, rename_functions
from tfspec.graph._cut import Piece
from tfspec.graph._flatten import LOWERING
from tfspec.graph._lift import GraphDef, NodeDef, handle_placeholder

_CPU = "/device:CPU:0"
_FEW = 8  # nodes, of which there is nothing to fuse


def _prepare(nodes: Iterable[NodeDef]) -> None:
    """Has branches and loops stay those of TF2, whose functions one thread can run, and tells
    the optimizer that products are the CPU's: only then it fuses them with what follows."""
    for node in nodes:
        node.attr.pop(LOWERING, None)
        node.device = _CPU


def optimize(piece: Piece, token: str) -> Piece:
    """The piece with fewer ops that compute the same; one with feeds, or of few ops, stays.

    Args:
      piece: the piece, where the CPU is the only device.
      token: what makes the names of the functions that its nodes call unique.

    Returns:
      A piece of the same handles, fetches and targets.
    """
    nodes = piece.graph_def.node
    few = len(nodes) <= _FEW and not any(node.op in _tf.ONEDNN_NAMES for node in nodes)
    if piece.feeds or few:
        return piece
    graph_def = GraphDef()
    graph_def.CopyFrom(piece.graph_def)
    # The optimizer has to know what variables there are, of what shapes.
    for name, owner in zip(piece.handles, piece.owners, strict=True):
        known = owner.op not in GENERATOR_OPS and not owner.input
        graph_def.node.add().CopyFrom(owner if known else handle_placeholder(name))
        graph_def.node[-1].name = name
    for function in graph_def.library.function:
        _prepare(function.node_def)
    _prepare(graph_def.node)
    try:
        optimized = _tf.optimized_graph(graph_def, [*piece.fetches, *piece.targets])
    except (tf.errors.OpError, ValueError):  # what it cannot rewrite can still be run
        return piece
    for nodes in (optimized.node, *(item.node_def for item in optimized.library.function)):
        for node in nodes:
            node.device = ""
            if not _tf.take_onednn_kernel(node):
                return piece
    state = set(piece.handles)
    kept = [node for node in optimized.node if node.name not in state]
    for node in kept:
        for source in list(node.input):
            if source.startswith("^") and source[1:] in state:
                node.input.remove(source)  # what is an argument is there from the start
    del optimized.node[:]
    optimized.node.extend(kept)
    rename_functions(optimized, token)
    return dataclasses.replace(piece, graph_def=optimized)
