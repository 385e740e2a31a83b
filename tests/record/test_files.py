"""Recordings as files, and what a comparison says of damaged or empty ones."""

from __future__ import annotations

import json
import os
import stat

import pytest
import tensorflow as tf

from tfspec import record
from tfspec.cli import main
from tfspec.record._read import read_folder

EMPTY = {
    "certificate": {"estimator": "tfspec", "tensorflow": None},
    "exit": 0,
    "losses": [],
    "evaluations": [],
    "folders": {},
    "exports": {},
}


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "made.json"
    record.save({**EMPTY, "losses": [[1, 0.1]]}, str(path))
    assert record.load(str(path))["losses"] == [[1, 0.1]]
    assert [one.name for one in tmp_path.iterdir()] == ["made.json"]


@pytest.mark.parametrize("umask, mode", [(0o022, 0o644), (0o077, 0o600)])
def test_others_may_read_it_as_any_new_file(umask, mode, tmp_path):
    path = tmp_path / "made.json"
    before = os.umask(umask)
    try:
        record.save(EMPTY, str(path))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize(
    "part, value, message",
    [
        ("losses", 3, "'losses' has to be of type list, but is int there. Record it again"),
        ("folders", [], "'folders' has to be of type dict, but is list"),
        ("exit", "0", "'exit' has to be of type int, but is str"),
        ("certificate", None, "'certificate' has to be of type dict, but is NoneType"),
    ],
)
def test_damaged(part, value, message, tmp_path, capsys):
    path = tmp_path / "damaged.json"
    record.save({**EMPTY, part: value}, str(path))
    with pytest.raises(record.NotARecording, match=message):
        record.load(str(path))
    assert main(["compare", str(path), str(path)]) == 2
    assert message in capsys.readouterr().err


def test_a_comparison_of_nothing_says_so(tmp_path, capsys):
    path, page = str(tmp_path / "empty.json"), tmp_path / "page.html"
    record.save(EMPTY, path)
    assert main(["compare", "--html", str(page), path, path]) == 0
    assert "Nothing but the exit status was compared" in capsys.readouterr().out
    assert "Nothing but the exit status" in page.read_text()
    full = str(tmp_path / "full.json")
    record.save({**EMPTY, "losses": [[1, 0.5]]}, full)
    assert main(["compare", full, full]) == 0
    assert "Nothing but" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, message",
    [
        (["--rtol", "-1"], "'-1' is no tolerance: name a number from 0 on"),
        (["--atol", "nan"], "'nan' is no tolerance"),
        (["--rtol", "inf"], "'inf' is no tolerance"),
        (["--rtol", "little"], "invalid tolerance value: 'little'"),
        (["--html", "{folder}/absent/page.html"], "can't be written to: name a file in a folder"),
        (["--html", "{folder}"], "can't be written to"),
    ],
)
def test_refused_before_anything_runs(options, message, tmp_path, capsys):
    path = str(tmp_path / "empty.json")
    record.save(EMPTY, path)
    (tmp_path / "job.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    options = [option.format(folder=tmp_path) for option in options]
    with pytest.raises(SystemExit) as stop:
        main(["compare", *options, path, str(tmp_path / "job.py")])
    assert stop.value.code == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "ran").exists()


def test_an_unwritable_recording_is_refused_before_anything_runs(tmp_path, capsys):
    (tmp_path / "job.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    out = str(tmp_path / "absent" / "out.json")
    with pytest.raises(SystemExit) as stop:
        main(["record", "-o", out, str(tmp_path / "job.py")])
    assert stop.value.code == 2
    assert "can't be written to" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "ran").exists()


def test_json_of_a_comparison(tmp_path, capsys):
    paths = []
    for name, loss in (("one", 0.5), ("two", 0.25)):
        paths.append(str(tmp_path / f"{name}.json"))
        record.save({**EMPTY, "losses": [[1, 1.0], [101, loss]]}, paths[-1])
    assert main(["compare", "--json", *paths]) == 1
    status, losses = json.loads(capsys.readouterr().out)
    assert status["same"] and not losses["same"]
    assert (losses["kind"], losses["first"], losses["largest"]) == ("loss", 100, 0.5)


def test_without_tolerance_every_bit_counts(tmp_path, capsys):
    """The checksum tells of values that are not in the sample."""
    paths = []
    for name in ("one", "two"):
        variable = {
            "dtype": "float32", "shape": [100], "sha256": name, "norm": 10.0, "sample": [1.0] * 64,
        }
        folders = {"model 1": {"events": {}, "variables": {"w": variable}}}
        paths.append(str(tmp_path / f"{name}.json"))
        record.save({**EMPTY, "folders": folders}, paths[-1])
    assert main(["compare", *paths]) == 0
    assert main(["compare", "--rtol", "0", "--atol", "0", *paths]) == 1
    assert "model 1: w: in values that are not in the sample" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tag", "is_read"),
    [
        ("loss", True),
        ("global_step/sec", False),
        ("enqueue_input/queue/enqueue_input/fifo_queuefraction_of_1000_full", False),
        ("enqueue_input/queue/enqueue_input/shuffle_queuefraction_over_2_of_7_full", False),
        ("fraction_of_zero_values", True),
    ],
)
def test_what_depends_on_the_moment_is_left_out(tag, is_read, tmp_path, caplog):
    with tf.Graph().as_default(), tf.compat.v1.summary.FileWriter(str(tmp_path)) as writer:
        value = tf.compat.v1.Summary.Value(tag=tag, simple_value=1.0)
        writer.add_summary(tf.compat.v1.Summary(value=[value]), 3)
    found = read_folder(str(tmp_path), 0.0)
    assert found.get("events", {}) == ({tag: [[3, 1.0]]} if is_read else {})
    assert not caplog.records
