"""Variables of the engine's own, by which a compiled loop is told things and tells some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._writer import Node, Writer


class Order:
    """A variable that tells a loop how many steps to run, and what with the last one.

    Args:
      size: how many numbers it holds.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._written: list[int] | None = None
        self.handle = _variable(tf.int32, [size])

    def write(self, order: Sequence[int]) -> None:
        """Sets the numbers; to be called while executing eagerly."""
        order = list(map(int, order))
        if order != self._written:
            tf.raw_ops.AssignVariableOp(resource=self.handle, value=tf.constant(order, tf.int32))
            self._written = order

    def read(self, writer: Writer, handle: str) -> list[str]:
        """In a function being written: the numbers, int32 scalars."""
        order = writer.add("ReadVariableOp", [handle], dtype=tf.int32)
        return list(
            writer.add("Unpack", [order.output], T=tf.int32, num=self._size, axis=0).outputs
        )


class Kept:
    """A variable that keeps a value where an error can't take it away.

    Args:
      dtype: of the value.
      shape: of the value, as far as it is known.
    """

    def __init__(self, dtype: tf.DType, shape: Any) -> None:
        self._dtype = dtype
        self.handle = _variable(dtype, shape)

    def write(
        self, writer: Writer, handle: str, value: str, after: Iterable[Node] = ()
    ) -> Node:
        """In a function being written: keeps a value, once some nodes have run."""
        return writer.add("AssignVariableOp", [handle, value], after, dtype=self._dtype)

    def reset(self, value: tf.Tensor) -> None:
        """Keeps a value, an eager tensor; to be called while executing eagerly."""
        tf.raw_ops.AssignVariableOp(resource=self.handle, value=value)

    def read(self) -> tf.Tensor | None:
        """The value kept last, an eager tensor, or None."""
        with _tf.eager_mode():
            if not tf.raw_ops.VarIsInitializedOp(resource=self.handle):
                return None
            return tf.raw_ops.ReadVariableOp(resource=self.handle, dtype=self._dtype)


def _variable(dtype: tf.DType, shape: Any) -> tf.Tensor:
    with _tf.eager_mode():
        return tf.raw_ops.VarHandleOp(dtype=dtype, shape=shape, shared_name=_tf.ANONYMOUS_NAME)
