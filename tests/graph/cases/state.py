"""Variables, tables, queues, accumulators, summary writers: what lives on between runs."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from tests.graph.cases._case import case, failure, start

v1 = tf.compat.v1


@case
def assignments(folder):
    v = v1.get_variable("v", initializer=[1.0, 2.0])
    plus, minus = v1.assign_add(v, [1.0, 1.0]), v1.assign_sub(v, [0.5, 0.5])
    anew = v1.assign(v, [7.0, 8.0])

    def script(session):
        start(session)
        seen = [session.run(item) for item in (v, plus, minus, v, anew, v)]
        v.load([3.0, 4.0], session)
        return [*seen, v.eval(session), session.run(v.read_value())]

    return script


@case
def scatters(folder):
    v = v1.get_variable("v", initializer=tf.zeros([4, 2]))
    rows = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    slices = tf.IndexedSlices(rows, [1, 1], [4, 2])
    ops = [
        v1.scatter_update(v, [0, 2], rows),
        v1.scatter_add(v, [1, 1], rows),
        v1.scatter_sub(v, [3, 0], rows),
        v1.scatter_mul(v, [0, 0], rows),
        v1.scatter_nd_update(v, [[3]], [[9.0, 9.0]]),
        v.scatter_add(slices),
        v1.scatter_max(v, [0], [[50.0, -50.0]]),
    ]

    def script(session):
        start(session)
        return [(session.run(op) is None, session.run(v)) for op in ops]

    return script


@case
def kinds_of_variables(folder):
    """Of every dtype, of unknown shape, local, of the classes of TF1 and TF2."""
    dtypes = (tf.float64, tf.float16, tf.bfloat16, tf.int32, tf.int64, tf.uint8, tf.complex64)
    made = [v1.get_variable(f"v{t.name}", initializer=tf.cast([1, 2], t)) for t in dtypes]
    made += [
        v1.get_variable("text", initializer=["a", "b"]),
        v1.get_variable("flag", initializer=True),
        v1.get_variable("local", initializer=1.5, collections=[v1.GraphKeys.LOCAL_VARIABLES]),
        tf.Variable([1.0, 2.0], name="tf2"),
        v1.Variable(3, use_resource=False, name="tf1"),
    ]
    loose = v1.Variable([1.0], validate_shape=False, name="loose", shape=tf.TensorShape(None))
    grown = v1.assign(loose, [[1.0, 2.0], [3.0, 4.0]], validate_shape=False)

    def script(session):
        start(session)
        before = session.run([*made, loose])
        session.run(grown.op)
        return before, session.run([loose, *made])

    return script


@case
def uninitialized(folder):
    v, w = v1.get_variable("v", initializer=1.0), v1.get_variable("w", initializer=2.0)
    missing = v1.report_uninitialized_variables()
    ready = v1.is_variable_initialized(v)

    def script(session):
        before = session.run([missing, ready])
        kind, _ = failure(session.run, v)
        session.run(v.initializer)
        return before, kind, session.run([missing, ready, v]), failure(session.run, w)[0]

    return script


@case
def initialized_in_a_branch(folder):
    """A variable to which one branch of two gives its first value, in both control flows."""
    v = v1.get_variable("v", [2], initializer=v1.zeros_initializer(), use_resource=True)
    wanted = v1.placeholder_with_default(False, [])
    branches = lambda: tf.identity(v.assign([3.0, 4.0])), lambda: tf.zeros([2])
    made = [choose(wanted, *branches) for choose in (tf.cond, _old_cond)]

    def script(session):
        outcome = []
        for value in made:
            outcome += [session.run(value), failure(session.run, v)[0]]
        for value in made:
            outcome += [session.run(value, {wanted: True}), session.run([v, value])]
        return outcome

    return script


def _old_cond(*arguments):
    """`tf.cond` made of the ops of TF1's control flow."""
    enabled = v1.control_flow_v2_enabled()
    v1.disable_control_flow_v2()
    try:
        return v1.cond(*arguments)
    finally:
        if enabled:
            v1.enable_control_flow_v2()


@case
def partitioned(folder):
    with v1.variable_scope("s", partitioner=v1.fixed_size_partitioner(3)):
        v = v1.get_variable("v", [7, 2], initializer=v1.glorot_uniform_initializer())
    whole = tf.convert_to_tensor(v)
    looked_up = v1.nn.embedding_lookup(v, [0, 6, 3], partition_strategy="div")
    gradient = tf.gradients(tf.reduce_sum(looked_up**2), list(v))
    step = v1.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_sum(looked_up**2))

    def script(session):
        start(session)
        before = session.run([whole, looked_up])
        dense = [item for item in gradient if item is not None]
        return before, session.run(dense), session.run(step), session.run(whole)

    return script


