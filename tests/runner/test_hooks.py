"""Hooks see over our sessions what they see over TensorFlow's, whatever they do."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.runner.sessions import Model, Watcher, train

v1 = tf.compat.v1
Args = v1.train.SessionRunArgs


class Recorder(v1.train.SessionRunHook):
    """Notes its calls; subclasses say what else happens."""

    def __init__(self, model, name="hook", stop_at=4):
        self.model, self.name, self.stop_at = model, name, stop_at
        self.calls = []

    def note(self, what, *values):
        self.calls.append((self.name, what, *(np.asarray(value).tolist() for value in values)))

    def begin(self):
        self.note("begin", v1.get_default_graph().finalized)

    def after_create_session(self, session, coord):
        self.note("created", session.run(self.model.step), session.graph.finalized)

    def before_run(self, run_context):
        self.note("before", len(run_context.original_args.fetches))

    def after_run(self, run_context, run_values):
        step = run_context.session.run(self.model.step)
        self.note("after", step)
        if step >= self.stop_at:
            run_context.request_stop()

    def end(self, session):
        self.note("end", session.run(self.model.step))


class Fetching(Recorder):
    """Asks for a tensor, an op, a variable, a structure."""

    def begin(self):
        self.count = v1.get_variable("count", initializer=0, trainable=False)
        self.counted = v1.assign_add(self.count, 1)
        self.gradient = tf.gradients(self.model.loss, self.model.w)[0]
        self.summary = v1.summary.scalar("late", self.model.loss)

    def before_run(self, run_context):
        return Args({
            "loss": self.model.loss, "step": self.model.step, "op": self.counted.op,
            "more": [self.gradient, self.model.x, (self.counted,)],
        })

    def after_run(self, run_context, run_values):
        results = run_values.results
        self.note("results", results["loss"], results["step"], *results["more"])
        super().after_run(run_context, run_values)


class Feeding(Recorder):
    """Replaces the input by its own, at every other step."""

    def before_run(self, run_context):
        step = run_context.session.run(self.model.step)
        if step % 2:
            return Args(self.model.x, feed_dict={self.model.x: [[step, 1.0, 2.0]]})
        return Args(self.model.x)

    def after_run(self, run_context, run_values):
        self.note("x", run_values.results)
        super().after_run(run_context, run_values)


class Meddling(Recorder):
    """Runs and assigns in its callbacks."""

    def begin(self):
        self.value = v1.placeholder(tf.float32, [3, 1])
        self.set = v1.assign(self.model.w, self.value)

    def after_create_session(self, session, coord):
        session.run(self.set, {self.value: np.full([3, 1], 5.0)})

    def before_run(self, run_context):
        self.note("w", run_context.session.run(self.model.w))
        assert run_context.original_args.fetches[1] is self.model.loss

    def after_run(self, run_context, run_values):
        self.note("w", run_context.session.run(self.model.w))
        if run_context.session.run(self.model.step) == 2:
            run_context.session.run(self.set, {self.value: np.zeros([3, 1])})
        super().after_run(run_context, run_values)


class Options(Recorder):
    """Asks for run options, as a profiling hook does."""

    def before_run(self, run_context):
        options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
        return Args(self.model.loss, options=options)

    def after_run(self, run_context, run_values):
        self.note("traced", run_values.options.trace_level, run_values.run_metadata is not None)
        super().after_run(run_context, run_values)


@pytest.mark.parametrize("kind", [Recorder, Fetching, Feeding, Meddling, Options])
def test_calls_and_values_are_those_of_a_real_session(kind, tmp_path):
    def hooks(model, scaffold, folder):
        calls = []
        made = [kind(model, "first"), kind(model, "second", stop_at=99)]
        for hook in made:
            hook.calls = calls  # one list, so that the order among hooks shows
        return made

    def one(model, scaffold, folder):  # two of these would ask for the same feed
        return [kind(model)]

    make = one if kind in (Feeding, Fetching) else hooks
    expected, got = (train(way, tmp_path, make) for way in ("native", "stepwise"))
    assert expected.error is None and got.error is None
    assert len(expected.hooks[0].calls) >= 5
    assert_alike(got.hooks[0].calls, expected.hooks[0].calls)
    np.testing.assert_allclose(got.weights, expected.weights, rtol=1e-5)


def assert_alike(got, expected):
    assert [call[:2] for call in got] == [call[:2] for call in expected]
    for mine, wanted in zip(got, expected, strict=True):
        for a, b in zip(mine[2:], wanted[2:], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


class Failing(Recorder):
    where = "after_run"

    def fail(self, *args):
        self.note("fails")
        raise ZeroDivisionError("the hook's own")


@pytest.mark.parametrize(
    "where", ["begin", "after_create_session", "before_run", "after_run", "end"]
)
def test_an_exception_in_a_hook_comes_through_as_itself(where, tmp_path):
    def hooks(model, scaffold, folder):
        failing = Recorder(model, "failing")
        setattr(failing, where, Failing.fail.__get__(failing))
        bystander = Recorder(model, "bystander", stop_at=99)
        bystander.calls = failing.calls
        return [bystander, failing]

    expected, got = (train(way, tmp_path, hooks) for way in ("native", "stepwise"))
    assert got.error == expected.error == "ZeroDivisionError: the hook's own"
    assert got.hooks[0].calls == expected.hooks[0].calls


def test_the_same_feed_from_two_hooks_is_refused(tmp_path):
    def hooks(model, scaffold, folder):
        return [Feeding(model), Feeding(model)]

    expected, got = (train(way, tmp_path, hooks) for way in ("native", "stepwise"))
    assert got.error == expected.error
    assert got.error.startswith("RuntimeError: Same tensor is fed by two hooks")


def test_a_per_step_hook_does_not_change_the_numbers(tmp_path):
    """Nor do the log lines that are due at some of the steps."""

    class Loop(Model):
        def __init__(self):
            super().__init__()
            noise = tf.while_loop(
                lambda i, z: i < 2, lambda i, z: (i + 1, z + tf.random.normal([])), (0, 0.0)
            )[1]
            self.loss += 0.0 * noise
            self.train_op = tf.group(self.train_op, v1.assign(self.drawn(), noise))

        def drawn(self):
            self.noise = v1.get_variable("noise", initializer=0.0)
            return self.noise

    class Noise(Watcher):
        def __init__(self, model):
            self.model, self.seen = model, []

        def after_run(self, run_context, run_values):
            self.seen.append(run_context.session.run(self.model.noise))

    def hooks(model, scaffold, folder):
        return [
            Noise(model), v1.train.StopAtStepHook(12),
            v1.train.LoggingTensorHook({"loss": model.loss, "noise": model.noise}, 3),
        ]

    expected, got = (train(way, tmp_path, hooks, Loop) for way in ("native", "stepwise"))
    assert expected.step == got.step == 12
    np.testing.assert_allclose(got.hooks[0].seen, expected.hooks[0].seen, rtol=1e-6)
