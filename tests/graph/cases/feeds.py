"""What may be fetched and fed, the errors about it, graphs that grow, threads."""

from __future__ import annotations

import collections
import threading

import numpy as np
import tensorflow as tf

from tests.graph.cases._case import case, failure, start

v1 = tf.compat.v1
Pair = collections.namedtuple("Pair", "first second")


@case
def structures_of_fetches(folder):
    a, b = tf.constant([1.0, 2.0], name="a"), tf.constant(3, name="b")
    op = tf.no_op("op")
    key = object()

    def script(session):
        fetches = [a, [b, (a, [])], {"x": a, key: op}, Pair(b, [a]), "a:0", "op", a]
        got = session.run(fetches)
        mapping = got[2]
        got[2] = [mapping["x"], mapping[key]]
        return got, session.run(a), session.run("b:0"), session.run([]), session.run(op)

    return script


@case
def composite_tensors(folder):
    sparse = v1.sparse_placeholder(tf.float32, [2, 3])
    doubled = tf.sparse.map_values(lambda values: values * 2, sparse)
    v = v1.get_variable("v", initializer=tf.ones([4, 2]))
    (slices,) = tf.gradients(tf.reduce_sum(tf.gather(v, [1, 3, 1]) * 2.0), v)
    ragged = tf.ragged.constant([[1, 2], [], [3]])
    fed_slices = tf.IndexedSlices(
        v1.placeholder(tf.float32), v1.placeholder(tf.int32), v1.placeholder(tf.int32, [2])
    )
    dense = tf.convert_to_tensor(fed_slices)

    def script(session):
        start(session)
        value = v1.SparseTensorValue([[0, 1], [1, 2]], [5.0, 6.0], [2, 3])
        return [
            session.run(doubled, {sparse: value}),
            session.run(slices),
            session.run(ragged).to_list(),
            session.run(dense, {fed_slices: (np.full([1, 2], 7.0), [2], [3, 2])}),
        ]

    return script


@case
def dtypes(folder):
    numeric = (
        tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int8, tf.uint16, tf.int64,
        tf.complex128, tf.bool, tf.string,
    )
    places = [v1.placeholder(dtype, [None], name=f"p_{dtype.name}") for dtype in numeric]
    results = [tf.concat([place, place], 0) for place in places]

    def script(session):
        values = [np.array([1, 0]).astype(d.as_numpy_dtype) for d in numeric[:-1]]
        values.append(np.array(["ä", b"\x00\xff"], object))
        return session.run(results, dict(zip(places, values, strict=True)))

    return script


@case
def python_feeds(folder):
    """Lists, numbers, strings are fed as the placeholder's dtype; an array is cast."""
    number, text = v1.placeholder(tf.float32), v1.placeholder(tf.string)
    count = v1.placeholder(tf.int32, [])
    fetches = [number * 1, tf.strings.length(text), count + 1]

    def script(session):
        return [
            session.run(fetches, {number: [1, 2], text: "abc", count: 3}),
            session.run(fetches, {number: np.arange(3), text: [b"a", "bcd"], count: np.int64(4)}),
            session.run(fetches, {number: np.float64(1.5), text: np.array(["xy"]), count: True}),
            session.run(fetches, {"Placeholder:0": 1, "Placeholder_1:0": "", count: 0}),
        ]

    return script


@case
def fed_intermediates(folder):
    v = v1.get_variable("v", initializer=2.0)
    x = v1.placeholder(tf.float32, [], name="x")
    y = tf.add(x, v, name="y")
    z = y * 10
    both = tf.split(tf.stack([y, z]), 2)
    late = tf.identity(both[1]) + y
    constant = tf.constant(4.0)
    with tf.control_dependencies([y, constant]):
        after = tf.identity(constant)
    with tf.control_dependencies([x]):
        waits = tf.constant(8.0)

    def script(session):
        start(session)
        return [
            session.run([y, z], {x: 1.0}),
            session.run([y, z], {y: 5.0}),
            session.run(late, {y: 1.0, both[1]: [7.0]}),
            session.run([late, both[0]], {x: 1.0, both[1]: [7.0]}),
            session.run([after, constant], {constant: 6.0, y: 0.0, x: 0.0}),
            failure(session.run, after, {constant: 6.0, y: 0.0}),  # y has to run nevertheless
            session.run(waits, {x: 3.0}),
        ]

    return script


@case
def defaults(folder):
    x = v1.placeholder_with_default([1.0, 2.0], [None])
    y = v1.placeholder_with_default(tf.reduce_sum(x), [])
    z = y * 2

    def script(session):
        return session.run(z), session.run(z, {x: [5.0]}), session.run([x, z], {y: 1.0})

    return script


