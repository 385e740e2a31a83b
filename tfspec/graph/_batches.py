"""The outputs of many batches in one call.

Where a computation takes its input from one dataset iterator, a loop asks that iterator for a
batch, feeds it and stores what comes out, until there is no more or enough. The stored
batches stay tensors of their own, since their shapes may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._cut import Piece, closure, cut, op_of
from tfspec.graph._program import Program

_ANY_SHAPE = -1


def only_iterator(program: Program, fetches: Sequence[str]) -> str | None:
    """Name of the op through which `fetches` get all their input, if there is just one.

    None if there are several, or none, or ops that take input by other ways.
    """
    lifted = program.lifted
    needed = closure(lifted, [op_of(name) for name in fetches])
    takers = [name for name in needed if lifted.nodes[name].op == "IteratorGetNext"]
    queues = any("Dequeue" in lifted.nodes[name].op for name in needed)
    if len(takers) != 1 or queues:
        return None
    source = op_of(lifted.nodes[takers[0]].input[0])
    return takers[0] if source in lifted.owners else None


class BatchLoop:
    """A computation over a dataset iterator, compiled into a loop that keeps its outputs.

    Args:
      program: the program.
      fetches: what to return of each batch, tensors `op:index`.
      taker: the `IteratorGetNext` op, see `only_iterator`.
    """

    def __init__(self, program: Program, fetches: Sequence[str], taker: str) -> None:
        self._program = program
        self._fetches = tuple(fetches)
        self._dtypes = [program.tensor(name).dtype for name in self._fetches]
        elements = program.graph.get_operation_by_name(taker).outputs
        self._elements = [tensor.name for tensor in elements]
        self._types = [tensor.dtype for tensor in elements]
        self._shapes = [tensor.shape for tensor in elements]
        iterator = op_of(program.lifted.nodes[taker].input[0])
        piece = cut(program.lifted, self._fetches, feeds=self._elements, done=[taker])
        with _tf.eager_mode():
            # An error ends the loop without results: what was stored is kept here.
            self._stored = [
                tf.raw_ops.VarHandleOp(
                    dtype=tf.variant, shape=[], shared_name=_tf.ANONYMOUS_NAME
                )
                for _ in self._fetches
            ]
            self._done = tf.raw_ops.VarHandleOp(
                dtype=tf.int32, shape=[], shared_name=_tf.ANONYMOUS_NAME
            )
            self._compute = program.build(piece)  # the loop calls it by name
            function = self._trace(piece)
        self._call = _tf.flat_caller(function)
        self._handles = [
            *program.handles([iterator, *piece.handles]), self._done, *self._stored
        ]
        self.ended = False

    def run(self, batches: int) -> tuple[list[tuple[Any, ...]], Exception | None]:
        """Computes up to `batches` batches.

        Returns:
          The values of `fetches` for each batch, NumPy arrays in their order; and what went
          wrong after those, or None. `ended` tells whether the input is at its end.
        """
        error = None
        with _tf.eager_mode():
            tf.raw_ops.AssignVariableOp(resource=self._done, value=tf.constant(0))
            try:
                self._call([*self._handles, tf.constant(batches)])
            except tf.errors.OpError as raised:
                error = raised
            done = int(tf.raw_ops.ReadVariableOp(resource=self._done, dtype=tf.int32))
            self.ended = done < batches
            columns = [
                self._column(handle, dtype, done)
                for handle, dtype in zip(self._stored, self._dtypes, strict=True)
            ]
        return list(zip(*columns, strict=True)), error

    def _column(self, handle: tf.Tensor, dtype: tf.DType, done: int) -> list[Any]:
        if not done:
            return []
        stored = tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.variant)
        of_list = {
            "input_handle": stored,
            "element_shape": tf.constant(_ANY_SHAPE),
            "element_dtype": dtype,
        }
        try:  # all at once, if they have one shape
            return list(tf.raw_ops.TensorListGather(indices=list(range(done)), **of_list).numpy())
        except tf.errors.InvalidArgumentError:
            return [
                tf.raw_ops.TensorListGetItem(index=index, **of_list).numpy()
                for index in range(done)
            ]

    def _trace(self, piece: Piece):
        count = len(piece.handles)
        signature = [tf.TensorSpec([], tf.resource)] * (2 + count + len(self._fetches))

        def compute(handles, optional):
            elements = tf.raw_ops.OptionalGetValue(
                optional=optional, output_types=self._types, output_shapes=self._shapes
            )
            given = dict(zip(self._elements, elements, strict=True))
            values = self._compute.trace([*handles, *(given[name] for name in piece.feeds)])
            named = dict(zip(piece.fetches, values, strict=True))
            return [given[name] if name in given else named[name] for name in self._fetches]

        def loop(*arguments):
            iterator, handles = arguments[0], arguments[1 : 1 + count]
            done, *stored = arguments[1 + count : -1]

            def body(i, more, *lists):
                optional = tf.raw_ops.IteratorGetNextAsOptional(
                    iterator=iterator, output_types=self._types, output_shapes=self._shapes
                )

                def store():
                    grown = [
                        tf.raw_ops.TensorListSetItem(input_handle=held, index=i, item=value)
                        for held, value in zip(lists, compute(handles, optional), strict=True)
                    ]
                    for handle, held in zip(stored, grown, strict=True):
                        tf.raw_ops.AssignVariableOp(resource=handle, value=held)
                    tf.raw_ops.AssignVariableOp(resource=done, value=i + 1)
                    return [tf.constant(True), *grown]

                more, *lists = tf.cond(
                    tf.raw_ops.OptionalHasValue(optional=optional),
                    store,
                    lambda: [tf.constant(False), *lists],
                )
                return (i + 1, more, *lists)

            reserved = [
                tf.raw_ops.TensorListReserve(
                    element_shape=_ANY_SHAPE, num_elements=arguments[-1], element_dtype=dtype
                )
                for dtype in self._dtypes
            ]
            tf.while_loop(
                lambda i, more, *_: tf.logical_and(more, i < arguments[-1]),
                body, (tf.constant(0), tf.constant(True), *reserved), parallel_iterations=1,
            )
            return tf.constant(True)

        traced = tf.function(loop, autograph=False)
        return traced.get_concrete_function(*signature, tf.TensorSpec([], tf.int32))
