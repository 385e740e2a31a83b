"""Random numbers: the streams of a session, whatever runs draw from them."""

from __future__ import annotations

import tensorflow as tf

from tests.graph.cases._case import exact_case, start

v1 = tf.compat.v1


@exact_case
def streams(folder):
    """One stream for each op, whichever sets of fetches draw from it in between."""
    shape = v1.placeholder_with_default([3], [None])
    draws = [
        v1.random_uniform(shape),
        v1.random_normal([2], seed=4),
        v1.truncated_normal([2], stddev=3.0, dtype=tf.float64),
        v1.random_uniform([4], -5, 5, dtype=tf.int32),
        v1.random_uniform([2], 0, 1 << 40, dtype=tf.int64, seed=1),
        v1.random_uniform([2], dtype=tf.float16),
        tf.random.normal([2], dtype=tf.bfloat16),
        tf.nn.dropout(tf.ones([8]), rate=0.5),
        v1.random_uniform([], dtype=tf.float32),
    ]
    mixed = draws[0] * draws[8]

    def script(session):
        runs = [draws, draws[0], draws[2:5], [mixed, draws[1]], draws, mixed, draws[::-1]]
        return [session.run(run) for run in runs], session.run(draws[0], {shape: [2, 2]})

    return script


@exact_case
def initial_values(folder):
    """Initializers, alone and all at once, draw what they drew in TF1."""
    names = ("glorot_uniform", "truncated_normal", "orthogonal", "variance_scaling")
    made = [
        v1.get_variable(name, [3, 2], initializer=getattr(v1, f"{name}_initializer")())
        for name in names
    ]
    made.append(tf.Variable(tf.random.normal([2]), name="plain"))

    def script(session):
        session.run([made[1].initializer, made[-1].initializer])
        some = session.run([made[1], made[-1]])
        session.run(v1.global_variables_initializer())
        return some, session.run(made)

    return script


@exact_case
def distributions(folder):
    """Ops whose stream stays in their kernel: equal as long as the same runs draw."""
    draws = [
        v1.random_shuffle(tf.range(8)),
        v1.multinomial([[0.1, 0.5, 2.0]], 6),
        v1.random_gamma([3], 2.0),
        v1.random_poisson(4.0, [3]),
        tf.random.categorical([[0.0, 1.0]], 5),
        tf.raw_ops.ParameterizedTruncatedNormal(
            shape=[4], means=0.0, stdevs=1.0, minvals=-1.0, maxvals=1.0, seed=3, seed2=4
        ),
        tf.random.log_uniform_candidate_sampler([[1]], 1, 3, True, 20).sampled_candidates,
    ]

    def script(session):
        return [session.run(draws) for _ in range(3)]

    return script


@exact_case
def stateless(folder):
    seed = v1.placeholder_with_default([1, 2], [2])
    draws = [tf.random.stateless_normal([2], seed), tf.random.stateless_uniform([2], seed)]
    generator = tf.random.Generator.from_seed(3)
    numbers = generator.normal([2])

    def script(session):
        start(session)
        session.run(generator.state.initializer)
        return (
            session.run(draws), session.run(draws, {seed: [3, 4]}),
            [session.run(numbers) for _ in range(2)],
        )

    return script


@exact_case
def inside_control_flow(folder):
    """Streams of ops in loops and branches go on from run to run of the same fetches."""
    looped = tf.while_loop(
        lambda i, x: i < 3, lambda i, x: (i + 1, x + tf.random.uniform([2], seed=5)),
        (0, tf.zeros([2])), parallel_iterations=1,
    )[1]
    flag = v1.placeholder_with_default(True, [])
    picked = tf.cond(
        flag, lambda: tf.random.normal([2], seed=1), lambda: tf.random.uniform([2], seed=2)
    )
    mapped = tf.map_fn(
        lambda x: x + tf.random.uniform([], seed=3), tf.zeros([3]), parallel_iterations=1
    )

    def script(session):
        return [session.run([looped, picked, mapped]) for _ in range(3)]

    return script
