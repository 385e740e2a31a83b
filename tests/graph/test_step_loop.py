"""Many steps in one call give what as many single runs of a session give."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import tensorflow as tf

from tfspec.graph import FunctionSession, trace_scope

v1 = tf.compat.v1


# TensorFlow's own kernels differ in the last bit from run to run; another stream of random
# numbers would differ altogether.
def assert_close(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-6)


@contextlib.contextmanager
def graph():
    with tf.Graph().as_default() as made, trace_scope():
        v1.set_random_seed(3)
        yield made


def rows(count):
    data = np.random.RandomState(0).rand(count, 4).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(data).shuffle(count).batch(2)
    return v1.data.make_initializable_iterator(dataset)


class Model:
    """Noisy regression with a loop, momentum, and a count of steps."""

    def __init__(self, size=64):
        self.iterator = rows(size)
        self.x = self.iterator.get_next()
        self.step = v1.train.get_or_create_global_step()
        self.w = v1.get_variable("w", [4, 1])
        noisy = tf.nn.dropout(self.x, rate=0.3)
        noisy = tf.while_loop(
            lambda i, y: i < 2, lambda i, y: (i + 1, y + tf.random.normal([4], stddev=0.1)),
            (0, noisy),
        )[1]
        self.y = tf.matmul(noisy, self.w, name="y")
        self.loss = tf.reduce_mean((self.y - 1.0) ** 2)
        optimizer = v1.train.MomentumOptimizer(0.1, 0.9)
        self.train_op = optimizer.minimize(self.loss, self.step)
        self.fetches = [self.train_op, self.loss]

    def start(self, session):
        session.run([v1.global_variables_initializer(), v1.local_variables_initializer()])
        session.run(self.iterator.initializer)


def native(build, script):
    """What `script` gives with TensorFlow's session, single steps."""
    with graph():
        model = build()
        with v1.Session() as session:
            model.start(session)
            return script(model, session)


@contextlib.contextmanager
def looping(build=Model, watch=()):
    with graph():
        model = build()
        with FunctionSession() as session:
            model.start(session)
            session.define_step(model.fetches, [getattr(model, name) for name in watch])
            yield model, session


def run(session, steps, fetches, **kwargs):
    session.plan(steps)
    return session.run(fetches, **kwargs)


@pytest.mark.parametrize("chunks", [[20], [1] * 20, [1, 7, 2, 10]])
def test_steps_are_those_of_single_runs(chunks):
    """Also the numbers of random ops in loops, which go on from call to call."""
    expected = native(Model, lambda model, session: (
        [session.run(model.fetches)[1] for _ in range(20)], session.run([model.w, model.step]),
    ))
    with looping() as (model, session):
        losses = [run(session, steps, model.fetches)[1] for steps in chunks]
        assert_close(losses, [expected[0][end - 1] for end in np.cumsum(chunks)])
        w, step = session.run([model.w, model.step])
        assert_close(w, expected[1][0])
        assert step == 20


class Observed(Model):
    """With things to look at around a step: before it, of it, after it."""

    def __init__(self):
        super().__init__()
        self.histogram = v1.summary.histogram("w", self.w)
        self.scaled = self.y * 2.0 + tf.cast(self.step, tf.float32)
        self.count = v1.get_variable("count", initializer=0, trainable=False)
        self.counted = v1.assign_add(self.count, 1, name="counted")
        self.late = v1.assign_add(self.count, tf.cast(self.loss * 0, tf.int32) + 10).op
        self.error = self.loss + 0.0 * tf.reduce_sum(self.w)


EXTRAS = ["step", "w", "histogram", "y", "x", "scaled", "error"]


def histogram(serialized):
    """Count, sum and sum of squares in a histogram's summary."""
    histo = v1.Summary.FromString(serialized).value[0].histo
    return histo.num, histo.sum, histo.sum_squares


def test_extras_are_computed_with_the_last_step():
    """Variables are read as they are before the step, as a session reads them in practice."""

    def script(model, session):
        seen = []
        for _ in range(3):
            for _ in range(4):
                session.run(model.fetches)
            before = session.run([model.step, model.w, model.histogram])
            loss, y, x = session.run([model.train_op, model.loss, model.y, model.x])[1:]
            seen.append([loss, *before, y, x, y * 2 + np.float32(before[0]), loss])
        return seen

    expected = native(Observed, script)
    with looping(Observed) as (model, session):
        extras = [getattr(model, name) for name in EXTRAS]
        for wanted in expected:
            got = run(session, 5, [*model.fetches, *extras])[1:]
            for name, a, b in zip(["loss", *EXTRAS], wanted, got, strict=True):
                if name == "histogram":
                    a, b = histogram(a), histogram(b)
                assert_close(b, a)


@pytest.mark.parametrize("planned", [True, False])
def test_a_read_sees_the_variable_before_the_step(planned):
    """Even where the step takes no time. A session leaves it open; scripts rely on it."""

    class Quick(Model):
        def __init__(self):
            super().__init__()
            self.fetches = [v1.assign_add(self.step, 1).op]
            self.shown = v1.summary.scalar("step", tf.cast(self.step, tf.float32))

    with looping(Quick) as (model, session):
        for number in range(5):
            if planned:
                session.plan(1)
            step, shown = session.run([*model.fetches, model.step, model.shown])[1:]
            assert step == v1.Summary.FromString(shown).value[0].simple_value == number


def test_an_op_among_the_extras_runs_once_a_call():
    with looping(Observed) as (model, session):
        for calls in (1, 2):
            run(session, 4, [*model.fetches, model.counted, model.late])
            assert session.run(model.count) == 11 * calls
        run(session, 4, model.fetches)
        assert session.run(model.count) == 22


