"""Queues and draws of tf.contrib.training, alike with TensorFlow 1.15 and with tfspec."""

from __future__ import annotations

import functools

import numpy as np

from tests.contrib.recorded import numbers

LENGTHS = [3, 1, 7, 2, 9, 4, 4, 1, 6, 8, 2, 5]


def fetched(tf, fetches, order):
    """All that a queue gives until it ends, in an order that threads don't change."""
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        found = []
        try:
            while True:
                found.append(session.run(fetches))
        except tf.errors.OutOfRangeError:
            coordinator.request_stop()
        coordinator.join(threads)
    return sorted(found, key=order)


def examples(tf, epochs=1):
    """A length, as many numbers, and a sparse tensor."""
    length = tf.train.input_producer(LENGTHS, num_epochs=epochs, shuffle=False).dequeue()
    values = tf.cast(tf.range(length), tf.float32) + 1
    sparse = tf.SparseTensor([[0], [2]], tf.stack([length, 2 * length]), [4])
    return length, values, sparse


def in_buckets(tf, sparse_too=False, as_dict=False, boundaries=(3, 6), batch_size=2, **settings):
    length, values, sparse = examples(tf)
    tensors = [values, sparse] if sparse_too else [values]
    if as_dict:
        tensors = {"some": values, "other": tf.stack([length, length])}
    lengths, batch = tf.contrib.training.bucket_by_sequence_length(
        length, tensors, batch_size, list(boundaries), dynamic_pad=True, **settings
    )
    if as_dict:
        batch = [batch["other"], batch["some"]]
    found = fetched(tf, (lengths, batch), lambda row: row[0].tolist())
    flat = [np.asarray(part) for row in found for part in tf.contrib.framework.nest.flatten(row)]
    return [*flat, np.array(batch[0].shape.as_list()[0] or -1)]


def of_one(tf):
    """A list of one stays a list, a dict's value becomes one."""
    length, values, _ = examples(tf)
    bucket = functools.partial(
        tf.contrib.training.bucket_by_sequence_length,
        length, batch_size=2, bucket_boundaries=[4], dynamic_pad=True,
    )
    listed, named = bucket(tensors=[values])[1], bucket(tensors={"a": values})[1]["a"]
    plain = tf.contrib.training.bucket([length], length % 2, 2, 2)[1]
    named_plain = tf.contrib.training.bucket({"b": length}, length % 2, 2, 2)[1]["b"]
    kinds = [isinstance(x, list) for x in (listed, named, plain, named_plain)]
    return np.array(kinds)


def in_plain_buckets(tf, keep=False, **settings):
    length, _, _ = examples(tf)
    number, batch = tf.contrib.training.bucket(
        [length, tf.stack([length, 1])], length % 3, 2, 3,
        keep_input=tf.less(length, 8) if keep else True, **settings
    )
    found = fetched(tf, [number, *batch], lambda row: (row[0], row[1].tolist()))
    return [np.asarray(part) for row in found for part in row]


def accepted(tf, many=False):
    """Certain about each example."""
    if many:
        rows = tf.train.input_producer(
            np.arange(12).reshape(3, 4), num_epochs=1, shuffle=False
        ).dequeue()
        tensors = [rows, 2 * rows]
    else:
        tensors = list(examples(tf)[:1])
    batch = tf.contrib.training.rejection_sample(
        tensors,
        lambda example: tf.cast(tf.equal(example[0] % 2, 0), tf.float32),
        2,
        enqueue_many=many,
        runtime_checks=True,
    )
    return [np.asarray(part) for row in fetched(tf, batch, lambda row: 0) for part in row]


def only_class(tf, known=True):
    """Only class 1 is wanted."""
    length = examples(tf)[0]
    data, labels = tf.contrib.training.stratified_sample(
        [length], length % 2, [0.0, 1.0], 2, init_probs=[0.5, 0.5] if known else None
    )
    return [np.asarray(p) for row in fetched(tf, [*data, labels], lambda row: 0) for p in row]


def at_rate(tf, back_prop=False):
    tf.set_random_seed(3)
    values = tf.constant(numbers("values", [6, 2]))
    rates = tf.constant([0.5, 1.0, 2.0, 0.0, 3.0, 1.5])
    return tf.contrib.training.resample_at_rate(
        [values, tf.range(6)], rates, seed=5, back_prop=back_prop
    )


