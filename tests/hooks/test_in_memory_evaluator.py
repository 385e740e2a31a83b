"""Evaluation inside the training process, on the values that training has right then."""

from __future__ import annotations

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training import line_model
from tests.training.line_model import estimator, model_fn, ones
from tfspec.estimator.experimental import InMemoryEvaluatorHook
from tfspec.hooks import read_eval_metrics

v1 = tf.compat.v1


def evaluated(est, name=None):
    """The metrics by step, as the event files have them."""
    return read_eval_metrics(est.eval_dir(name))


def with_model(model_dir, fn):
    return tfe.Estimator(fn, str(model_dir))


def in_eval(change):
    """A model_fn whose specs for evaluation are changed; `change` gets the spec."""

    def changed(features, labels, mode):
        spec = model_fn(features, labels, mode)
        return change(spec) if mode == tfe.ModeKeys.EVAL else spec

    return changed


def test_it_evaluates_at_the_start_every_few_steps_and_at_the_end(tmp_path):
    est = estimator(tmp_path)
    est.train(ones(70), hooks=[InMemoryEvaluatorHook(est, ones(3), every_n_iter=30)])
    expected = {
        n: pytest.approx(
            {"loss": line_model.loss(n), "weight": line_model.weight(n)}, rel=1e-5
        )
        for n in (0, 30, 60, 70)
    }
    assert evaluated(est) == expected


def test_it_counts_from_where_training_resumes(tmp_path):
    est = estimator(tmp_path)
    hook = InMemoryEvaluatorHook(est, ones(1), every_n_iter=4, name="inside")
    est.train(ones(5), hooks=[hook])
    est.train(ones(5), hooks=[hook])
    assert list(evaluated(est, "inside")) == [0, 4, 5, 9, 10]


def test_it_counts_iterations_where_the_global_step_does_not(tmp_path):
    """Four of five iterations leave the global step alone, as when gradients are gathered."""

    def every_fifth(features, labels, mode):
        spec = model_fn(features, labels, mode)
        if mode != tfe.ModeKeys.TRAIN:
            return spec
        count = v1.get_variable("count", initializer=0, trainable=False)
        step = v1.train.get_global_step()
        with tf.control_dependencies([v1.assign_add(count, 1)]):
            due = tf.equal(count.read_value() % 5, 0)
        return spec._replace(train_op=v1.assign_add(step, tf.cast(due, step.dtype)))

    est = with_model(tmp_path, every_fifth)
    seen = []

    class Hook(v1.train.SessionRunHook):
        def begin(self):
            seen.append(True)

    evaluator = InMemoryEvaluatorHook(est, ones(1), every_n_iter=10, hooks=[Hook()])
    est.train(ones(30), hooks=[evaluator])
    assert len(seen) == 5  # before, after 10, 20 and 30 iterations, and at the end
    assert list(evaluated(est)) == [0, 2, 4, 6]


def test_steps_and_hooks_are_those_of_the_evaluation(tmp_path):
    seen = []

    class Hook(v1.train.SessionRunHook):
        def after_run(self, run_context, run_values):
            seen.append("batch")

        def end(self, session):
            seen.append("end")

    est = estimator(tmp_path)
    est.train(ones(3), hooks=[InMemoryEvaluatorHook(est, ones(), steps=2, hooks=[Hook()])])
    assert seen == ["batch", "batch", "end"] * 2


def test_evaluation_does_not_touch_training(tmp_path):
    def spoil(spec):
        (w,) = v1.trainable_variables()
        worse = v1.assign_add(w, 100.0)
        metrics = {**spec.eval_metric_ops, "worse": (worse, worse)}
        return spec._replace(eval_metric_ops=metrics)

    est = with_model(tmp_path, in_eval(spoil))
    est.train(ones(10), hooks=[InMemoryEvaluatorHook(est, ones(2), every_n_iter=3)])
    assert est.get_variable_value("w") == pytest.approx(line_model.weight(10), rel=1e-6)
    assert evaluated(est)[0]["weight"] >= 1


def test_tables_and_variables_of_the_evaluation_alone(tmp_path):
    def extend(spec):
        extra = v1.get_variable("extra", initializer=3.0)
        pairs = tf.lookup.KeyValueTensorInitializer([1], [5.0])
        table = tf.lookup.StaticHashTable(pairs, -1.0)
        looked_up = v1.metrics.mean(table.lookup(tf.constant([1, 2])))
        return spec._replace(
            eval_metric_ops={"extra": v1.metrics.mean(extra), "looked_up": looked_up}
        )

    est = with_model(tmp_path, in_eval(extend))
    est.train(ones(2), hooks=[InMemoryEvaluatorHook(est, ones(2))])
    for metrics in evaluated(est).values():
        assert (metrics["extra"], metrics["looked_up"]) == (3, 2)


def test_an_error_in_the_evaluation_comes_through(tmp_path):
    def broken():
        raise ZeroDivisionError("in the input")

    est = estimator(tmp_path)
    with pytest.raises(ZeroDivisionError, match="in the input"):
        est.train(ones(2), hooks=[InMemoryEvaluatorHook(est, broken)])


@pytest.mark.parametrize(
    "scaffold, match",
    [
        (lambda: v1.train.Scaffold(saver=v1.train.Saver()), "does not support custom saver"),
        (lambda: v1.train.Scaffold(init_fn=print), "does not support custom init_fn"),
    ],
)
def test_scaffolds_that_bring_other_values_are_refused(tmp_path, scaffold, match):
    est = with_model(tmp_path, in_eval(lambda spec: spec._replace(scaffold=scaffold())))
    with pytest.raises(ValueError, match=match):
        est.train(ones(2), hooks=[InMemoryEvaluatorHook(est, ones(1))])


def test_saveables_that_are_no_variables_are_refused(tmp_path):
    def saving_more(features, labels, mode):
        v1.Variable([0.0], collections=["other", v1.GraphKeys.SAVEABLE_OBJECTS])
        return model_fn(features, labels, mode)

    est = with_model(tmp_path, saving_more)
    with pytest.raises(ValueError, match="does not support saveables other than global var"):
        est.train(ones(2), hooks=[InMemoryEvaluatorHook(est, ones(1))])


@pytest.mark.parametrize("jobs", [{"worker": ["b:2"]}, {"ps": ["b:2"]}])
def test_clusters_are_refused(tmp_path, monkeypatch, jobs):
    place = '{"cluster": %s, "task": {"type": "chief", "index": 0}}'
    cluster = str({"chief": ["a:1"], **jobs}).replace("'", '"')
    monkeypatch.setenv("TF_CONFIG", place % cluster)
    with pytest.raises(ValueError, match="supports only single machine"):
        InMemoryEvaluatorHook(estimator(tmp_path), ones())


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        ({"estimator": object()}, TypeError, "`estimator` must have type"),
        ({"input_fn": 3}, TypeError, "`input_fn` must be callable"),
        ({"every_n_iter": 0}, ValueError, "invalid every_n_iter=0"),
        ({"every_n_iter": None}, ValueError, "invalid every_n_iter=None"),
        ({"steps": 0}, ValueError, "Must specify steps > 0, given: 0"),
        ({"hooks": [3]}, TypeError, "must be `SessionRunHook` instances, given: 3"),
    ],
)
def test_arguments_are_checked(tmp_path, arguments, error, match):
    good = {"estimator": estimator(tmp_path), "input_fn": ones()}
    with pytest.raises(error, match=match):
        InMemoryEvaluatorHook(**{**good, **arguments})
