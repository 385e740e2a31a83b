"""Has oneDNN run what TensorFlow has it run.

Sessions, and functions called eagerly, give many ops to oneDNN by themselves; functions that
other functions call don't, and what they compute may differ in the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._lift import NodeDef

_SAME_NAME = (
    "_FusedBatchNormEx", "_FusedConv2D", "_FusedConv3D", "_FusedDepthwiseConv2dNative",
    "_FusedMatMul",
    "AvgPool", "AvgPool3D", "AvgPool3DGrad", "AvgPoolGrad",
    "Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput",
    "Conv3D", "Conv3DBackpropFilterV2", "Conv3DBackpropInputV2",
    "DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropFilter",
    "DepthwiseConv2dNativeBackpropInput",
    "FusedBatchNorm", "FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3",
    "FusedBatchNormV2", "FusedBatchNormV3",
)
NAMES = {  # of ops of the same inputs, outputs and attributes
    "MatMul": "_MklMatMul",
    "BatchMatMul": "_MklBatchMatMul",
    "BatchMatMulV2": "_MklBatchMatMulV2",
    "Einsum": "_MklEinsum",
    "Softmax": "_MklSoftmax",
    **{op: f"_MklNative{op.lstrip('_')}" for op in _SAME_NAME},
}
_FILTER_GRADIENT = "Conv2DBackpropFilter"
_WITH_BIAS = "_MklNativeConv2DBackpropFilterWithBias"
_FLOAT = tf.float32.as_datatype_enum


def take_kernels(nodes: Sequence[NodeDef]) -> bool:
    """Makes oneDNN run those nodes that TensorFlow has it run, on the CPU.

    Returns:
      Whether all can be run: the graph optimizer makes some ops that others of oneDNN are to
      take the place of, or without oneDNN have none that does.
    """
    for node in nodes:
        name = NAMES.get(node.op)
        if name and node.attr["T"].type == _FLOAT and _has(name):
            _take(node, name)
    return all(
        not node.op.startswith("_") or "_kernel" in node.attr or _tf.has_plain_kernel(node.op)
        for node in nodes
    )


def _has(op: str) -> bool:
    """Whether there is an op of oneDNN's, and with it its kernel."""
    try:
        _tf.op_definition(op)
    except KeyError:
        return False
    return _tf.uses_onednn()


def _take(node: NodeDef, name: str) -> None:
    node.op = name
    node.attr["_kernel"].s = b"MklNameChangeOp"


def merge_bias_gradients(nodes: Sequence[NodeDef]) -> None:
    """Has the gradients of a bias summed together with those of the filter before it, in a
    graph; to be called before `take_kernels`."""
    places = {node.name: place for place, node in enumerate(nodes)}
    filters: dict[str, list[NodeDef]] = {}
    for node in nodes:
        if node.op == _FILTER_GRADIENT and node.attr["T"].type == _FLOAT:
            filters.setdefault(node.input[2], []).append(node)
    for node in nodes:
        found = filters.get(node.input[0], ()) if node.op == "BiasAddGrad" else ()
        if len(found) != 1 or not _has(_WITH_BIAS):
            continue
        (gradient,) = filters.pop(node.input[0])
        if gradient.attr["padding"].s == b"EXPLICIT" or _format(node) != _format(gradient):
            continue
        # That the one waits for the other, as gradients of one op do, comes to nothing in one op.
        sources = [source for source in gradient.input if source != f"^{node.name}"]
        if _reach(sources, node.name, nodes, places):
            continue
        gradient.ClearField("input")
        gradient.input.extend(sources)
        gradient.attr.pop("explicit_paddings", None)
        _take(gradient, _WITH_BIAS)
        node.op = "Identity"
        node.input[0] = f"{gradient.name}:1"
        node.attr.pop("data_format", None)


def _reach(
    sources: Iterable[str], target: str, nodes: Sequence[NodeDef], places: dict[str, int]
) -> bool:
    """Whether inputs come from the node `target`, through whatever others.

    Nodes stand behind what they take, as the optimizer leaves them: those before `target` are
    not looked at.
    """
    left, seen = list(sources), set()
    while left:
        name = left.pop().lstrip("^").partition(":")[0]
        if name == target:
            return True
        if name not in seen and places.get(name, -1) > places[target]:
            seen.add(name)
            left.extend(nodes[places[name]].input)
    return False


def _format(node: NodeDef) -> bytes:
    return node.attr["data_format"].s or b"NHWC"
