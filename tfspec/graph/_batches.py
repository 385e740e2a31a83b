"""The outputs of many batches in one call.

Where a computation takes its input from dataset iterators, a loop stores what comes out of
batch after batch, until there is no more or enough. The stored batches stay tensors of their
own, since their shapes may differ.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._call import Call
from tfspec.graph._cut import closure, cut, op_of
from tfspec.graph._flatten import LOWERING
from tfspec.graph._program import Program
from tfspec.graph._variables import Kept, Order
from tfspec.graph._writer import Called, Writer

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
        handles = [kept.handle for kept in (self._order, self._done, *self._stored)]
        handles += program.handles(piece.handles)
        with _tf.eager_mode():
            names = self._write([piece.fetches.index(name) for name in self._fetches], handles)
        self._call = Call(names[0], handles, [], small)
        for name in names:
            weakref.finalize(self._call, _tf.forget_function, name)
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

    def collect(self) -> Callable[[], list[tuple[Any, ...]]]:
        """Takes what a run stored; `ended` tells whether the input is at its end.

        Returns:
          A function that returns the values of `fetches` for each batch computed, NumPy arrays in
          their order. It may be called while the next run is under way.
        """
        with _tf.eager_mode():
            done = int(self._done.read())
            stored = [kept.read() for kept in self._stored]
        self.ended = done < self._batches
        return functools.partial(self._values, stored, done)

    def _values(self, stored: Sequence[tf.Tensor], done: int) -> list[tuple[Any, ...]]:
        if not done:
            return []
        with _tf.eager_mode():
            columns = [
                _column(handle, dtype, done)
                for handle, dtype in zip(stored, self._dtypes, strict=True)
            ]
        return list(zip(*columns, strict=True))

    def _write(self, places: Sequence[int], handles: Sequence[tf.Tensor]) -> list[str]:
        """Writes the loop; returns its name, and those of its functions.

        Args:
          places: of what is stored, among what a batch computes.
          handles: what the loop takes: order, count of batches done, lists, then the state.
        """
        state, lists = [tf.resource] * len(handles), [tf.variant] * len(self._dtypes)
        carried = [tf.int32, tf.int32, *lists, *state]
        loop = Writer("batches", state)
        (batches,) = self._order.read(loop, loop.arguments[0])
        any_shape = loop.constant(_ANY_SHAPE)
        reserved = [
            loop.add(
                "TensorListReserve", [any_shape, batches], element_dtype=dtype,
                shape_type=tf.int32,
            ).output
            for dtype in self._dtypes
        ]
        more, body = Writer("more", carried), Writer("batch", carried)
        less = more.add("Less", more.arguments[:2], T=tf.int32).output
        i, count, *rest = body.arguments
        held, state_inside = rest[:len(lists)], rest[len(lists):]
        done, *stored = state_inside[1:2 + len(lists)]
        call = self._compute.write(body, state_inside[2 + len(lists):])
        grown = [
            body.add(
                "TensorListSetItem", [one, i, call.outputs[place]], [call], element_dtype=dtype
            ).output
            for one, place, dtype in zip(held, places, self._dtypes, strict=True)
        ]
        keeps = [
            kept.write(body, handle, one)
            for kept, handle, one in zip(self._stored, stored, grown, strict=True)
        ]
        following = body.add("AddV2", [i, body.constant(1)], T=tf.int32).output
        counted = self._done.write(body, done, following, [*keeps, call])
        results = [following, count, *grown, *state_inside]
        names = [more.define([less], [tf.bool], []), body.define(results, carried, [counted])]
        node = loop.add(
            "While", [loop.constant(0), batches, *reserved, *loop.arguments], name="while",
            T=carried, cond=Called(names[0]), body=Called(names[1]), parallel_iterations=1,
            **{LOWERING: True},
        )
        return [loop.define([], [], [node]), *names]


def _column(stored: tf.Tensor, dtype: tf.DType, done: int) -> list[Any]:
    """The arrays in a list of tensors."""
    of_list = {
        "input_handle": stored,
        "element_shape": tf.constant(_ANY_SHAPE),
        "element_dtype": dtype,
    }
    try:  # all at once, if they have one shape
        return list(tf.raw_ops.TensorListGather(indices=list(range(done)), **of_list).numpy())
    except tf.errors.InvalidArgumentError:
        return [
            tf.raw_ops.TensorListGetItem(index=index, **of_list).numpy() for index in range(done)
        ]
