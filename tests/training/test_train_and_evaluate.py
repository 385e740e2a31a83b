"""train_and_evaluate on one machine: which checkpoints are evaluated, and what comes back."""

from __future__ import annotations

import os

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training import line_model
from tests.training.line_model import RecordingExporter, estimator, ones

v1 = tf.compat.v1


def run(model_dir, train_input=None, max_steps=None, save_every=10, **eval_arguments):
    """Returns the exporter that watched, and what train_and_evaluate returned."""
    exporter = RecordingExporter()
    eval_spec = tfe.EvalSpec(
        ones(1), **{"steps": None, "throttle_secs": 0, "exporters": exporter, **eval_arguments}
    )
    train_spec = tfe.TrainSpec(train_input or ones(), max_steps)
    result = tfe.train_and_evaluate(estimator(model_dir, save_every), train_spec, eval_spec)
    return exporter, result


def test_every_checkpoint_but_the_first_is_evaluated(tmp_path):
    exporter, (metrics, exports) = run(tmp_path, max_steps=22)
    assert exporter.steps == [10, 20, 22]
    assert exporter.final == [False, False, True]
    assert exports == [3]
    assert metrics["global_step"] == 22
    assert metrics["weight"] == pytest.approx(line_model.weight(22), rel=1e-6)
    assert metrics["loss"] == pytest.approx(line_model.loss(22), rel=1e-5)
    call = exporter.calls[0]
    assert call["export_path"] == str(tmp_path / "export" / "recording")
    assert call["checkpoint_path"] == str(tmp_path / "model.ckpt-10")


def test_training_is_one_session_and_listeners_come_first(tmp_path):
    seen = []

    class Hook(v1.train.SessionRunHook):
        def begin(self):
            seen.append("begin")

        def end(self, session):
            seen.append("end")

    class Listener(v1.train.CheckpointSaverListener):
        def after_save(self, session, global_step_value):
            seen.append(int(global_step_value))

    exporter = RecordingExporter()
    exporter.export = lambda **call: seen.append("export")
    tfe.train_and_evaluate(
        estimator(tmp_path),
        tfe.TrainSpec(ones(), 12, hooks=[Hook()], saving_listeners=[Listener()]),
        tfe.EvalSpec(ones(1), throttle_secs=0, exporters=exporter),
    )
    assert seen == ["begin", 0, 10, "export", 12, "export", "end"]


def test_throttling_skips_checkpoints_but_never_the_last(tmp_path):
    exporter, (metrics, _) = run(tmp_path, max_steps=32, throttle_secs=600)
    assert exporter.steps == [10, 32]
    assert metrics["global_step"] == 32


@pytest.mark.parametrize("max_steps", [None, 100])
def test_a_run_that_ends_with_its_input_has_no_final_export(tmp_path, max_steps):
    exporter, (metrics, _) = run(tmp_path, ones(15), max_steps)
    assert exporter.steps == [10, 15]
    assert exporter.final == [False, False]
    assert metrics["global_step"] == 15


def test_without_training_data_the_first_checkpoint_is_evaluated(tmp_path):
    exporter, (metrics, _) = run(tmp_path, ones(0))
    assert (exporter.steps, exporter.final) == ([0], [False])
    assert metrics["weight"] == 1


def test_restarts_go_on_to_max_steps_and_then_do_nothing(tmp_path):
    run(tmp_path, max_steps=12)
    exporter, (metrics, _) = run(tmp_path, max_steps=25)
    assert exporter.steps == [22, 25]
    assert metrics["weight"] == pytest.approx(line_model.weight(25), rel=1e-6)
    assert run(tmp_path, max_steps=25)[1] == (None, None)


def test_results_go_to_the_directory_of_the_name(tmp_path):
    run(tmp_path, max_steps=12, name="held_out")
    (path,) = (tmp_path / "eval_held_out").iterdir()
    losses = {
        event.step: value.simple_value
        for event in v1.train.summary_iterator(str(path))
        for value in event.summary.value
        if value.tag == "loss"
    }
    assert losses == pytest.approx({n: line_model.loss(n) for n in (10, 12)}, rel=1e-5)


