"""Exporters: which evaluations they export and which exports they keep."""

from __future__ import annotations

import os

import pytest
import tensorflow as tf

import tfspec.estimator as tfe

v1 = tf.compat.v1


class Exporting:
    """Stands for an Estimator: makes an empty folder with the next time stamp in its name."""

    def __init__(self, model_dir):
        self.model_dir = str(model_dir)
        self.calls = []

    def export_saved_model(self, path, receiver_fn, **arguments):
        folder = os.path.join(path, str(1_600_000_000 + len(self.calls)))
        self.calls.append((receiver_fn, arguments))
        os.makedirs(folder)
        return folder


def export(exporter, estimator, results, path="export/name", final=False):
    """The numbers of `results`, losses or whole results, that led to an export."""
    exported = []
    for step, result in enumerate(results):
        metrics = result if isinstance(result, dict) else {"loss": result, "global_step": step}
        full = os.path.join(estimator.model_dir, path)
        if exporter.export(estimator, full, "model.ckpt", metrics, final):
            exported.append(result)
    return exported


def write_events(folder, rows):
    with tf.Graph().as_default():
        with v1.summary.FileWriter(str(folder)) as writer:
            for step, scalars in rows:
                values = [v1.Summary.Value(tag=k, simple_value=v) for k, v in scalars.items()]
                writer.add_summary(v1.Summary(value=values), step)


def receiver_fn():
    """Only handed through here."""


@pytest.mark.parametrize(
    "kind, final",
    [(tfe.FinalExporter, True), (tfe.LatestExporter, False), (tfe.BestExporter, False)],
)
def test_settings_reach_the_estimator(tmp_path, kind, final):
    estimator = Exporting(tmp_path)
    exporter = kind("name", receiver_fn, assets_extra={"a": "b"}, as_text=True)
    assert exporter.name == "name"
    assert export(exporter, estimator, [1.0], final=final) == [1.0]
    expected = {"assets_extra": {"a": "b"}, "as_text": True, "checkpoint_path": "model.ckpt"}
    assert estimator.calls == [(receiver_fn, expected)]


def test_final_exporter_waits_for_the_end(tmp_path):
    exporter = tfe.FinalExporter("name", receiver_fn)
    assert export(exporter, Exporting(tmp_path), [3.0, 2.0]) == []
    assert export(exporter, Exporting(tmp_path), [1.0], final=True) == [1.0]


@pytest.mark.parametrize("kind", [tfe.LatestExporter, tfe.BestExporter])
@pytest.mark.parametrize("keep, kept", [(2, [2, 3]), (None, [0, 1, 2, 3])])
def test_old_exports_are_deleted_and_nothing_else(tmp_path, kind, keep, kept):
    folder = tmp_path / "export" / "name"
    (folder / "temp-1600000000").mkdir(parents=True)
    (folder / "notes").mkdir()
    exporter = kind("name", receiver_fn, exports_to_keep=keep)
    export(exporter, Exporting(tmp_path), [4.0, 3.0, 2.0, 1.0])
    stamps = [str(1_600_000_000 + n) for n in kept]
    assert sorted(os.listdir(folder)) == [*stamps, "notes", "temp-1600000000"]


def test_best_exporter_exports_what_beats_the_best(tmp_path):
    exporter = tfe.BestExporter("name", receiver_fn)
    assert export(exporter, Exporting(tmp_path), [5.0, 6.0, 4.0, 4.0, 3.0]) == [5.0, 4.0, 3.0]


def test_best_exporter_compares_as_told(tmp_path):
    def higher(best_eval_result, current_eval_result):
        return current_eval_result["accuracy"] > best_eval_result["accuracy"]

    exporter = tfe.BestExporter("name", receiver_fn, compare_fn=higher)
    results = [{"accuracy": value} for value in (0.5, 0.7, 0.6)]
    assert export(exporter, Exporting(tmp_path), results) == results[:2]


def restarted(tmp_path, **arguments):
    """A BestExporter of a second run, beside the export that the first run left."""
    (tmp_path / "export" / "name" / "1500000000").mkdir(parents=True)
    return tfe.BestExporter("name", receiver_fn, **arguments)


def test_best_exporter_knows_the_best_of_an_earlier_run(tmp_path):
    write_events(tmp_path / "eval", [(10, {"loss": 5.0}), (20, {"loss": 6.0})])
    exporter = restarted(tmp_path)
    assert export(exporter, Exporting(tmp_path), [7.0, 5.5, 4.0, 4.5]) == [4.0]


def test_best_exporter_is_not_beaten_by_the_evaluation_at_hand(tmp_path):
    """The evaluation is in the event files before exporters are called."""
    write_events(tmp_path / "eval", [(10, {"loss": 5.0}), (20, {"loss": 4.0})])
    exporter = restarted(tmp_path)
    result = {"loss": 4.0, "global_step": 20}
    assert export(exporter, Exporting(tmp_path), [result]) == [result]


def test_best_exporter_exports_first_where_no_run_did(tmp_path):
    write_events(tmp_path / "eval", [(10, {"loss": 5.0})])
    exporter = tfe.BestExporter("name", receiver_fn)
    assert export(exporter, Exporting(tmp_path), [7.0, 6.0, 6.5]) == [7.0, 6.0]


@pytest.mark.parametrize("pattern", [None, "eval_other/*.tfevents.*"])
def test_best_exporter_without_its_events_starts_afresh(tmp_path, pattern):
    write_events(tmp_path / "eval", [(10, {"loss": 5.0})])
    exporter = restarted(tmp_path, event_file_pattern=pattern)
    assert export(exporter, Exporting(tmp_path), [7.0, 8.0]) == [7.0]


def test_best_exporter_passes_over_events_of_other_things(tmp_path):
    write_events(tmp_path / "eval", [(10, {"other": 1.0}), (20, {"loss": 5.0})])
    (path,) = (tmp_path / "eval").iterdir()
    path.write_bytes(path.read_bytes() + b"cut off")
    exporter = restarted(tmp_path)
    assert export(exporter, Exporting(tmp_path), [7.0, 4.0]) == [4.0]


@pytest.mark.parametrize("kind", [tfe.LatestExporter, tfe.BestExporter])
@pytest.mark.parametrize("keep", [0, -1])
def test_exports_to_keep_must_be_positive(kind, keep):
    with pytest.raises(ValueError, match="`exports_to_keep`, if provided, must be a positive num"):
        kind("name", receiver_fn, exports_to_keep=keep)


@pytest.mark.parametrize(
    "compare_fn, match",
    [
        (None, "`compare_fn` must not be None"),
        (lambda best_eval_result: True, "must include current_eval_result argument"),
        (lambda a, b: True, "must include best_eval_result argument"),
        (
            lambda best_eval_result, current_eval_result, x=1: True,
            r"has following not expected args: \['x'\]",
        ),
    ],
)
def test_compare_fn_must_take_both_results(compare_fn, match):
    with pytest.raises(ValueError, match=match):
        tfe.BestExporter("name", receiver_fn, compare_fn=compare_fn)


@pytest.mark.parametrize(
    "results, match",
    [
        ([{"loss": 1.0}, {"accuracy": 1.0}], "current_eval_result cannot be empty or no loss"),
        ([{"accuracy": 1.0}, {"loss": 1.0}], "best_eval_result cannot be empty or no loss"),
    ],
)
def test_results_without_a_loss_need_a_compare_fn(tmp_path, results, match):
    with pytest.raises(ValueError, match=match):
        export(tfe.BestExporter("name", receiver_fn), Exporting(tmp_path), results)
