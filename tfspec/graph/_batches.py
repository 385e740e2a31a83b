"""The outputs of many batches in one call.

Where a computation takes its input from dataset iterators, a loop stores what comes out of
batch after batch, until there is no more or enough. The stored batches stay tensors of their
own, since their shapes may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._call import Call
from tfspec.graph._cut import Piece, closure, cut, op_of
from tfspec.graph._program import Program
from tfspec.graph._variables import Kept, Order

_ANY_SHAPE = -1
_PYTHON = ("PyFunc", "EagerPyFunc", "PyFuncStateless")


def takes_batches(program: Program, fetches: Sequence[str]) -> bool:
    """Whether `fetches` get all their input from dataset iterators, so that it has an end."""
    lifted = program.lifted
    needed = [lifted.nodes[name].op for name in closure(lifted, map(op_of, fetches))]
    return "IteratorGetNext" in needed and not any("Dequeue" in op for op in needed)


def asks_python(program: Program) -> bool:
    """Whether a program calls Python functions, as a dataset from a generator does.

    Those may see, or wait for, what becomes of the batch before: none may be taken ahead of time.
    """
    lifted = program.lifted
    bodies = (function.node_def for function in lifted.functions.values())
    return any(
        node.op in _PYTHON for nodes in (lifted.nodes.values(), *bodies) for node in nodes
    )


class BatchLoop:
    """A computation over dataset iterators, compiled into a loop that keeps its outputs.

    `prepare`, `compute` and `collect` follow one another, for each run; the second may be called
    by another thread, which holds Python's lock for hardly any of that time.

    Args:
      program: the program.
      fetches: what to return of each batch, tensors `op:index`; see `takes_batches`.
    """

    def __init__(self, program: Program, fetches: Sequence[str]) -> None:
        self._program = program
        self._fetches = tuple(fetches)
        self._dtypes = [program.tensor(name).dtype for name in self._fetches]
        piece = cut(program.lifted, self._fetches)
        # An error, or the input's end, ends the loop without results: what was stored is kept.
        self._stored = [Kept(tf.variant, []) for _ in self._fetches]
        self._done = Kept(tf.int32, [])
        self._order = Order(1)
        small = program.is_small([node.name for node in piece.graph_def.node])
        self._compute = program.build(piece, optimized=small)  # the loop calls it by name
        with _tf.eager_mode():
            self._function = self._trace(piece)
        handles = [kept.handle for kept in (self._order, self._done, *self._stored)]
        self._call = Call(
            tf.compat.as_str(self._function.name),
            [*handles, *program.handles(piece.handles)],
            [tf.bool],
            small,
        )
        self.ended = False

    def prepare(self, batches: int) -> None:
        """Says how many batches to compute at most."""
        self._batches = batches
        with _tf.eager_mode():
            self._done.reset(tf.constant(0))
            self._order.write([batches])

    def compute(self) -> Exception | None:
        """Computes batches; returns what went wrong after those that succeeded, or None."""
        with _tf.eager_mode():
            try:
                self._call()
            except tf.errors.OutOfRangeError:
                pass
            except tf.errors.OpError as raised:
                return raised
        return None

    def collect(self) -> list[tuple[Any, ...]]:
        """The values of `fetches` for each batch computed, NumPy arrays in their order.

        `ended` tells whether the input is at its end.
        """
        with _tf.eager_mode():
            done = int(self._done.read())
            self.ended = done < self._batches
            columns = [
                self._column(stored, dtype, done)
                for stored, dtype in zip(self._stored, self._dtypes, strict=True)
            ]
        return list(zip(*columns, strict=True))

    def _column(self, stored: Kept, dtype: tf.DType, done: int) -> list[Any]:
        if not done:
            return []
        of_list = {
            "input_handle": stored.read(),
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
        first = 2 + len(self._stored)

        def loop(*arguments):
            order, done, *stored = arguments[:first]
            (batches,) = self._order.read(order)

            def body(i, *lists):
                values = self._compute.trace(arguments[first:])
                named = dict(zip(piece.fetches, values, strict=True))
                grown = [
                    tf.raw_ops.TensorListSetItem(input_handle=held, index=i, item=named[name])
                    for held, name in zip(lists, self._fetches, strict=True)
                ]
                for kept, handle, held in zip(self._stored, stored, grown, strict=True):
                    kept.write(handle, held)
                with tf.control_dependencies(grown):
                    self._done.write(done, i + 1)
                return (i + 1, *grown)

            reserved = [
                tf.raw_ops.TensorListReserve(
                    element_shape=_ANY_SHAPE, num_elements=batches, element_dtype=dtype
                )
                for dtype in self._dtypes
            ]
            tf.while_loop(
                lambda i, *_: i < batches, body, (tf.constant(0), *reserved),
                parallel_iterations=1,
            )
            return tf.constant(True)

        signature = [tf.TensorSpec([], tf.resource)] * (first + len(piece.handles))
        return tf.function(loop, autograph=False).get_concrete_function(*signature)
