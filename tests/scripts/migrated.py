"""Runs a script of a checkout under plain python, once `tfspec migrate` has rewritten the checkout.

    python migrated.py SCRIPT|-m MODULE ARGS

A launcher for the driver of public scripts (test_public.py), which lays its checkouts out as
`CASE/src`. All of `src` is rewritten in place; the second call for a checkout finds nothing to do.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def checkout(target: list[str]) -> Path:
    """The folder `src` that the script, or the working directory of a module, is in."""
    inside = Path.cwd() if target[0] == "-m" else Path(target[0]).resolve()
    for folder in (inside, *inside.parents):
        if folder.name == "src":
            return folder
    raise SystemExit(f"{inside} is not in a folder called src.")


def main() -> int:
    source = checkout(sys.argv[1:])
    migrate = [sys.executable, "-m", "tfspec", "migrate", "--write", str(source)]
    subprocess.run(migrate)  # a file of the checkout that it can't read need not be the script's
    return subprocess.run([sys.executable, *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
