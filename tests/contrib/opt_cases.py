"""Optimizers of tf.contrib.opt and StagingArea, alike with TensorFlow 1.15 and with tfspec."""

from __future__ import annotations

import functools

import numpy as np


def steps(tf, make, resource=True, sparse=False, step=False):
    """Values of variables and slots after three steps."""
    with tf.Session() as session:
        a = tf.Variable([1.0, -2.0, 3.0], name="a", use_resource=resource)
        b = tf.Variable(np.array([[0.5, 3], [2.0, 1], [0.1, 0]], np.float32), name="b",
                        use_resource=resource)
        x = tf.gather(b, [0, 2]) if sparse else b
        loss = tf.reduce_sum(tf.square(a - 0.9)) + tf.reduce_sum(x * x * x)
        optimizer = make(tf, a, b)
        counter = tf.train.get_or_create_global_step() if step else None
        train = optimizer.minimize(loss, counter)
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(train)
        variables = sorted(tf.global_variables(), key=lambda v: v.name)
        found = session.run(variables)
    return [*found, np.array([v.name for v in variables])]


def linear_decay(tf):
    return lambda step: 1 - 0.25 * tf.cast(step, tf.float32)


def reg(tf, a, b):
    return tf.contrib.opt.RegAdagradOptimizer(0.1)


def without_slots(tf, resource):
    with tf.Session() as session:
        a = tf.Variable([1.0, -2.0, 3.0], name="a", use_resource=resource)
        optimizer = tf.contrib.opt.RegAdagradOptimizer(0.1)
        train = optimizer.minimize(tf.reduce_sum(tf.square(a)))
        with optimizer.avoid_updating_slots():
            other = optimizer.minimize(tf.reduce_sum(tf.abs(a)))
        session.run(tf.global_variables_initializer())
        session.run(train)
        session.run(other)
        return session.run([a, optimizer.get_slot(a, "accumulator")])


def of_tasks(tf, a, b):
    return tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.MomentumOptimizer(0.1, 0.9))


def idle_task(tf):
    """A variable whose gradient is zero keeps its momentum's effect out."""
    with tf.Session() as session:
        a = tf.Variable([1.0, 2.0], name="a")
        on = tf.placeholder(tf.float32, [])
        optimizer = tf.contrib.opt.MultitaskOptimizerWrapper(tf.train.MomentumOptimizer(0.1, 0.9))
        train = optimizer.minimize(tf.reduce_sum(a) * on)
        session.run(tf.global_variables_initializer())
        found = []
        for value in (1.0, 0.0, 1.0):
            session.run(train, {on: value})
            found.append(session.run(a))
    return found


def clipped(tf, a, b, dims=(1,), colocate=False):
    return tf.contrib.opt.VariableClippingOptimizer(
        tf.train.GradientDescentOptimizer(0.1),
        {a: [0], b: list(dims)},
        1.0,
        colocate_clip_ops_with_vars=colocate,
    )


def staged(tf, **settings):
    area = tf.contrib.staging.StagingArea([tf.float32, tf.int32], [[2], []], **settings)
    number = tf.Variable(0, dtype=tf.int32)
    following = number.assign_add(1) + 0
    put = area.put([tf.stack([1.0, tf.cast(following, tf.float32)]), following])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(put)
        session.run(put)
        size = session.run(area.size())
        got = [session.run(area.get()) for _ in range(2)]
        return [size, *[part for row in got for part in row]]


def case(function, **settings):
    return functools.partial(function, **settings)


def add(tf, a, b):
    return tf.contrib.opt.AddSignOptimizer(0.1, 0.5, 0.8)


def add_decayed(tf, a, b):
    return tf.contrib.opt.AddSignOptimizer(0.1, sign_decay_fn=linear_decay(tf))


def power(tf, a, b):
    return tf.contrib.opt.PowerSignOptimizer(0.05, 2.0)


def power_decayed(tf, a, b):
    return tf.contrib.opt.PowerSignOptimizer(0.05, sign_decay_fn=linear_decay(tf))


CASES = {"staged": staged, "idle task": idle_task}
for kind in (True, False):
    of = "" if kind else " of references"
    CASES["reg, slots kept" + of] = case(without_slots, resource=kind)
    for rows in (False, True):
        by = of + (", rows" if rows else "")
        for named, function in {
            "add": add, "power": power, "reg": reg, "tasks": of_tasks, "clipped": clipped
        }.items():
            if not (rows and kind and named in ("add", "power")):  # 1.15 had none for these
                CASES[named + by] = case(steps, make=function, resource=kind, sparse=rows)
CASES["add, decayed"] = case(steps, make=add_decayed, step=True)
CASES["power, decayed"] = case(steps, make=power_decayed, step=True)
CASES["clipped over rows"] = case(
    steps, make=functools.partial(clipped, dims=(0, 1), colocate=True), sparse=True
)
