"""Scripts in the styles of 2017 to 2022: run as they are, checked, migrated.

What they leave is compared with what the original left (`record.py`), number by number.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.cases import CASES, PROGRAMS, Case, arguments, make_data
from tests.scripts.observe import as_json, observe
from tfspec import check

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())
# Kernels round otherwise in other releases of TensorFlow, and on other processors.
CLOSE = {"rel": 2e-3, "abs": 2e-4}


def run(case: Case, out: Path, data: Path, *launcher: str, folder: Path | None = None) -> list[str]:
    """Runs all calls of a script; the lines that it printed."""
    printed = []
    for call in arguments(case, out, data):
        done = subprocess.run(
            [sys.executable, *launcher, *call], cwd=folder or case.folder, capture_output=True,
            text=True, check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        printed += done.stdout.splitlines()
    return printed


@pytest.fixture(params=CASES)
def case(request) -> Case:
    case = CASES[request.param]
    if case.needs and not importlib.util.find_spec(case.needs):
        pytest.skip(f"needs {case.needs}")
    return case


@pytest.fixture
def as_it_is(case, tmp_path) -> tuple[list[str], dict]:
    """What a script printed and left under `tfspec run`."""
    make_data(tmp_path)
    printed = run(case, tmp_path / "out", tmp_path, "-m", "tfspec", "run")
    return printed, as_json(observe(tmp_path / "out"))


def assert_close(found, expected, where=""):
    """Compares names and texts exactly, numbers and those in texts closely."""
    if isinstance(expected, dict):
        assert sorted(found) == sorted(expected), where
        for key, value in expected.items():
            assert_close(found[key], value, f"{where}/{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for index, pair in enumerate(zip(found, expected, strict=True)):
            assert_close(*pair, f"{where}/{index}")
    elif isinstance(expected, str):
        number = re.compile(r"-?\d+\.\d+")
        assert number.sub("#", found) == number.sub("#", expected), where
        for pair in zip(number.findall(found), number.findall(expected), strict=True):
            assert float(pair[0]) == pytest.approx(float(pair[1]), **CLOSE), where
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, **CLOSE), where
    else:
        assert found == expected, where


@pytest.mark.slow
def test_runs_as_on_the_original_and_migrated(case, as_it_is, tmp_path):
    name = next(name for name in CASES if CASES[name] is case)
    printed, left = as_it_is
    if case.is_recorded:
        assert_close(printed, RECORDED[name]["stdout"])
        assert_close(left, RECORDED[name]["left"])
    folder = tmp_path / "migrated"
    shutil.copytree(case.folder, folder)
    migrate = [sys.executable, "-m", "tfspec", "migrate", "--write", str(folder)]
    subprocess.run(migrate, check=True, capture_output=True)
    again = run(case, tmp_path / "again", tmp_path, folder=folder)
    assert again == printed
    assert as_json(observe(tmp_path / "again")) == left


@pytest.mark.slow
def test_a_notebook_migrates(tmp_path):
    code = (PROGRAMS / "tf2_canned.py").read_text().replace("sys.argv[1]", repr(str(tmp_path)))
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": text}
        for text in code.split("\n\n\n")
    ]
    notebook = tmp_path / "canned.ipynb"
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5,
                                    "metadata": {"language_info": {"name": "python"}}}))
    migrate = [sys.executable, "-m", "tfspec", "migrate", "--write", str(notebook)]
    subprocess.run(migrate, check=True, capture_output=True)
    migrated = ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"]]
    assert len(migrated) == len(cells)
    done = subprocess.run(
        [sys.executable, "-"], input="\n".join(migrated), capture_output=True, text=True, check=True
    )
    assert_close(done.stdout.splitlines(), RECORDED["tf2_canned"]["stdout"])


def test_check_knows_every_name(case):
    module = case.target[-1].replace(".", "/").removesuffix("/py")
    scan = check.scan((case.folder / f"{module}.py").read_text())
    assert scan.style.name == case.style
    assert [f for f in scan.findings if f.verdict == check.UNSUPPORTED] == []