def weighted(tf):
    tf.set_random_seed(3)
    weights = tf.abs(tf.constant(numbers("weights", [6])))
    chosen, rates = tf.contrib.training.weighted_resample(
        [tf.range(6)], weights, 1.5, seed=5, mean_decay=0.9
    )
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        found = [session.run([*chosen, rates]) for _ in range(3)]
    names = [v.op.name for v in tf.local_variables()]
    return [part for row in found for part in row] + [np.array(names, object)]


def strategies(tf):
    training = tf.contrib.training
    choose = {
        "random": training.RandomStrategy(3, seed=2),
        "greedy": training.GreedyLoadBalancingStrategy(3, training.byte_size_load_fn),
    }
    found = []
    for strategy in choose.values():
        device = tf.train.replica_device_setter(ps_tasks=3, ps_strategy=strategy)
        with tf.Graph().as_default(), tf.device(device):
            made = [
                tf.Variable(np.zeros(shape, np.float32), use_resource=False)
                for shape in ([7], [2, 2], [], [3], [9], [1], [4, 4])
            ]
        found += [v.device for v in made]
    return np.array(found, object)


PARSED = [
    "rate=1,units=[3, 4],on=true,name=a b",
    "on=7", "on=yes", "on=False", "rate=.5e3", "rate=x", "rate", "rate=", "name=",
    "name='quoted'", "name=[x]", "units=1", "units=[1.5]", "units=[]", "units=[1 2]", "units=[1",
    "rate=1,rate=2", "units[1]=[2]", "other.name=3", " rate=1", "rate = 1 , on=true", "none=3",
    "count=2.0", "count=1_0",
]


def hparams(tf):
    """What settings take, and their texts."""

    def made():
        made = tf.contrib.training.HParams(
            rate=0.1, units=[1, 2], name="x", on=False, count=3, some=None, model_structure="m"
        )
        made.add_hparam("other.name", 1)
        return made

    texts = [str(made()), repr(made()), made().to_json(sort_keys=True), made().get("rate", 1.0)]
    acts = [lambda h, text=text: h.parse(text) for text in PARSED]
    pairs = [("rate", 3), ("rate", True), ("rate", "1"), ("count", 2.0), ("name", 3), ("on", 1),
             ("units", 3), ("units", (1, 2)), ("units", ["a"]), ("name", ["a"]), ("some", "any")]
    acts += [lambda h, pair=pair: h.set_hparam(*pair) for pair in pairs]
    acts += [lambda h, pair=pair: texts.append(h.get(*pair)) for pair in [*pairs, ("no", "any")]]
    acts += [
        lambda h: h.add_hparam("rate", 1),
        lambda h: h.add_hparam("empty", []),
        lambda h: h.add_hparam("get", 1),
        lambda h: (h.del_hparam("rate"), h.del_hparam("no")),
        lambda h: h.parse_json('{"rate": 3, "units": [7]}').set_from_map({"name": "n"}),
        lambda h: texts.append(h.get_model_structure()),
    ]
    for act in acts:
        settings = made()
        try:
            act(settings)
            texts.append(str(settings))
        except (ValueError, KeyError) as error:
            texts.append(f"{type(error).__name__}: {error}")
    types = {"a": int, "b": float}
    for text in ("a=1,c=3,a[0]=1", "a[1]=2,a[3]=4,b=[1,2]", "a[1]=2,a[1]=3", "a[1]=2,a=3"):
        for ignore in (False, True):
            try:
                texts.append(tf.contrib.training.parse_values(text, types, ignore))
            except ValueError as error:
                texts.append(str(error))
    return np.array([str(text) for text in texts], object)


def case(function, **settings):
    return functools.partial(function, **settings)


CASES = {
    "lengths": case(in_buckets),
    "lengths, all": case(in_buckets, allow_smaller_final_batch=True, batch_size=[2, 3, 1]),
    "lengths, sparse": case(in_buckets, sparse_too=True, boundaries=[5]),
    "lengths, named": case(in_buckets, as_dict=True, shapes=[[2], [None]]),
    "of one": case(of_one),
    "buckets": case(in_plain_buckets),
    "buckets, some": case(in_plain_buckets, keep=True, allow_smaller_final_batch=True),
    "accepted": case(accepted),
    "accepted of many": case(accepted, many=True),
    "only class": case(only_class),
    "at rate": case(at_rate),
    "at rate, back": case(at_rate, back_prop=True),
    "weighted": case(weighted),
    "hparams": case(hparams),
    "strategies": case(strategies),
}