@case
def optimizer_slots(folder):
    v = v1.get_variable("v", initializer=[1.0, -2.0, 3.0])
    loss = tf.reduce_sum(tf.gather(v, [0, 2, 0]) ** 2)
    steps = [
        v1.train.AdamOptimizer(0.1).minimize(loss),
        v1.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True).minimize(loss),
        v1.train.AdagradOptimizer(0.1).minimize(loss),
        v1.train.RMSPropOptimizer(0.1, centered=True).minimize(loss),
        v1.train.FtrlOptimizer(0.1, l1_regularization_strength=0.1).minimize(loss),
    ]

    def script(session):
        start(session)
        return [[(session.run(step), session.run([loss, v])) for _ in range(2)] for step in steps]

    return script


@case
def moving_averages(folder):
    step = v1.train.get_or_create_global_step()
    v = v1.get_variable("v", initializer=1.0)
    averages = tf.train.ExponentialMovingAverage(0.9, num_updates=step)
    with tf.control_dependencies([v1.assign_add(v, 1.0), v1.assign_add(step, 1)]):
        update = averages.apply([v])

    def script(session):
        start(session)
        return [(session.run(update), session.run(averages.average(v))) for _ in range(3)]

    return script


@case
def metrics(folder):
    values = v1.placeholder(tf.float32, [None])
    labels = tf.cast(values > 0.5, tf.int64)
    pairs = [
        v1.metrics.mean(values),
        v1.metrics.accuracy(labels, tf.ones_like(labels)),
        v1.metrics.auc(labels, values),
        v1.metrics.precision_at_thresholds(labels, values, [0.3, 0.6]),
    ]

    def script(session):
        start(session)
        results, updates = zip(*pairs, strict=True)
        return [
            (session.run(updates, {values: fed}), session.run(results))
            for fed in ([0.1, 0.9], [0.7], [0.2, 0.55, 1])
        ]

    return script


@case
def batch_normalization(folder):
    x = v1.placeholder_with_default(tf.reshape(tf.range(12.0), [6, 2]), [None, 2])
    training = v1.placeholder_with_default(True, [])
    y = v1.layers.batch_normalization(x, training=training, momentum=0.5)
    updates = v1.get_collection(v1.GraphKeys.UPDATE_OPS)
    with tf.control_dependencies(updates):
        loss = tf.reduce_sum(y)

    def script(session):
        start(session)
        seen = session.run(loss), session.run([y, *v1.global_variables()])
        return len(updates), seen, session.run(y, {training: False})

    return script


def _file(folder: Path, name: str, lines: list[str]) -> str:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


@case
def static_tables(folder):
    lookup = tf.lookup
    pairs = lookup.KeyValueTensorInitializer(["a", "b"], [1, 2], tf.string, tf.int64)
    table = lookup.StaticHashTable(pairs, -1)
    words = _file(folder, "words", ["x", "y", "z"])
    buckets = lookup.StaticVocabularyTable(
        lookup.TextFileInitializer(
            words, tf.string, lookup.TextFileIndex.WHOLE_LINE, tf.int64,
            lookup.TextFileIndex.LINE_NUMBER,
        ),
        num_oov_buckets=3,
    )
    keys = tf.constant(["b", "z", "x", "unknown", "a"])
    found = table.lookup(keys), buckets.lookup(keys), table.size(), buckets.size()

    def script(session):
        return failure(session.run, found[0]), start(session), session.run(found)

    return script


@case
def index_tables(folder):
    """TF1's tables by their old names, two of them over one file."""
    from tensorflow.python.ops import lookup_ops

    words = _file(folder, "words", ["x", "y", "z"])
    tables = [
        lookup_ops.index_table_from_file(words, num_oov_buckets=2),
        lookup_ops.index_table_from_file(words, default_value=-7),
        lookup_ops.index_table_from_tensor(["z", "x"], default_value=9),
    ]
    back = lookup_ops.index_to_string_table_from_file(words, default_value="?")
    keys = tf.constant([["x", "zz"], ["z", "y"]])
    found = [table.lookup(keys) for table in tables]
    sparse = tables[0].lookup(tf.sparse.from_dense(keys))
    texts = back.lookup(tf.constant([2, 0, 5], tf.int64))

    def script(session):
        start(session)
        return session.run([found, sparse, texts])

    return script


@case
def mutable_tables(folder):
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.float32, [0.0, 0.0])
    dense = tf.lookup.experimental.DenseHashTable(
        tf.int64, tf.int64, -1, empty_key=-1, deleted_key=-2
    )
    put = [
        table.insert(["a", "b"], [[1.0, 2.0], [3.0, 4.0]]),
        dense.insert(tf.constant([5, 6], tf.int64), tf.constant([50, 60], tf.int64)),
    ]
    drop = table.remove(tf.constant(["a"])), dense.erase(tf.constant([5], tf.int64))
    seen = [
        table.lookup(tf.constant(["a", "b", "c"])), table.size(),
        dense.lookup(tf.constant([5, 6, 7], tf.int64)), dense.size(),
    ]
    exported = table.export()

    def script(session):
        return [
            session.run(seen), session.run(put), session.run(seen), session.run(drop),
            session.run(seen), session.run(exported),
        ]

    return script


