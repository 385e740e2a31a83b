"""Hooks that stop training by the metrics of evaluations, on event files and in real runs."""

from __future__ import annotations

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training.line_model import estimator, ones
from tfspec.estimator import experimental
from tfspec.hooks import read_eval_metrics

v1 = tf.compat.v1

# (global step, loss, accuracy)
EVALUATIONS = [(1000, 0.8, 0.5), (2000, 0.7, 0.6), (3000, 0.4, 0.7), (3500, 0.41, 0.68)]


def write_events(folder, rows):
    with tf.Graph().as_default():
        with v1.summary.FileWriter(str(folder)) as writer:
            for step, loss, accuracy in rows:
                summary = v1.Summary()
                summary.value.add(tag="loss", simple_value=loss)
                summary.value.add(tag="accuracy", simple_value=accuracy)
                writer.add_summary(summary, step)


def stops(hook) -> bool:
    """Whether a hook stops a session of TensorFlow's own after its first step."""
    with tf.Graph().as_default():
        step = v1.assign_add(v1.train.create_global_step(), 1)
        with v1.train.SingularMonitoredSession(hooks=[hook]) as session:
            session.run(step)
            return session.should_stop()


def steps_trained(est, *hooks, limit=6):
    est.train(ones(), max_steps=limit, hooks=hooks)
    return int(est.get_variable_value("global_step"))


HIGHER = (experimental.stop_if_higher_hook, "accuracy")
LOWER = (experimental.stop_if_lower_hook, "loss")
NO_INCREASE = (experimental.stop_if_no_increase_hook, "accuracy")
NO_DECREASE = (experimental.stop_if_no_decrease_hook, "loss")


@pytest.mark.parametrize(
    "kind, limit, min_steps, expected",
    [
        (HIGHER, 0.8, 0, False),
        (HIGHER, 0.6, 0, True),
        (HIGHER, 0.6, 4000, False),
        (LOWER, 0.3, 0, False),
        (LOWER, 0.5, 0, True),
        (LOWER, 0.5, 3000, True),
        (LOWER, 0.5, 3501, False),
        (NO_INCREASE, 1500, 0, False),
        (NO_INCREASE, 500, 0, True),
        (NO_INCREASE, 500, 3500, False),
        (NO_DECREASE, 501, 0, False),
        (NO_DECREASE, 500, 0, True),
        (NO_DECREASE, 500, 4000, False),
    ],
)
def test_metrics_decide(tmp_path, kind, limit, min_steps, expected):
    make, metric = kind
    est = estimator(tmp_path)
    write_events(est.eval_dir(), EVALUATIONS)
    assert stops(make(est, metric, limit, min_steps=min_steps)) == expected


@pytest.mark.parametrize("make, metric", [LOWER, NO_DECREASE])
def test_without_evaluations_training_goes_on(tmp_path, make, metric):
    assert not stops(make(estimator(tmp_path), metric, 1))


def test_metrics_of_another_directory(tmp_path):
    est = estimator(tmp_path / "model")
    write_events(tmp_path / "other", EVALUATIONS)
    hook = experimental.stop_if_lower_hook(est, "loss", 0.5, eval_dir=str(tmp_path / "other"))
    assert stops(hook)


def test_a_metric_that_is_not_there_is_told(tmp_path):
    est = estimator(tmp_path)
    write_events(est.eval_dir(), EVALUATIONS)
    with pytest.raises(KeyError, match="No metric 'auc'.*'accuracy', 'loss'"):
        stops(experimental.stop_if_lower_hook(est, "auc", 0.5))


def test_a_function_is_asked_every_so_many_steps(tmp_path):
    est = estimator(tmp_path)
    asked = []

    def third_time():
        asked.append(True)
        return len(asked) == 3

    hook = experimental.make_early_stopping_hook(
        est, third_time, run_every_secs=None, run_every_steps=40
    )
    # After steps 1, 41 and 81, as with single steps.
    assert steps_trained(est, hook, limit=500) == 81


def test_a_function_is_asked_by_the_clock(tmp_path):
    est = estimator(tmp_path)
    asked = []
    hook = experimental.make_early_stopping_hook(
        est, lambda: asked.append(True), run_every_secs=3600
    )
    assert steps_trained(est, hook, limit=500) == 500
    assert len(asked) == 1  # at the first step; the next time is an hour away


def test_the_worker_stops_when_the_chief_has_said_so(tmp_path):
    class Worker(tfe.RunConfig):
        is_chief = property(lambda self: False)

    est = tfe.Estimator(lambda features: None, config=Worker(str(tmp_path)))
    hook = experimental.make_early_stopping_hook(est, lambda: True)
    with tf.Graph().as_default():
        step = v1.train.create_global_step()
        with v1.train.SingularMonitoredSession(hooks=[hook]) as session:
            session.run(step)
            assert not session.should_stop()
            (stop,) = [v for v in v1.global_variables() if v.op.name.endswith("STOP")]
            stop.load(True, session.raw_session())
            session.run(step)
            assert session.should_stop()


def test_training_goes_on_after_an_early_stop(tmp_path):
    est = estimator(tmp_path)
    hooks = [
        experimental.make_early_stopping_hook(est, lambda answer=answer: answer)
        for answer in (True, False)
    ]
    assert steps_trained(est, hooks[0]) == 1
    assert "signal_early_stopping/STOP" in est.get_variable_names()
    assert steps_trained(est, hooks[1]) == 6


@pytest.mark.parametrize("run_every_steps, last", [(1, 20), (7, 22)])
def test_train_and_evaluate_stops_early_by_its_own_evaluations(tmp_path, run_every_steps, last):
    """The evaluation at step 20 is the first with a loss below a half: 0.98 ** 40."""
    est = estimator(tmp_path, save_every=10)
    hook = experimental.stop_if_lower_hook(
        est, "loss", 0.5, run_every_secs=None, run_every_steps=run_every_steps
    )
    metrics, _ = tfe.train_and_evaluate(
        est,
        tfe.TrainSpec(ones(), 500, hooks=[hook]),
        tfe.EvalSpec(ones(1), throttle_secs=0),
    )
    assert metrics["global_step"] == last


def test_read_eval_metrics(tmp_path):
    assert read_eval_metrics(str(tmp_path / "missing")) == {}
    write_events(tmp_path, EVALUATIONS)
    expected = {step: pytest.approx({"loss": a, "accuracy": b}) for step, a, b in EVALUATIONS}
    assert read_eval_metrics(str(tmp_path)) == expected
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-10])  # as a killed process leaves it
    assert list(read_eval_metrics(str(tmp_path))) == [1000, 2000, 3000]


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        ({"estimator": object()}, TypeError, "`estimator` must have type `tf.estimator.Estim"),
        ({"should_stop_fn": 3}, TypeError, "`should_stop_fn` must be callable. Got 3"),
        ({"run_every_steps": 5}, ValueError, "Only one of `run_every_secs` and `run_every_st"),
        ({"run_every_secs": None}, ValueError, "Either every_secs or every_steps should be"),
    ],
)
def test_arguments_are_checked(tmp_path, arguments, error, match):
    good = {"estimator": estimator(tmp_path), "should_stop_fn": lambda: True}
    with pytest.raises(error, match=match):
        experimental.make_early_stopping_hook(**{**good, **arguments})
