"""The demo as a user runs it: a process of its own, with and without a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "tfspec", "demo"]
# What the tests set for themselves, a user has not set.
ENVIRONMENT = {name: os.environ[name] for name in os.environ if name != "TF_USE_LEGACY_KERAS"}


def test_the_table_is_fishers():
    from tfspec.demo import iris

    (train_x, train_y), (test_x, test_y) = iris.load_data()
    assert [len(train_y), len(test_y)] == [100, 50]
    means = {
        name: (train_x[name].sum() + test_x[name].sum()) / 150 for name in iris.FEATURES
    }
    # As Fisher's paper and the data set's description give them, in centimetres.
    assert means == pytest.approx(
        {"sepal_length": 5.843, "sepal_width": 3.057, "petal_length": 3.758, "petal_width": 1.199},
        abs=5e-4,
    )
    assert [list(test_y).count(species) for species in range(3)] == [16, 17, 17]


def test_demo_reports_speed_accuracy_and_files(tmp_path):
    model_dir = tmp_path / "with space"
    done = subprocess.run(
        [*COMMAND, "--model-dir", model_dir],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"device (CPU|GPU) \(.+\)", done.stdout)
    assert re.search(r"trained +5,000 steps, [\d,]+ steps per second", done.stdout)
    assert float(re.search(r"accuracy ([\d.]+)", done.stdout)[1]) >= 0.93
    assert int(re.search(r"predicted +(\d+) of 50 right", done.stdout)[1]) >= 47
    checkpoint = re.search(r"checkpoint +(.*)", done.stdout)[1]
    assert checkpoint == str(model_dir / "model.ckpt-5000")
    events = re.findall(r"event file +(.*)", done.stdout)
    assert {os.path.dirname(path) for path in events} == {str(model_dir), str(model_dir / "eval")}
    assert all(map(os.path.exists, [*events, f"{checkpoint}.index"]))
    assert "\r" not in done.stderr


def test_demo_shows_progress_on_a_terminal(tmp_path):
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a matter of Unix")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "--model-dir", tmp_path, "--steps", "3000"],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = read_to_the_end(ours)
    assert process.returncode == 0
    # The first step and the last are always shown; what between them, the clock tells.
    lines = [line for line in re.split(r"[\r\n]+", shown) if line.startswith("step ")]
    assert len(lines) > 1
    steps = [int(re.search(r"step ([\d,]+)", line)[1].replace(",", "")) for line in lines]
    assert steps == sorted(steps) and steps[-1] == 3000
    assert re.search(r"step 3,000 of 3,000 .*loss [\d.]+ .*steps/s", lines[-1])


def read_to_the_end(terminal: int) -> str:
    """What is written to a pseudo-terminal until its last writer has gone."""
    pieces = []
    try:
        while piece := os.read(terminal, 4096):
            pieces.append(piece)
    except OSError:  # Linux reports the last writer's leaving as an input/output error
        pass
    os.close(terminal)
    return b"".join(pieces).decode()