def test_exporters_of_all_kinds_write_models_that_load(tmp_path):
    kinds = [
        tfe.FinalExporter("final", line_model.serving_fn),
        tfe.LatestExporter("latest", line_model.serving_fn, exports_to_keep=1),
        tfe.BestExporter("best", line_model.serving_fn),
    ]
    _, (_, exports) = run(tmp_path, max_steps=12, exporters=kinds)
    assert len(os.listdir(tmp_path / "export" / "final")) == 1
    assert len(os.listdir(tmp_path / "export" / "latest")) == 1
    assert len(os.listdir(tmp_path / "export" / "best")) == 2
    for path in exports:
        serve = tf.saved_model.load(os.fsdecode(path)).signatures["serving_default"]
        (y,) = serve(tf.constant([3.0])).values()
        assert y.numpy() == pytest.approx([3 * line_model.weight(12)], rel=1e-6)


def test_without_checkpoints_there_is_nothing_to_evaluate(tmp_path):
    with pytest.raises(ValueError, match="There should be a CheckpointSaverHook"):
        run(tmp_path, max_steps=5, save_every=None)


def test_an_exporter_that_fails_ends_the_run(tmp_path):
    exporter = RecordingExporter()
    exporter.export = lambda **call: 1 / 0
    with pytest.raises(ZeroDivisionError):
        run(tmp_path, max_steps=22, exporters=exporter)
    assert tf.train.latest_checkpoint(str(tmp_path)).endswith("model.ckpt-10")


def test_a_checkpoint_that_is_gone_is_told(tmp_path):
    class Remover(v1.train.CheckpointSaverListener):
        def after_save(self, session, global_step_value):
            (tmp_path / "checkpoint").unlink()

    with pytest.raises(RuntimeError, match="no new checkpoint .* status: missing checkpoint"):
        tfe.train_and_evaluate(
            estimator(tmp_path),
            tfe.TrainSpec(ones(), 22, saving_listeners=[Remover()]),
            tfe.EvalSpec(ones(1), throttle_secs=0),
        )


@pytest.mark.parametrize(
    "metrics, error, match",
    [
        ({}, ValueError, "`Estimator.evaluate` should never return empty metrics"),
        (3, TypeError, "`Estimator.evaluate` should return dict"),
        ({"loss": 1.0}, ValueError, "`Estimator.evaluate` result should have `global_step`"),
    ],
)
def test_metrics_of_the_wrong_kind_are_told(tmp_path, monkeypatch, metrics, error, match):
    est = estimator(tmp_path)
    monkeypatch.setattr(est, "evaluate", lambda **arguments: metrics)
    with pytest.raises(error, match=match):
        tfe.train_and_evaluate(
            est, tfe.TrainSpec(ones(), 12), tfe.EvalSpec(ones(1), throttle_secs=0)
        )


class _LikeKeras:
    fit = get_config = evaluate = predict = None


@pytest.mark.parametrize(
    "arguments, match",
    [
        ({"estimator": object()}, "`estimator` must have type `tf.estimator.Estimator`"),
        ({"estimator": _LikeKeras()}, "`estimator` must have .* with model_to_estimator"),
        ({"train_spec": None}, "`train_spec` must have type `tf.estimator.TrainSpec`"),
        ({"eval_spec": None}, "`eval_spec` must have type `tf.estimator.EvalSpec`"),
    ],
)
def test_arguments_of_the_wrong_type_are_refused(tmp_path, arguments, match):
    good = {
        "estimator": estimator(tmp_path),
        "train_spec": tfe.TrainSpec(ones(), 1),
        "eval_spec": tfe.EvalSpec(ones(1)),
    }
    with pytest.raises(TypeError, match=match):
        tfe.train_and_evaluate(**{**good, **arguments})
    assert not list(tmp_path.iterdir())