@case
def refusals(folder):
    x = v1.placeholder(tf.float32, [2], name="x")
    y = tf.identity(x, name="y")
    v = v1.get_variable("v", initializer=1.0)
    with tf.Graph().as_default():
        stranger = tf.constant(1.0)
    graph = v1.get_default_graph()

    def script(session):
        start(session)
        graph.prevent_feeding(y)
        bad = [
            ([y], None), ([y], {x: [1.0, 2.0, 3.0]}), ([y], {x: [["a", "b"]]}), ([y], {y: [1, 2]}),
            ([stranger], None), ([y], {stranger: 1.0}), ([None], None), (["nowhere:0"], None),
            (["y"], {}), ([y], {None: 1}), ([3], None), ([y], {x: tf.constant([1.0])}),
            ([y], [x]), ([y], {"nowhere:0": 1}), ([v], {x: None}),
        ]
        seen = [failure(session.run, *arguments) for arguments in bad]
        session.close()
        return seen, failure(session.run, v)[0]

    return script


@case
def ops_that_fail(folder):
    x = v1.placeholder(tf.int32, [None], name="x")
    fetches = [
        tf.gather(tf.range(3), x, name="gathered"),
        tf.reshape(x, [2, 2], name="reshaped"),
        tf.math.floordiv(4, x, name="divided"),
        tf.strings.to_number(tf.strings.as_string(x) + "x", name="parsed"),
        tf.io.read_file(tf.strings.join([str(folder), "/no_such_file"]), name="read"),
    ]

    def script(session):
        return [
            failure(session.run, fetch, {x: [0, 5, 9]})
            for fetch in (*fetches, fetches[0].op, [fetches[2].op, x])
        ]

    return script


@case
def growing_graph(folder):
    v = v1.get_variable("v", initializer=1.0)
    graph = v1.get_default_graph()

    def script(session):
        start(session)
        seen = [session.run(v)]
        more = v1.assign_add(v, 5.0)
        seen.append(session.run(more))
        with v1.variable_scope("late"):
            w = v1.get_variable("w", initializer=3.0)
        table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer([1], [2]), -1
        )
        product, found = v * w, table.lookup(tf.constant([1, 3]))
        session.run([w.initializer, v1.tables_initializer()])
        seen += session.run([product, found])
        graph.finalize()
        return seen, session.run(more), session.run(v)

    return script


@case
def callables(folder):
    x, v = v1.placeholder(tf.float32, []), v1.get_variable("v", initializer=1.0)
    add = v1.assign_add(v, x)

    def script(session):
        start(session)
        call = session.make_callable([add, {"v": v}], [x])
        plain, op = session.make_callable(add * 0), session.make_callable(add.op, feed_list=[x])
        with session.as_default():
            evaluated = v.eval(), (x * 2).eval({x: 4.0}), add.op.run({x: 10.0})
        return call(2.0)[0], call(3.0)[0], op(1.0), evaluated, session.run(v), failure(plain)[0]

    return script


@case
def threads(folder):
    """Several threads run, compile and block one another in queues."""
    v = v1.get_variable("v", initializer=0)
    add = v1.assign_add(v, 1, use_locking=True)
    queue = tf.queue.FIFOQueue(2, [tf.int32], [[]])
    x = v1.placeholder(tf.int32, [])
    put, take = queue.enqueue(x), queue.dequeue()
    squares = [tf.square(x, name=f"s{i}") for i in range(4)]

    def script(session):
        start(session)
        seen, errors = [], []

        def work(number):
            try:
                with session.graph.as_default():
                    for _ in range(10):
                        session.run([add, squares[number]], {x: number})
                    for i in range(5):
                        session.run(put, {x: number * 5 + i})
            except Exception as error:
                errors.append(error)

        workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for worker in workers:
            worker.start()
        seen = sorted(int(session.run(take)) for _ in range(20))
        for worker in workers:
            worker.join(600)
        return session.run(v), seen, errors

    return script


@case
def devices(folder):
    with tf.device("/device:CPU:0"):
        v = v1.get_variable("v", initializer=[1.0, 2.0])
        with tf.device("/job:localhost/replica:0/task:0"):
            y = v * 2
    with tf.device("/cpu:0"), v1.colocate_with(v.op):
        z = tf.reduce_sum(y)
    iterator = v1.data.make_initializable_iterator(tf.data.Dataset.range(2))

    def script(session):
        start(session)
        session.run(iterator.initializer)
        return session.run([y, z]), v.device, session.run(iterator.get_next())

    return script
