"""tf.contrib.learn.io: batches of examples from files, through TensorFlow 1's queues."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def read_keyed_batch_examples(
    file_pattern: str | Sequence[str],
    batch_size: int,
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    num_threads: int = 1,
    read_batch_size: int = 1,
    parse_fn: Callable[[Any], Any] | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> tuple[Any, Any]:
    """Adds to the graph what reads examples from files, and makes batches of them.

    Args:
        file_pattern: files to read, or patterns of them.
        batch_size: how many examples a batch has; the last one may have fewer.
        reader: makes a reader, such as the class `tf.TFRecordReader`.
        randomize_input: whether files and examples are shuffled.
        num_epochs: how often the files are read; None for endlessly. A number is kept in a
            local variable.
        queue_capacity: how many examples wait.
        num_threads: how many threads read.
        read_batch_size: how many examples one of them reads at once.
        parse_fn: changes an example, or `read_batch_size` of them, before they wait.
        name: of the ops.
        seed: for shuffling.

    Returns:
        Keys and examples, strings `[batch_size]`; or what `parse_fn` made of examples.

    Raises:
        ValueError: no file, or a number out of its range.
    """
    files = _files(file_pattern)
    if batch_size is None or not 0 < batch_size < queue_capacity:
        raise ValueError(
            f"Invalid batch_size {batch_size}, with queue_capacity {queue_capacity}."
        )
    for what, number in (
        ("num_threads", num_threads), ("read_batch_size", read_batch_size),
        ("num_epochs", num_epochs),
    ):
        if number is not None and number < 1:
            raise ValueError(f"Invalid {what} {number}.")
    with v1.name_scope(name, "read_batch_examples", [file_pattern]) as scope:
        queue = v1.train.string_input_producer(
            files, num_epochs, randomize_input, seed, name="file_name_queue"
        )
        read = [_read(reader(), queue, read_batch_size, parse_fn) for _ in range(num_threads)]
        settings = {
            "capacity": queue_capacity,
            "enqueue_many": read_batch_size > 1,
            "allow_smaller_final_batch": num_epochs is not None,
            "name": scope,
        }
        if randomize_input:
            waiting = max(queue_capacity - 3 * batch_size, batch_size)
            return v1.train.shuffle_batch_join(
                read, batch_size, min_after_dequeue=waiting, seed=seed, **settings
            )
        return v1.train.batch_join(read, batch_size, **settings)


def _files(pattern: str | Sequence[str]) -> list[str]:
    patterns = [pattern] if isinstance(pattern, str) else pattern
    files = sorted({file for one in patterns for file in tf.io.gfile.glob(one)})
    if not files:
        raise ValueError(f"No files match {pattern}.")
    return files


def _read(reader: Any, queue: Any, size: int, parse_fn: Callable[[Any], Any] | None) -> tuple:
    keys, examples = reader.read_up_to(queue, size) if size > 1 else reader.read(queue)
    return keys, examples if parse_fn is None else parse_fn(examples)


def read_batch_examples(
    file_pattern: str | Sequence[str],
    batch_size: int,
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    num_threads: int = 1,
    read_batch_size: int = 1,
    parse_fn: Callable[[Any], Any] | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """`read_keyed_batch_examples` without the keys."""
    return read_keyed_batch_examples(
        file_pattern, batch_size, reader, randomize_input, num_epochs, queue_capacity, num_threads,
        read_batch_size, parse_fn, name, seed,
    )[1]


def read_keyed_batch_features(
    file_pattern: str | Sequence[str],
    batch_size: int,
    features: Mapping[str, Any],
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    reader_num_threads: int = 1,
    feature_queue_capacity: int = 100,
    num_enqueue_threads: int = 2,
    parse_fn: Callable[[Any], Any] | None = None,
    name: str | None = None,
    read_batch_size: int | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Reads examples as `read_keyed_batch_examples` does, and takes features out of them.

    Args:
        features: what to take, as `tf.parse_example` has it.
        feature_queue_capacity, num_enqueue_threads: nothing waits once it is parsed.
        read_batch_size: `batch_size` by default.
        file_pattern, batch_size, reader, randomize_input, num_epochs, queue_capacity, parse_fn,
            name: see there.
        reader_num_threads: how many threads read.

    Returns:
        Keys, strings `[batch_size]`, and features by name.

    Raises:
        ValueError: no file, or a number out of its range.
    """
    with v1.name_scope(name, "read_batch_features", [file_pattern]):
        keys, examples = read_keyed_batch_examples(
            file_pattern, batch_size, reader, randomize_input, num_epochs, queue_capacity,
            reader_num_threads, batch_size if read_batch_size is None else read_batch_size,
            parse_fn,
        )
        return keys, v1.parse_example(examples, features)


def read_batch_features(
    file_pattern: str | Sequence[str],
    batch_size: int,
    features: Mapping[str, Any],
    reader: Callable[[], Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    feature_queue_capacity: int = 100,
    reader_num_threads: int = 1,
    num_enqueue_threads: int = 2,
    parse_fn: Callable[[Any], Any] | None = None,
    name: str | None = None,
    read_batch_size: int | None = None,
) -> dict[str, Any]:
    """`read_keyed_batch_features` without the keys."""
    return read_keyed_batch_features(
        file_pattern, batch_size, features, reader, randomize_input, num_epochs, queue_capacity,
        reader_num_threads, feature_queue_capacity, num_enqueue_threads, parse_fn, name,
        read_batch_size,
    )[1]


def read_batch_record_features(
    file_pattern: str | Sequence[str],
    batch_size: int,
    features: Mapping[str, Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    reader_num_threads: int = 1,
    name: str = "dequeue_record_examples",
) -> dict[str, Any]:
    """`read_batch_features` of TFRecord files."""
    return read_batch_features(
        file_pattern, batch_size, features, v1.TFRecordReader, randomize_input, num_epochs,
        queue_capacity, reader_num_threads=reader_num_threads, name=name,
    )
