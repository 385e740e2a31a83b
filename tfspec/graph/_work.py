"""How much there is to compute in a piece of a graph.

It decides whether one thread runs the piece or many. It is told from the shapes in the graph
and never from clocks, since which kernels share a sum among threads shows in its last bits:
the same program has to give the same numbers in every run.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterable

import tensorflow as tf

# Rough times on one core of today's machines; the decision is between times that differ by
# more than these are wrong.
_PRODUCT = 0.06  # ns for a multiplication and addition in a matrix product or convolution
_ELEMENT = 0.3  # ns for an element of any other op's output
_APPLIED = 1.5  # ns for an element of a variable that an optimizer updates
_HAND_OVER = 2000.0  # ns that an op costs more if the pool runs it
_ITERATIONS = 16  # of a loop inside a step, whose number nobody can tell

_MATRIX_PRODUCTS = frozenset((
    "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "SparseMatMul",
    "SparseTensorDenseMatMul", "Einsum",
))
_CONVOLUTIONS = {  # where the filter, or the sizes of it, are among the inputs
    "Conv2D": 1, "Conv3D": 1, "DepthwiseConv2dNative": 1,
    "Conv2DBackpropInput": 1, "Conv3DBackpropInputV2": 1,
    "DepthwiseConv2dNativeBackpropInput": 1,
}
_FILTER_GRADIENTS = frozenset((
    "Conv2DBackpropFilter", "Conv3DBackpropFilterV2", "DepthwiseConv2dNativeBackpropFilter",
))


@functools.cache
def cores() -> int:
    """How many processors this process may use, of which TensorFlow makes as many threads."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # not every system tells which are this process's


def is_small(graph: tf.Graph, names: Iterable[str], batch: int) -> bool:
    """Whether one thread is expected to run some ops faster than the pool does.

    Args:
      graph: the graph.
      names: of the ops; those that the graph does not have count as nothing.
      batch: what stands for a size that the graph does not know.
    """
    count, work = 0, 0.0
    for name in names:
        try:
            op = graph.get_operation_by_name(name)
        except KeyError:
            continue
        count += 1
        work += _time_of(op, batch)
    return work * (1 - 1 / cores()) <= count * _HAND_OVER


def _time_of(op: tf.Operation, batch: int) -> float:
    """Nanoseconds that one thread takes for an op."""
    kind = op.type
    if kind in _MATRIX_PRODUCTS:
        return _PRODUCT * _products(op, batch)
    if kind in _CONVOLUTIONS:
        outer = op.inputs[2] if "Backprop" in kind else op.outputs[0]
        return _PRODUCT * _convolved(op.inputs[_CONVOLUTIONS[kind]], outer, batch)
    if kind in _FILTER_GRADIENTS:
        return _PRODUCT * _convolved(op.outputs[0], op.inputs[2], batch)
    if kind.startswith(("ResourceApply", "ResourceSparseApply")):
        values = (tensor for tensor in op.inputs if tensor.dtype != tf.resource)
        return _APPLIED * max(_size(tensor, batch) for tensor in values)
    if kind in ("While", "StatelessWhile"):
        # Each weight that the loop takes is multiplied with every example in turn.
        weights = (_size(tensor, batch) for tensor in op.inputs if len(_sizes(tensor)) > 1)
        return _PRODUCT * _ITERATIONS * batch * sum(weights)
    if kind in ("Const", "VarHandleOp", "ReadVariableOp", "Identity", "Reshape", "NoOp"):
        return 0.0
    return _ELEMENT * sum(_size(tensor, batch) for tensor in op.outputs)


def _products(op: tf.Operation, batch: int) -> float:
    """The multiplications of a matrix product: with sizes mk and kn there are mkn."""
    sizes = [_size(tensor, batch) for tensor in (*op.inputs[:2], op.outputs[0])]
    rank = len(_sizes(op.outputs[0]))
    outer = math.prod(_known(op.outputs[0], batch)[:-2]) if rank > 2 else 1
    return outer * math.sqrt(math.prod(size / outer for size in sizes))


def _convolved(kernel: tf.Tensor, output: tf.Tensor, batch: int) -> float:
    """The multiplications of a convolution: each place and channel takes a filter's worth."""
    sizes = _known(kernel, batch)
    return _size(output, batch) * math.prod(sizes[:-1])


def _sizes(tensor: tf.Tensor) -> list[int | None]:
    """The sizes of a tensor, or of the variable behind a handle."""
    shape = tensor.shape
    if tensor.op.type == "VarHandleOp":
        shape = tf.TensorShape(tensor.op.get_attr("shape"))
    return shape.as_list() if shape.rank is not None else [None]


def _known(tensor: tf.Tensor, batch: int) -> list[int]:
    return [batch if size is None else size for size in _sizes(tensor)]


def _size(tensor: tf.Tensor, batch: int) -> float:
    return float(math.prod(_known(tensor, batch)))
