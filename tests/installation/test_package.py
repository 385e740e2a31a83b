"""What is installed, as against what lies in the sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)) for p in found if "__pycache__" not in p.parts}


def test_everything_in_the_package_is_installed(tmp_path):
    """Type information (py.typed, stubs) and data files included."""
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build", "--build-base", tmp_path / "base",
         "--build-lib", tmp_path / "lib"],
        cwd=ROOT, check=True, capture_output=True,
    )
    installed = files(tmp_path / "lib" / "tfspec")
    assert installed == files(ROOT / "tfspec")
    assert "py.typed" in installed and "estimator/__init__.pyi" in installed
