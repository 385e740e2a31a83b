"""Iterators, generators, readers, queue runners: where data comes from."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.graph.cases._case import case, failure, start

v1 = tf.compat.v1
Dataset = tf.data.Dataset


def _all(session, fetch, at_most=50):
    """What `fetch` gives until the input ends, and how it ended."""
    seen = []
    while len(seen) < at_most:
        try:
            seen.append(session.run(fetch))
        except tf.errors.OutOfRangeError as error:
            return seen, error.op.name if error.op is not None else None
    return seen, "has not ended"


@case
def initializable_iterator(folder):
    limit = v1.placeholder(tf.int64, [])
    iterator = v1.data.make_initializable_iterator(Dataset.range(limit).batch(2))
    item = iterator.get_next()

    def script(session):
        seen = [failure(session.run, item)]
        for size in (3, 5):
            session.run(iterator.initializer, {limit: size})
            seen.append(_all(session, item))
        return seen

    return script


@case
def one_shot_iterator(folder):
    data = np.arange(6, dtype=np.float32)
    dataset = Dataset.from_tensor_slices({"x": data, "y": data * 2}).shuffle(6, seed=3).batch(4)
    item = v1.data.make_one_shot_iterator(dataset).get_next()
    other = v1.data.make_one_shot_iterator(dataset.map(lambda d: d["x"] + 1)).get_next()

    def script(session):
        return _all(session, item), _all(session, other)

    return script


@case
def reinitializable_iterator(folder):
    first = Dataset.range(3).map(lambda x: (x, x * x))
    second = Dataset.from_tensor_slices(([5, 6], [7, 8])).map(
        lambda x, y: (tf.cast(x, tf.int64), tf.cast(y, tf.int64))
    )
    iterator = v1.data.Iterator.from_structure(
        v1.data.get_output_types(first), v1.data.get_output_shapes(first)
    )
    item = iterator.get_next()
    inits = [iterator.make_initializer(dataset) for dataset in (first, second, first)]

    def script(session):
        return [(session.run(init), _all(session, item)) for init in inits]

    return script


@case
def feedable_iterator(folder):
    sets = [Dataset.range(3), Dataset.range(10, 12)]
    iterators = [
        v1.data.make_one_shot_iterator(sets[0]), v1.data.make_initializable_iterator(sets[1])
    ]
    handle = v1.placeholder(tf.string, [])
    item = v1.data.Iterator.from_string_handle(handle, tf.int64, []).get_next()

    def script(session):
        texts = [session.run(iterator.string_handle()) for iterator in iterators]
        session.run(iterators[1].initializer)
        seen = [session.run(item, {handle: texts[i]}) for i in (0, 1, 0, 1, 0)]
        return seen, [failure(session.run, item, {handle: text})[0] for text in texts]

    return script


@case
def from_generator(folder):
    calls = []

    def numbers(limit):
        calls.append(int(limit))
        for i in range(limit):
            yield {"i": i, "name": f"n{i}"}

    dataset = Dataset.from_generator(
        numbers, {"i": tf.int32, "name": tf.string}, {"i": [], "name": []}, args=[4]
    )
    items = [
        v1.data.make_one_shot_iterator(dataset.batch(3)),
        v1.data.make_initializable_iterator(dataset.repeat(2)),
    ]
    fetches = [iterator.get_next() for iterator in items]

    def script(session):
        session.run(items[1].initializer)
        return [_all(session, fetch) for fetch in fetches], calls

    return script


@case
def generator_that_fails(folder):
    def numbers():
        yield 1
        raise KeyError("the user's own")

    dataset = Dataset.from_generator(numbers, tf.int32, [])
    item = v1.data.make_one_shot_iterator(dataset).get_next()

    def script(session):
        return session.run(item), failure(session.run, item)

    return script


@case
def ragged_and_optional(folder):
    dataset = Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3], []])).batch(2)
    iterator = v1.data.make_initializable_iterator(dataset)
    optional = iterator.get_next_as_optional()
    more = optional.has_value()
    value = optional.get_value().to_tensor()

    def script(session):
        session.run(iterator.initializer)
        return [session.run([more, value]) for _ in range(2)], session.run(more)

    return script


@case
def seeded_dataset(folder):
    """Shuffling, random maps and interleaving draw from the graph's seed."""
    dataset = (
        Dataset.range(20).shuffle(10).map(lambda x: (x, tf.random.uniform([]))).repeat(2)
        .interleave(lambda x, u: Dataset.from_tensors((x, u)).repeat(2), cycle_length=2)
        .batch(7).prefetch(2)
    )
    iterator = v1.data.make_initializable_iterator(dataset)
    item = iterator.get_next()

    def script(session):
        session.run(iterator.initializer)
        return _all(session, item)

    return script


