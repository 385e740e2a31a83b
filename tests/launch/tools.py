"""Running programs in folders of their own, with and without the launcher."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

RUN = ("-m", "tfspec", "run")


def python(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, input=stdin, capture_output=True, text=True
    )


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__in__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
