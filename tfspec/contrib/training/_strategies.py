"""tf.contrib.training: which parameter server an op goes to, for `replica_device_setter`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import tensorflow as tf


class RandomStrategy:
    """Chooses by a hash of the op's name, the same in each run.

    Args:
        num_ps_tasks: how many there are.
        seed: for another choice.
    """

    def __init__(self, num_ps_tasks: int, seed: int = 0) -> None:
        self._tasks, self._seed = num_ps_tasks, seed

    def __call__(self, op: tf.Operation) -> int:
        """The number of a task."""
        digest = hashlib.md5(f"{op.name}_{self._seed}".encode()).hexdigest()
        return int(digest, 16) % self._tasks


class GreedyLoadBalancingStrategy:
    """Chooses the task with the least load so far.

    Args:
        num_tasks: how many there are.
        load_fn: of an op, the load that it brings.
    """

    def __init__(self, num_tasks: int, load_fn: Callable[[tf.Operation], float]) -> None:
        self._load_fn = load_fn
        self._loads = np.zeros(num_tasks)

    def __call__(self, op: tf.Operation) -> int:
        """The number of a task, whose load grows by the op's."""
        task = int(np.argmin(self._loads))
        self._loads[task] += self._load_fn(op)
        return task


def byte_size_load_fn(op: tf.Operation) -> int:
    """The size of what an op, such as a variable's, puts out, in bytes.

    Raises:
        ValueError: not one output, or one of unknown shape.
    """
    if len(op.outputs) != 1:
        raise ValueError(f"Op {op} must have a single output")
    (output,) = op.outputs
    shape = output.shape
    dtype = output.dtype
    if op.type == "VarHandleOp":  # whose output is a handle
        shape, dtype = tf.TensorShape(op.get_attr("shape")), op.get_attr("dtype")
    elif not shape.is_fully_defined():  # older scalar variables
        shape = tf.TensorShape(op.get_attr("shape"))
    shape.assert_is_fully_defined()
    return shape.num_elements() * dtype.size
