"""tf.contrib.training.bucket: queues that make batches of examples that belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_ENDS = (tf.errors.OutOfRangeError, tf.errors.CancelledError)


def bucket(
    tensors: Any,
    which_bucket: Any,
    batch_size: Any,
    num_buckets: int,
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[tf.Tensor, Any]:
    """Puts each example into the queue of its bucket, and gives full batches of one bucket.

    Args:
        tensors: a list or dict of the tensors of one example, dense or sparse; or one of them.
        which_bucket: an int scalar tensor in `[0, num_buckets)`.
        batch_size: of all buckets, an int or tensor, or a list with that of each.
        num_buckets: how many there are.
        num_threads: how many threads put examples into queues.
        capacity: how many batches may wait, and how many examples in each bucket.
        bucket_capacities: how many examples may wait in each bucket, if not `capacity`.
        shapes: those of an example; by default what is known of `tensors`.
        dynamic_pad: whether examples are padded to the longest of their batch.
        allow_smaller_final_batch: whether what is left in the end becomes smaller batches.
        keep_input: a bool or bool tensor: whether the example counts at all.
        shared_name: of the queues, for several sessions.
        name: of the ops.

    Returns:
        The bucket, an int32 scalar tensor, and its batch, in the structure of `tensors`.

    Raises:
        ValueError: no tensors, a list that is not one of `num_buckets`, shapes that aren't known.
    """
    sizes = list(batch_size) if isinstance(batch_size, list | tuple) else [batch_size] * num_buckets
    if len(sizes) != num_buckets:
        raise ValueError("If batch_size is a list it must have num_buckets elements")
    capacities = [capacity] * num_buckets if bucket_capacities is None else bucket_capacities
    if len(capacities) != num_buckets:
        raise ValueError(
            f"The list bucket_capacities ({bucket_capacities}) must have exactly num_buckets "
            f"({num_buckets}) elements."
        )
    with v1.name_scope(name, "bucket"):
        example = _Example(tensors)
        sizes = [_known(tf.convert_to_tensor(size, tf.int32)) for size in sizes]
        which_bucket = tf.convert_to_tensor(which_bucket, tf.int32, name="which_bucket")
        shapes = example.shapes(shapes)
        kind = v1.PaddingFIFOQueue if dynamic_pad else v1.FIFOQueue
        queues = [
            kind(
                capacities[number],
                example.dtypes,
                shapes,
                shared_name=shared_name and f"{shared_name}_{number}",
                name=f"bucket_queue_{number}",
            )
            for number in range(num_buckets)
        ]
        is_open = allow_smaller_final_batch or isinstance(batch_size, list | tuple)
        size = None if is_open or isinstance(sizes[-1], tf.Tensor) else sizes[-1]
        top = v1.PaddingFIFOQueue(  # which takes shapes that aren't known in full
            capacity,
            [tf.int32, *example.dtypes],
            [[], *(tf.TensorShape([size]).concatenate(shape) for shape in queues[0].shapes)],
            shared_name=shared_name,
            name="top_queue",
        )
        sort = _if(keep_input, lambda: _put(queues, which_bucket, example.parts))
        _add_runners(queues, top, [sort] * num_threads, _moves(queues, top, sizes,
                                                               allow_smaller_final_batch))
        _summarize(queues, top, capacity)
        number, *batch = top.dequeue(name="dequeue_top")
        return number, example.packed(batch)


class _Example:
    """The tensors of an example, sparse ones as texts; `packed` makes the same of a batch."""

    def __init__(self, tensors: Any) -> None:
        self._keys = sorted(tensors, key=str) if isinstance(tensors, Mapping) else None
        self._is_one = self._keys is None and not isinstance(tensors, list | tuple)
        given = [tensors] if self._is_one else tensors
        given = [given[key] for key in self._keys] if self._keys is not None else list(given)
        if not given:
            raise ValueError("Expected at least one tensor in bucket().")
        self._given = [
            t if isinstance(t, tf.SparseTensor) else tf.convert_to_tensor(t) for t in given
        ]
        self.parts = [
            tf.io.serialize_sparse(t) if isinstance(t, tf.SparseTensor) else t
            for t in self._given
        ]
        self.dtypes = [part.dtype for part in self.parts]

    def shapes(self, given: Any) -> list[Any]:
        return [part.shape for part in self.parts] if given is None else list(given)

    def packed(self, batch: list[tf.Tensor]) -> Any:
        made = [
            tf.io.deserialize_many_sparse(part, tensor.dtype, tensor.shape.rank)
            if isinstance(tensor, tf.SparseTensor)
            else part
            for part, tensor in zip(batch, self._given, strict=True)
        ]
        if self._keys is not None:
            return dict(zip(self._keys, made, strict=True))
        return made[0] if len(made) == 1 else made


def _known(tensor: tf.Tensor) -> Any:
    value = tf.get_static_value(tensor)
    return tensor if value is None else int(value)


def _if(condition: Any, act: Callable[[], Any]) -> tf.Operation:
    """The op of `act`, which runs where `condition` holds."""
    known = condition if isinstance(condition, bool) else tf.get_static_value(condition)
    if known is None:
        return v1.cond(condition, lambda: tf.group(act()), tf.no_op)
    return act() if known else tf.no_op()


def _put(queues: list[Any], which: tf.Tensor, parts: list[tf.Tensor]) -> tf.Operation:
    """Puts an example into the queue `which`."""
    puts = [
        v1.cond(tf.equal(which, number), lambda queue=queue: queue.enqueue(parts), tf.no_op)
        for number, queue in enumerate(queues)
    ]
    return tf.group(*puts, name="group_enqueues")


def _moves(queues: list[Any], top: Any, sizes: list[Any], smaller: bool) -> list[tf.Operation]:
    """The ops that move a batch from each bucket to the top."""
    moves = []
    for number, (queue, size) in enumerate(zip(queues, sizes, strict=True)):
        take = queue.dequeue_up_to if smaller else queue.dequeue_many
        batch = take(size, name=f"read_bucket_{number}")
        batch = list(batch) if isinstance(batch, list | tuple) else [batch]
        moves.append(top.enqueue([tf.constant(number), *batch], name=f"enqueue_{number}"))
    return moves


def _add_runners(queues: list[Any], top: Any, sorting: list[Any], moves: list[Any]) -> None:
    """Adds the threads that fill the queues."""
    v1.train.add_queue_runner(
        v1.train.QueueRunner(
            queues[0], moves, top.close(), top.close(True), queue_closed_exception_types=_ENDS
        )
    )
    v1.train.add_queue_runner(
        v1.train.QueueRunner(
            top,
            sorting,
            tf.group(*[queue.close() for queue in queues]),
            tf.group(*[queue.close(cancel_pending_enqueues=True) for queue in queues]),
            queue_closed_exception_types=_ENDS,
        )
    )


def _summarize(queues: list[Any], top: Any, capacity: int) -> None:
    size = tf.cast(top.size(), tf.float32)
    for queue in queues:
        v1.summary.scalar(f"bucket/{queue.name}/size", size)
    v1.summary.scalar(f"bucket/{top.name}/fraction_of_{capacity}_full", size * (1 / capacity))


def bucket_by_sequence_length(
    input_length: Any,
    tensors: Any,
    batch_size: Any,
    bucket_boundaries: Sequence[int],
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[tf.Tensor, Any]:
    """`bucket` by the length of an example.

    Args:
        input_length: the length, an int scalar tensor.
        tensors: as `bucket` takes them.
        batch_size: of all buckets, or a list with that of each.
        bucket_boundaries: increasing lengths; a bucket holds those from one up to the next, two
            more hold shorter and longer ones.
        num_threads, capacity, bucket_capacities, shapes: see `bucket`.
        dynamic_pad, allow_smaller_final_batch, keep_input, shared_name, name: see `bucket`.

    Returns:
        The lengths of the batch's examples, an int32 tensor `[batch]`, and the batch, in the
        structure of `tensors`.

    Raises:
        TypeError: `bucket_boundaries` is no list or tuple, or not of ints.
        ValueError: it is empty or doesn't increase, or a list isn't one longer; see `bucket`.
    """
    if not isinstance(bucket_boundaries, list | tuple):
        raise TypeError(
            f"bucket_boundaries must be a list or tuple, but received: {bucket_boundaries}"
        )
    if not bucket_boundaries:
        raise ValueError("bucket_boundaries must not be empty")
    for before, after in zip(bucket_boundaries, bucket_boundaries[1:], strict=False):
        if not isinstance(before, int) or not isinstance(after, int):
            raise TypeError(f"bucket boundaries must be integers, but saw: {before} and {after}")
        if before >= after:
            raise ValueError(
                "Buckets must contain sequential increasing lengths, but saw: "
                f"{before} before {after}"
            )
    with v1.name_scope(name, "bucket_by_sequence_length"):
        length = tf.convert_to_tensor(input_length, tf.int32)
        passed = tf.cast(tf.constant(bucket_boundaries, tf.int32) <= length, tf.int32)
        is_dict = isinstance(tensors, Mapping)
        keys = sorted(tensors, key=str) if is_dict else []
        given = [tensors[key] for key in keys] if is_dict else list(tensors)
        if shapes is not None:
            shapes = [[], *shapes]
        _, (lengths, *batch) = bucket(
            [length, *given],
            tf.reduce_sum(passed),
            batch_size,
            len(bucket_boundaries) + 1,
            num_threads,
            capacity,
            bucket_capacities,
            shapes,
            dynamic_pad,
            allow_smaller_final_batch,
            keep_input,
            shared_name,
        )
    if len(keys) == 1:  # a list of one, as TensorFlow 1.15 had it
        return lengths, {keys[0]: batch}
    return lengths, dict(zip(keys, batch, strict=True)) if is_dict else batch
