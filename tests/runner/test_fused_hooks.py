"""Many steps in one call: the hooks that TensorFlow ships notice nothing of it."""

from __future__ import annotations

import re

import numpy as np
import pytest
import tensorflow as tf

from tests.runner.sessions import WAYS, Model, train

v1 = tf.compat.v1
hooks = v1.train


class Listener(hooks.CheckpointSaverListener):
    def __init__(self):
        self.calls = []

    def __repr__(self):
        return "Listener"

    def begin(self):
        self.calls.append("begin")

    def before_save(self, session, global_step_value):
        self.calls.append(("before", int(global_step_value)))

    def after_save(self, session, global_step_value):
        self.calls.append(("after", int(global_step_value)))
        return True if global_step_value >= 24 else None

    def end(self, session, global_step_value):
        self.calls.append(("end", int(global_step_value)))


def logging(model, scaffold, folder):
    return [
        hooks.LoggingTensorHook({"loss": model.loss, "step": model.step}, every_n_iter=7),
        hooks.LoggingTensorHook([model.w], every_n_iter=10, formatter=lambda values: "formatted"),
        hooks.LoggingTensorHook({"last": model.loss}, at_end=True),
        hooks.StopAtStepHook(num_steps=30),
    ]


def summaries(model, scaffold, folder):
    histogram = v1.summary.histogram("w", model.w)
    return [
        hooks.SummarySaverHook(save_steps=6, output_dir=folder, scaffold=scaffold),
        hooks.SummarySaverHook(save_steps=4, output_dir=folder + "/more", summary_op=histogram),
        hooks.StopAtStepHook(last_step=23),
    ]


def checkpoints(model, scaffold, folder):
    hook = hooks.CheckpointSaverHook(
        folder, save_steps=8, scaffold=scaffold, listeners=[Listener()]
    )
    return [hook, hooks.StopAtStepHook(last_step=100)]


def speed(model, scaffold, folder):
    return [
        hooks.StepCounterHook(every_n_steps=5, output_dir=folder),
        hooks.StopAtStepHook(last_step=22),
    ]


def to_the_end(model, scaffold, folder):
    """Until the input ends, with a last checkpoint there."""
    return [
        hooks.CheckpointSaverHook(folder, save_steps=1000, scaffold=scaffold),
        hooks.FinalOpsHook({"step": model.step, "w": model.w}),
        hooks.LoggingTensorHook({"loss": model.loss}, every_n_iter=10),
    ]


def not_a_number(model, scaffold, folder, fail=True):
    return [
        hooks.NanTensorHook(model.loss, fail_on_nan_loss=fail),
        hooks.CheckpointSaverHook(folder, save_steps=5, scaffold=scaffold),
        hooks.LoggingTensorHook({"step": model.step}, every_n_iter=4),
        hooks.SummarySaverHook(save_steps=6, output_dir=folder, scaffold=scaffold),
        hooks.StopAtStepHook(last_step=100),
    ]


def not_a_number_stops(model, scaffold, folder):
    return not_a_number(model, scaffold, folder, fail=False)


def waiting(model, scaffold, folder):
    return [
        hooks.GlobalStepWaiterHook(wait_until_step=0),
        hooks.FeedFnHook(lambda: {model.x: [[1.0, 2.0, 3.0]]}),
        hooks.StopAtStepHook(num_steps=9),
    ]


def all_at_once(model, scaffold, folder):
    """As an Estimator has them."""
    return [
        hooks.CheckpointSaverHook(folder, save_steps=11, scaffold=scaffold),
        hooks.StepCounterHook(every_n_steps=10, output_dir=folder),
        hooks.SummarySaverHook(save_steps=7, output_dir=folder, scaffold=scaffold),
        hooks.NanTensorHook(model.loss),
        hooks.LoggingTensorHook({"loss": model.loss, "step": model.step}, every_n_iter=10),
        hooks.StopAtStepHook(num_steps=35),
    ]


class Diverging(Model):
    """The loss is not a number from step 13 on."""

    def __init__(self):
        super().__init__()
        self.loss = tf.where(self.step_before < 13, self.loss, np.float32(np.nan))