def test_an_extra_waits_for_what_it_depends_on():
    """Also for an op of which it takes no value."""

    class Waiting(Model):
        def __init__(self):
            super().__init__()
            self.count = v1.get_variable("count", initializer=0, trainable=False)
            with tf.control_dependencies([v1.assign_add(self.count, 1)]):
                self.late = self.loss * 2.0
                self.read = self.count.read_value()

    with looping(Waiting) as (model, session):
        for calls in (1, 2):
            loss, late, read = run(session, 3, [*model.fetches, model.late, model.read])[1:]
            assert (late, read) == (loss * 2, calls)
        run(session, 3, model.fetches)
        assert session.run(model.count) == 2


def test_extras_share_what_they_have_in_common():
    """As in one run of a session: one draw, one update, whoever looks at it."""

    class Shared(Model):
        def __init__(self):
            super().__init__()
            self.count = v1.get_variable("count", initializer=0, trainable=False)
            counted = v1.assign_add(self.count, 1)
            self.views = [tf.identity(counted), tf.identity(counted) * 10, counted * 100]
            drawn = tf.random.uniform([])
            self.draws = [drawn + 0.0, drawn * 2.0]
            noise = drawn * self.loss
            self.late = [noise + 0.0, noise * 2.0]

    with looping(Shared) as (model, session):
        fetches = {"views": model.views, "draws": model.draws, "late": model.late}
        for calls in (1, 2):
            got = run(session, 3, [model.fetches, fetches])[1]
            assert got["views"] == [calls, 10 * calls, 100 * calls]
            assert got["draws"][1] == got["draws"][0] * 2
            assert got["late"][1] == got["late"][0] * 2
        assert run(session, 3, [model.fetches, model.views[1]])[1] == 30
        assert session.run(model.count) == 3


def test_extras_may_be_asked_for_later_and_by_turns():
    """Asking compiles anew; the streams of random ops outside loops go on."""

    def build():
        model = Observed()
        return model

    expected = native(build, lambda model, session: [
        session.run([model.y, model.train_op, model.loss])[2] for _ in range(12)
    ])
    with looping(build) as (model, session):
        asked = [[], [model.step], [model.histogram], [], [model.step, model.histogram], [model.y]]
        losses = [run(session, 2, [*model.fetches, *extras])[1] for extras in asked]
        assert len(losses) == 6
        assert session.run(model.step) == 12
        assert_close(losses[0], expected[1])


def test_the_graph_may_grow_between_calls():
    with looping() as (model, session):
        run(session, 2, model.fetches)
        more = v1.assign_add(model.step, 1000)
        doubled = model.loss * 2
        loss, twice = run(session, 3, [*model.fetches, doubled])[1:]
        assert twice == loss * 2
        assert session.run(more) == 1005
        run(session, 2, model.fetches)
        assert session.run(model.step) == 1007


def test_a_fed_run_takes_one_step():
    with looping() as (model, session):
        fed = np.ones([2, 4], np.float32)
        run(session, 5, [*model.fetches, model.y], feed_dict={model.x: fed})
        assert session.steps_done == 1
        assert session.run(model.step) == 1
        run(session, 5, model.fetches)
        assert (session.steps_done, session.run(model.step)) == (5, 6)


def test_a_run_of_something_else_takes_no_step():
    with looping() as (model, session):
        session.plan(5)
        session.run([model.loss, model.w])
        assert session.run(model.step) == 0
        session.run(model.fetches)
        assert session.run(model.step) == 5


@pytest.mark.parametrize("steps", [10, 3])
def test_a_nan_ends_the_call(steps):
    class Diverging(Model):
        def __init__(self):
            super().__init__()
            self.loss = tf.where(
                self.step < 4, tf.cast(self.step, tf.float32), np.float32(np.nan)
            )
            with tf.control_dependencies([self.loss]):
                advance = v1.assign_add(self.step, 1)
            self.fetches = [advance.op, self.loss]

    with looping(Diverging, watch=["loss"]) as (model, session):
        cut = []
        session.plan(steps, lambda *counts: cut.append(counts))
        loss = session.run(model.fetches)[1]
        assert session.steps_done == session.run(model.step) == min(steps, 5)
        assert cut == ([(10, 5)] if steps == 10 else [])
        assert np.isnan(loss) == (steps == 10)


def test_the_end_of_input_keeps_what_was_done():
    expected = native(lambda: Model(12), lambda model, session: (
        [session.run(model.fetches)[1] for _ in range(6)][-1], session.run(model.w)
    ))
    with looping(lambda: Model(12)) as (model, session):
        with pytest.raises(tf.errors.OutOfRangeError) as raised:
            run(session, 100, [*model.fetches, model.y])
        assert raised.value.op.type == "IteratorGetNext"
        assert_close(session.last_values()[model.loss.name], expected[0])
        assert_close(session.run(model.w), expected[1])
        assert session.run(model.step) == 6


def test_an_error_in_a_step_blames_the_op():
    class Failing(Model):
        def __init__(self):
            super().__init__()
            checked = v1.debugging.check_numerics(
                tf.where(self.step < 3, self.loss, np.float32(np.inf)), "mine", name="checked"
            )
            with tf.control_dependencies([checked]):
                self.fetches = [self.train_op, self.loss, tf.identity(checked)]

    with looping(Failing) as (model, session):
        with pytest.raises(tf.errors.InvalidArgumentError, match="mine") as raised:
            run(session, 10, model.fetches)
        assert raised.value.op.name == "checked"
        assert __file__ in str(raised.value)
        assert session.run(model.step) >= 3


def test_steps_that_return_nothing():
    class Silent(Model):
        def __init__(self):
            super().__init__()
            self.fetches = [self.train_op]

    with looping(Silent) as (model, session):
        assert run(session, 7, model.fetches) == [None]
        assert session.run(model.step) == 7