@case
def variable_in_dataset(folder):
    """Captured by a map function, so read anew for each element."""
    v = v1.get_variable("v", initializer=tf.constant(10, tf.int64), use_resource=True)
    options = tf.data.Options()
    options.experimental_optimization.inject_prefetch = False  # it would read ahead
    dataset = Dataset.range(4).map(lambda x: x + v).with_options(options)
    iterator = v1.data.make_initializable_iterator(dataset)
    item, grow = iterator.get_next(), v.assign_add(100)

    def script(session):
        start(session)
        session.run(iterator.initializer)
        return [(session.run(item), session.run(grow.op)) for _ in range(3)]

    return script


def _records(folder):
    folder.joinpath("a.csv").write_text("1,2.5\n2,3.5\n3,4.5\n")
    folder.joinpath("b.csv").write_text("4,5.5\n5,6.5\n")
    return [str(folder / "a.csv"), str(folder / "b.csv")]


def _run_queues(session, fetch, at_most=50):
    start(session)
    coordinator = tf.train.Coordinator()
    threads = v1.train.start_queue_runners(session, coordinator)
    try:
        return _all(session, fetch, at_most)
    finally:
        coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=600)


@case
def csv_pipeline(folder):
    files = v1.train.string_input_producer(_records(folder), num_epochs=2, shuffle=False)
    _, line = v1.TextLineReader().read(files)
    number, value = tf.io.decode_csv(line, [[0], [0.0]])
    item = v1.train.batch([number, value], 4, allow_smaller_final_batch=True)

    def script(session):
        return _run_queues(session, item)

    return script


@case
def shuffled_pipeline(folder):
    files = v1.train.string_input_producer(_records(folder), num_epochs=3, shuffle=True, seed=2)
    _, line = v1.TextLineReader(skip_header_lines=1).read(files)
    item = v1.train.shuffle_batch(
        [line], 1, capacity=20, min_after_dequeue=4, seed=5, enqueue_many=False
    )

    def script(session):
        seen, end = _run_queues(session, item)
        return sorted(text for batch in seen for text in batch.tolist()), end

    return script


@case
def slices_pipeline(folder):
    number, row = v1.train.slice_input_producer(
        [tf.range(5), tf.reshape(tf.range(10), [5, 2])], num_epochs=1, shuffle=False
    )
    item = v1.train.batch([number, row], 2)

    def script(session):
        return _run_queues(session, item)

    return script


@case
def readers(folder):
    text = folder / "text"
    text.write_bytes(b"abcdefgh")
    records = str(folder / "records")
    with tf.io.TFRecordWriter(records) as writer:
        for item in (b"r1", b"r2", b"r3"):
            writer.write(item)
    kinds = {
        "whole": (v1.WholeFileReader(), str(text)),
        "fixed": (v1.FixedLengthRecordReader(3), str(text)),
        "tfrecord": (v1.TFRecordReader(), records),
        "identity": (v1.IdentityReader(), str(text)),
    }
    queues, fetches, counts = [], [], []
    for reader, path in kinds.values():
        queue = tf.queue.FIFOQueue(2, [tf.string], [[]])
        queues += [queue.enqueue(path), queue.close()]
        fetches.append(reader.read(queue)[1])
        counts.append([reader.num_records_produced(), reader.num_work_units_completed()])
    several = kinds["tfrecord"][0].read_up_to(queue, 2)

    def script(session):
        session.run(queues[::2])
        session.run(queues[1::2])
        seen = [_all(session, fetch, 2)[0] for fetch in fetches]
        return [
            [str(text.decode()).rpartition("/")[2] for text in part] for part in seen
        ], session.run(counts), failure(session.run, several)[0]

    return script