def short():
    return Model(rows=21)


CASES = {
    "logging": (logging, Model), "summaries": (summaries, Model),
    "checkpoints": (checkpoints, Model), "speed": (speed, Model),
    "to_the_end": (to_the_end, short), "nan": (not_a_number, Diverging),
    "nan_stops": (not_a_number_stops, Diverging), "waiting": (waiting, Model),
    "all": (all_at_once, Model),
}


@pytest.mark.parametrize("name", CASES)
def test_hooks_do_what_they_do_in_a_real_session(name, tmp_path):
    make_hooks, make_model = CASES[name]
    native, *ours = (train(way, tmp_path, make_hooks, make_model) for way in WAYS)
    for run in ours:
        assert run.error == native.error
        assert_said_alike(run, native, tmp_path)
        assert_same_events(run.events, native.events)
        assert run.checkpoints == native.checkpoints
        assert run.step == native.step
        if native.weights is not None:
            np.testing.assert_allclose(run.weights, native.weights, rtol=1e-4)
        for hook, real in zip(run.hooks, native.hooks, strict=True):
            assert listened(hook) == listened(real)
    stepwise, fused = ours
    assert fused.calls is None or name == "waiting" or fused.calls < stepwise.calls


def assert_said_alike(run, native, tmp_path):
    """Log lines but for the way's folder, and the last digits of numbers with a fraction."""
    (lines, numbers), (expected, wanted) = (said(each, tmp_path) for each in (run, native))
    assert lines == expected
    # Rounded to some digits, two neighbours could still fall to different sides.
    np.testing.assert_allclose(numbers, wanted, rtol=1e-3)


def said(run, tmp_path):
    """The text of the log lines, and the numbers in them."""
    text = re.sub(f"{tmp_path}/({'|'.join(WAYS)})/", "", "\n".join(run.log))
    fraction = r"\d+\.\d+(?:e[+-]\d+)?"
    return re.sub(fraction, "NUMBER", text), list(map(float, re.findall(fraction, text)))


def assert_same_events(got, expected):
    assert [event[:2] for event in got] == [event[:2] for event in expected]
    for (_, tag, a), (_, _, b) in zip(got, expected, strict=True):
        if isinstance(a, float):
            np.testing.assert_allclose(a, b, rtol=1e-4, err_msg=tag)
        else:
            assert a == b


def listened(hook):
    return [listener.calls for listener in getattr(hook, "_listeners", [])]


@pytest.mark.parametrize("way", WAYS[1:])
def test_a_run_goes_on_from_its_checkpoint(way, tmp_path):
    first = {w: train(w, tmp_path, all_at_once) for w in ("native", way)}
    second = {w: train(w, tmp_path, all_at_once) for w in ("native", way)}
    assert first[way].step == 35 and second[way].step == second["native"].step == 70
    assert second[way].checkpoints == second["native"].checkpoints
    assert_said_alike(second[way], second["native"], tmp_path)
    np.testing.assert_allclose(second[way].weights, second["native"].weights, rtol=1e-4)


@pytest.mark.parametrize("change", [0, 3])
def test_a_step_count_of_its_own_is_followed_step_by_step(change, tmp_path):
    """Where steps don't add one, nobody can know when a hook is due."""

    class Jumping(Model):
        def __init__(self):
            super().__init__()
            if change == 0:  # some steps only
                with tf.control_dependencies([self.train_op]):
                    back = tf.cast(tf.equal(self.step.read_value() % 5, 0), tf.int64)
                    self.train_op = v1.assign_sub(self.step, back).op
                    self.train_op = tf.group(v1.assign_add(self.step, 0), self.train_op)
            else:
                with tf.control_dependencies([self.train_op]):
                    self.train_op = v1.assign_add(self.step, change).op

    def make(model, scaffold, folder):
        return [
            hooks.LoggingTensorHook({"loss": model.loss}, every_n_iter=5),
            hooks.StopAtStepHook(last_step=4 if change == 0 else 37),
        ]

    native, fused = (train(way, tmp_path, make, Jumping) for way in ("native", "fused"))
    assert fused.error is None and fused.step == native.step
    assert_said_alike(fused, native, tmp_path)
