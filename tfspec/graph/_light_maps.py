"""Maps of input pipelines that cost less than handing them to another thread.

`tf.data` runs every map of a function without state in parallel, each element in a thread of
the pool, ahead of who asks for it. What only packs features into a dict then costs ten times as
much as it computes. Such a map is done by whoever asks, where nothing is lost by that: what it
takes its elements from is cheap too, or runs ahead by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import tensorflow as tf

from tfspec import _tf

NodeDef = tf.compat.v1.NodeDef

_MAP = "MapDataset"
_MOVED = frozenset(("Identity", "IdentityN", "NoOp", "Const", "ExpandDims", "Squeeze", "Reshape"))
_ELEMENTWISE = frozenset((
    "Add", "AddV2", "BiasAdd", "Cast", "Concat", "ConcatV2", "Div", "Equal", "Fill", "GatherV2",
    "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalNot", "LogicalOr",
    "Maximum", "Minimum", "Mul", "Neg", "NotEqual", "OneHot", "OnesLike", "Pack", "RealDiv",
    "Relu", "Rsqrt", "Select", "SelectV2", "Shape", "Slice", "Split", "SplitV", "Sqrt", "Square",
    "StridedSlice", "Sub", "Transpose", "Unpack", "ZerosLike",
))
_CHEAP_SOURCES = frozenset(("TensorSliceDataset", "TensorDataset", "RangeDataset"))
_PASSING_ON = (
    "ConcatenateDataset", "OptionsDataset", "RepeatDataset", "ShardDataset", "ShuffleDataset",
    "ShuffleAndRepeatDataset", "SkipDataset", "TakeDataset", "ZipDataset",
)
_AHEAD = ("PrefetchDataset", "ParallelMapDataset", "MapAndBatchDataset", "ParallelInterleave")
_OP = 500.0  # ns that an op takes at least
_ELEMENT = 0.3  # ns for each element of what it computes
_HAND_OVER = 10_000.0  # ns, more or less, that another thread costs
_BATCH = 64  # what stands for a size that is not known


def keep_light_maps(nodes: Mapping[str, NodeDef], functions: Mapping[str, Any]) -> None:
    """Marks the maps of a graph, and of its functions, that whoever asks is to do.

    Args:
      nodes: the graph's nodes by name.
      functions: the definitions of functions by name.
    """
    known = {attribute.name for attribute in _tf.op_definition(_MAP).attr}
    if "force_synchronous" not in known:  # TensorFlow 2.15 cannot be told
        return
    bodies = [nodes.values(), *(function.node_def for function in functions.values())]
    for body in bodies:
        maps = [node for node in body if node.op == _MAP]
        if maps:
            pipelines = _Pipelines(body, functions)
            for node in maps:
                if pipelines.is_cheap(node.name):
                    node.attr["force_synchronous"].b = True
                    node.attr["use_inter_op_parallelism"].b = False


class _Pipelines:
    """The datasets among some nodes."""

    def __init__(self, nodes: Iterable[NodeDef], functions: Mapping[str, Any]) -> None:
        self._nodes = {node.name: node for node in nodes if "Dataset" in node.op}
        self._functions = functions

    def is_cheap(self, name: str) -> bool:
        """Whether asking a dataset for an element costs little."""
        node = self._nodes.get(name)
        if node is None:
            return False
        if node.op in _CHEAP_SOURCES or node.op.startswith(_AHEAD):
            return True
        if node.op == _MAP:
            if not self._is_light(node):
                return False
        elif not node.op.startswith(_PASSING_ON):
            return False
        sources = (source.split(":")[0] for source in node.input)
        return all(self.is_cheap(name) for name in sources if name in self._nodes)

    def _is_light(self, node: NodeDef) -> bool:
        function = self._functions.get(node.attr["f"].func.name)
        if function is None:
            return False
        ops = [inner.op for inner in function.node_def]
        computing = [op for op in ops if op not in _MOVED]
        if not computing:
            return True
        shapes = list(node.attr["output_shapes"].list.shape)
        for attributes in function.arg_attr.values():
            shapes.extend(attributes.attr["_output_shapes"].list.shape)
        if not _ELEMENTWISE.issuperset(computing) or any(shape.unknown_rank for shape in shapes):
            return False
        largest = max((_elements(shape) for shape in shapes), default=1)
        return len(ops) * _OP + len(computing) * largest * _ELEMENT <= _HAND_OVER


def _elements(shape: Any) -> int:
    return math.prod(_BATCH if dim.size < 0 else dim.size for dim in shape.dim)
