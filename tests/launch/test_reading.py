"""Scripts that Python can't read: the same words as its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def said(folder: Path, *launcher: str) -> tuple[int, list[str]]:
    command = [sys.executable, *launcher, "script.py"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stderr.strip().splitlines()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b'x = 1\ny = "caf\xe9"\n', id="no UTF-8"),
        pytest.param(b"x = 1\n# caf\xe9\n", id="no UTF-8 in a comment"),
        pytest.param(b'# coding: utf-8\nx = "\xff"\n', id="not what is declared, UTF-8"),
        pytest.param(b'# coding: ascii\nx = "\xe9"\n', id="not what is declared, ASCII"),
        pytest.param(b"# -*- coding: nosuch -*-\nx = 1\n", id="unknown encoding"),
        pytest.param(b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", id="two encodings"),
        pytest.param(b"x = 1\ny = 2\0\n", id="null byte"),
        pytest.param(b'# coding: latin-1\nx = "\xe9"\n', id="as declared"),
        pytest.param(b"\xef\xbb\xbfx = 1\n", id="byte order mark"),
        pytest.param(b"x = (1\n", id="other error"),
    ],
)
def test_same_words(source, tmp_path):
    (tmp_path / "script.py").write_bytes(source)
    assert said(tmp_path, "-m", "tfspec", "run") == said(tmp_path)
