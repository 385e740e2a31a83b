"""Has TensorFlow's graph optimizer rewrite a piece, before it becomes a function."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import tensorflow as tf

from tfspec import _tf
from tfspec.graph import _onednn
from tfspec.graph._called import GENERATOR_OPS, rename_functions
from tfspec.graph._cut import Piece, tensor_name
from tfspec.graph._flatten import LOWERING
from tfspec.graph._lift import GraphDef, NodeDef, handle_placeholder

_CPU = "/device:CPU:0"
_FEW = 8  # nodes, of which there is nothing to fuse but these
_FUSED = frozenset((*_onednn.NAMES, "Sigmoid", "Softplus"))
_SINK = "tfspec_fetched"


def _prepare(nodes: Iterable[NodeDef]) -> None:
    """Has branches and loops stay those of TF2, whose functions one thread can run, and tells
    the optimizer that products are the CPU's: only then it fuses them with what follows."""
    for node in nodes:
        node.attr.pop(LOWERING, None)
        node.device = _CPU


def optimize(piece: Piece, token: str, dtype_of: Callable[[str], tf.DType]) -> Piece:
    """The piece with fewer ops that compute the same; one with feeds, or of few ops, stays.

    Args:
      piece: the piece, where the CPU is the only device.
      token: what makes the names of the functions that its nodes call unique.
      dtype_of: the dtype of a fetch.

    Returns:
      A piece of the same handles, fetches and targets.
    """
    nodes = piece.graph_def.node
    few = len(nodes) <= _FEW and _FUSED.isdisjoint(node.op for node in nodes)
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
    sinks = _add_sinks(graph_def, piece.fetches, dtype_of)
    try:
        optimized = _tf.optimized_graph(graph_def, [*sinks, *piece.targets])
    except (tf.errors.OpError, ValueError):  # what it cannot rewrite can still be run
        return piece
    _onednn.merge_bias_gradients(optimized.node)
    for nodes in (optimized.node, *(item.node_def for item in optimized.library.function)):
        for node in nodes:
            node.device = ""
        if not _onednn.take_kernels(nodes):
            return piece
    sources = _sources(optimized, sinks)
    state = {*piece.handles, *(sink for sink in sinks if f"{sink}:0" not in sources)}
    kept = [node for node in optimized.node if node.name not in state]
    for node in kept:
        for source in list(node.input):
            if source.startswith("^") and source[1:] in state:
                node.input.remove(source)  # what is an argument is there from the start
    del optimized.node[:]
    optimized.node.extend(kept)
    rename_functions(optimized, token)
    return dataclasses.replace(piece, graph_def=optimized, sources=sources)


def _add_sinks(
    graph_def: GraphDef, fetches: Iterable[str], dtype_of: Callable[[str], tf.DType]
) -> list[str]:
    """Has a node of its own take each fetch, as in a session, and returns their names: the
    optimizer leaves alone what is asked to stay, but may fuse what such a node takes."""
    names = []
    for index, fetch in enumerate(fetches):
        names.append(f"{_SINK}_{index}")
        sink = graph_def.node.add(name=names[-1], op="Identity", input=[fetch], device=_CPU)
        sink.attr["T"].type = dtype_of(fetch).base_dtype.as_datatype_enum
    return names


def _sources(optimized: GraphDef, sinks: Iterable[str]) -> tuple[str, ...]:
    """The tensors that sinks take; of one that became a constant, its own."""
    nodes = {node.name: node for node in optimized.node}
    return tuple(
        tensor_name(nodes[sink].input[0]) if _only_hands_on(nodes[sink]) else f"{sink}:0"
        for sink in sinks
    )


def _only_hands_on(node: NodeDef) -> bool:
    return node.op == "Identity" and len(node.input) == 1
