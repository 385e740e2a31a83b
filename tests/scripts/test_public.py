"""Public scripts, unmodified, from clones of their repositories: none of their code is here.

They run where two folders are named in the environment:

    TFSPEC_CORPUS    with run_corpus.py, its cases, and what the original left (oracle.json)
    TFSPEC_MIRROR    clones of the public repositories: OWNER+NAME/repo

    TFSPEC_CORPUS=corpus TFSPEC_MIRROR=clones python -m pytest tests/scripts/test_public.py

Elsewhere the scripts of `programs`, in the same styles, stand in for them (test_programs.py).
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS, MIRROR = (os.environ.get(f"TFSPEC_{name}") for name in ("CORPUS", "MIRROR"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CORPUS and MIRROR), reason="TFSPEC_CORPUS and TFSPEC_MIRROR name no folders"
    ),
]


def names() -> list[str]:
    files = Path(CORPUS, "cases").glob("*.py") if CORPUS else ()
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


# How a script is run: as it is, and rewritten by `tfspec migrate` under plain python.
LAUNCHERS = {
    "run": "python -m tfspec run",
    "migrated": shlex.join(["python", str(Path(__file__).with_name("migrated.py"))]),
}


@pytest.mark.parametrize("launcher", LAUNCHERS.values(), ids=LAUNCHERS)
@pytest.mark.parametrize("name", names())
def test_leaves_what_the_original_left(name, launcher, tmp_path):
    results = tmp_path / "results.json"
    command = [sys.executable, str(Path(CORPUS, "run_corpus.py")), "--impl", "tfspec"]
    command += ["--mirror", MIRROR, "--pythonpath", str(ROOT), "--only", name]
    command += ["--launcher", launcher, "--out", str(results)]
    subprocess.run(command, capture_output=True)  # its status tells what the file says better
    [result] = json.loads(results.read_text())
    if result["status"] == "skipped":
        pytest.skip(result["why"])
    parts = {key: result.get(key) for key in ("why", "tail", "structure", "values")}
    assert result["status"] == "pass", parts