@case
def table_in_dataset(folder):
    """A table that the functions of a dataset capture."""
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2], tf.string, tf.int64), -1
    )
    words = tf.data.Dataset.from_tensor_slices(["b", "a", "c"]).map(table.lookup)
    iterator = v1.data.make_initializable_iterator(words)
    item = iterator.get_next()

    def script(session):
        start(session)
        session.run(iterator.initializer)
        return [session.run(item) for _ in range(3)], failure(session.run, item)

    return script


@case
def queues(folder):
    shape = [[2]]
    kinds = [
        tf.queue.FIFOQueue(10, [tf.float32], shape),
        tf.queue.PaddingFIFOQueue(10, [tf.float32], [[None]]),
        tf.queue.PriorityQueue(10, [tf.float32], shape),
    ]
    rows = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    ranks = tf.constant([3, 1, 2], tf.int64)
    fill = [
        queue.enqueue_many((ranks, rows) if queue is kinds[2] else rows) for queue in kinds
    ]
    takes = [queue.dequeue() for queue in kinds]
    takes_two = [queue.dequeue_many(2) for queue in kinds]
    sizes = [queue.size() for queue in kinds]
    closes = [queue.close() for queue in kinds]

    def script(session):
        seen = session.run(sizes), session.run(fill), session.run(sizes)
        first = session.run(takes)
        session.run(closes)
        rest = session.run(takes_two)
        return seen, first, rest, [failure(session.run, take) for take in takes]

    return script


@case
def random_shuffle_queue(folder):
    queue = tf.queue.RandomShuffleQueue(20, 0, [tf.int32], [[]], seed=4)
    fill, take = queue.enqueue_many([tf.range(12)]), queue.dequeue()
    two = queue.dequeue_up_to(5)

    def script(session):
        session.run(fill)
        return [session.run(take) for _ in range(3)], session.run(two), session.run(queue.size())

    return script


@case
def accumulators(folder):
    """What synchronous training and gradient accumulation kept their gradients in."""
    dense = v1.ConditionalAccumulator(tf.float32, [2], shared_name="dense")
    step = v1.placeholder(tf.int64, [])
    put = dense.apply_grad([1.0, 3.0], step)
    count = dense.num_accumulated()
    mean = dense.take_grad(2)

    def script(session):
        session.run(put, {step: 0})
        session.run(put, {step: 1})
        return session.run(count), session.run(mean), session.run(count)

    return script


@case
def staged_values(folder):
    """State that is found by its name alone, without a handle."""
    put = tf.raw_ops.Stage(values=[tf.range(3)], shared_name="stage")
    take = tf.raw_ops.Unstage(dtypes=[tf.int32], shared_name="stage")
    size = tf.raw_ops.StageSize(dtypes=[tf.int32], shared_name="stage")

    def script(session):
        return session.run([put, put]), session.run(size), session.run(take), session.run(size)

    return script


@case
def summary_writer(folder):
    """TF2's summaries written from a graph, and TF1's as bytes."""
    step = v1.train.get_or_create_global_step()
    writer = tf.summary.create_file_writer(str(folder / "events"))
    with writer.as_default(step=step):
        tf.summary.write("twice", tf.cast(step, tf.float32) * 2)
    written = v1.summary.all_v2_summary_ops()
    old = v1.summary.merge([
        v1.summary.scalar("half", tf.cast(step, tf.float32) / 2),
        v1.summary.histogram("bins", [1.0, 2.0, 2.0]),
    ])
    advance, flush = v1.assign_add(step, 1), writer.flush()

    def script(session):
        start(session)
        session.run(writer.init())
        texts = [
            (session.run([written, old])[1], session.run(advance)) for _ in range(3)
        ]
        session.run(flush)
        session.run(writer.close())
        events = [
            (event.step, value.tag, float(tf.make_ndarray(value.tensor)))
            for path in sorted((folder / "events").glob("events.*"))
            for event in v1.train.summary_iterator(str(path))
            for value in event.summary.value
        ]
        return texts, events

    return script


@case
def saver(folder):
    v = v1.get_variable("v", initializer=[1.0, 2.0])
    with v1.variable_scope("p", partitioner=v1.fixed_size_partitioner(2)):
        w = v1.get_variable("w", initializer=tf.range(4.0))
    change = [v1.assign(v, [0.0, 0.0]), *(v1.assign(part, part * 0) for part in w)]
    savers = [v1.train.Saver(sharded=True), v1.train.Saver({"renamed": v}, max_to_keep=1)]

    def script(session):
        start(session)
        paths = [
            saver.save(session, str(folder / f"model{i}"), global_step=7)
            for i, saver in enumerate(savers)
        ]
        session.run(change)
        zero = session.run([v, *w])
        savers[1].restore(session, paths[1])
        some = session.run([v, *w])
        savers[0].restore(session, paths[0])
        return zero, some, session.run([v, *w]), sorted(
            path.name for path in folder.iterdir()
        ), tf.train.list_variables(paths[0]), tf.train.list_variables(paths[1])

    return script
