"""`tfspec record` and `tfspec compare`: the same run is the same, another one says where."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tfspec.record._run import has_original

HERE = Path(__file__).parent
DATA = HERE / "data"
SCRIPTS = {name: HERE / "scripts" / f"{name}.py" for name in ("raw_tf1", "tf2_style")}
MODEL_DIR = "--model_dir={work}/model"
ORIGINAL = os.environ.get("TFSPEC_ORIGINAL_PYTHON")
ATTEMPTS = 10  # of the original, whose summaries are not the same in all runs


def tfspec(*arguments: object, python: str = sys.executable, cwd: Path | None = None):
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    if python == ORIGINAL:
        environment.pop("TF_USE_LEGACY_KERAS", None)  # it has its own Keras 2, no tf_keras
    return subprocess.run(
        [python, "-m", "tfspec", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env=environment, timeout=900,
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """`recorded(name, *arguments)`: the path of a recording of a script made here."""
    made = {}

    def record(name, *arguments):
        key = (name, *arguments)
        if key not in made:
            path = tmp_path_factory.mktemp("recorded") / f"{name}.json"
            run = tfspec("record", "-o", path, SCRIPTS[name], MODEL_DIR, *arguments)
            assert run.returncode == 0, run.stderr
            made[key] = path
        return made[key]

    return record


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_run_is_what_the_original_was(name, recorded):
    """The reference is `tfspec record` of the same script with TensorFlow 2.15.1."""
    compared = tfspec("compare", DATA / f"{name}.json", recorded(name))
    assert compared.returncode == 0, compared.stdout
    reference = json.loads((DATA / f"{name}.json").read_text())
    assert reference["certificate"]["estimator"] == "original"
    assert reference["losses"] and reference["evaluations"]
    assert [*reference["folders"]] == ["model 1", "model 1/eval"] and reference["exports"]


@pytest.mark.slow
@pytest.mark.skipif(not ORIGINAL, reason="needs TFSPEC_ORIGINAL_PYTHON")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_run_is_what_the_original_is(name, recorded, tmp_path):
    out = tmp_path / "original.json"
    for _ in range(ATTEMPTS):
        run = tfspec("record", "-o", out, SCRIPTS[name], MODEL_DIR, python=ORIGINAL)
        assert run.returncode == 0, run.stderr
        reference = json.loads(out.read_text())
        if summaries_are_regular(reference):
            break
    assert reference["certificate"]["estimator"] == "original"
    compared = tfspec("compare", out, recorded(name))
    assert compared.returncode == 0, compared.stdout


def summaries_are_regular(recording) -> bool:
    """Whether no step was read while it was being counted, which TF1's variables allow: the
    original then takes summaries one step early from there on, in one run of four."""
    steps = [step for step, _ in recording["folders"]["model 1"]["events"]["loss"]]
    return len({later - step for step, later in itertools.pairwise(steps)}) <= 1


@pytest.mark.slow
def test_another_run_says_where_it_parts(recorded, tmp_path):
    page = tmp_path / "page.html"
    compared = tfspec(
        "compare", "--html", page, recorded("raw_tf1"), SCRIPTS["raw_tf1"], MODEL_DIR,
        "--rate=0.05",
    )
    assert compared.returncode == 1
    # The first loss is taken before anything was learned.
    assert re.search(r"DIFFERS +model 1: loss: from step 6, by up to \S+ relative", compared.stdout)
    assert re.search(r"DIFFERS +mae: from step 40", compared.stdout)
    assert re.search(r"export signatures +1 +0 +none", compared.stdout)
    plots = re.findall(r"<svg.*?</svg>", page.read_text())
    assert len(plots) >= 2
    for plot in plots:
        lines = [one for one in ElementTree.fromstring(plot) if one.tag.endswith("polyline")]
        assert len(lines) == 2 and lines[0].get("points")


@pytest.mark.slow
def test_json_and_tolerances(recorded):
    pair = recorded("raw_tf1"), recorded("raw_tf1", "--rate=0.1000001")
    strict = tfspec("compare", "--json", "--rtol=1e-9", "--atol=0", *pair)
    assert strict.returncode == 1
    differences = json.loads(strict.stdout)
    weights = next(one for one in differences if one["name"] == "model 1: w")
    assert not weights["same"] and 0 < weights["largest"] < 1e-5
    assert tfspec("compare", "--rtol=1e-3", *pair).returncode == 0


@pytest.mark.slow
def test_the_programs_own_end_is_recorded(tmp_path):
    (tmp_path / "ends.py").write_text("import sys, tensorflow\nsys.exit(int(sys.argv[1]))\n")
    run = tfspec("record", "-o", "three.json", "ends.py", "3", cwd=tmp_path)
    assert run.returncode == 3
    assert json.loads((tmp_path / "three.json").read_text())["exit"] == 3
    compared = tfspec("compare", "three.json", "ends.py", "0", cwd=tmp_path)
    assert compared.returncode == 1
    assert "exit status: 3 in the reference, 0 here" in compared.stdout


def test_a_program_without_tensorflow(tmp_path):
    (tmp_path / "small.py").write_text("print('here')\n")
    run = tfspec("record", "--with", "tfspec", "-o", "small.json", "small.py", cwd=tmp_path)
    assert run.returncode == 0 and run.stdout == "here\n"
    assert json.loads((tmp_path / "small.json").read_text())["folders"] == {}


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["compare", "absent.json", "small.py"], r"absent\.json"),
        (["compare", "small.py", "small.py"], "no recording: it holds no JSON"),
        (["compare", "other.json", "small.py"], "'tfspec_recording' is None there, not 1"),
        (["compare", "good.json", "absent.py"], "can't open 'absent.py'"),
        (["record", "-o", "out.json", "absent.py"], "can't open 'absent.py'"),
        (["record", "-o", "absent/out.json", "small.py"], "absent"),
        pytest.param(
            ["record", "--with", "original", "-o", "out.json", "small.py"], "has no tf.estimator",
            marks=pytest.mark.skipif(has_original(), reason="here it is there"),
        ),
        (["record", "small.py"], "-o/--out"),
        (["compare", "good.json"], "SCRIPT"),
    ],
)
def test_bad_input(arguments, message, tmp_path):
    (tmp_path / "small.py").write_text("pass\n")
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "good.json").write_text(textwrap.dedent("""
        {"tfspec_recording": 1, "certificate": {}, "exit": 0, "losses": [], "evaluations": [],
         "folders": {}, "exports": {}}
    """))
    before = sorted(path.name for path in tmp_path.iterdir())
    run = tfspec(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert re.search(message, run.stderr)
    assert "Traceback" not in run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
