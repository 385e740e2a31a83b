"""Puts together what a program left in the folders that it wrote to."""

from __future__ import annotations

import os
from typing import Any

from tfspec.record._read import read_exports, read_folder
from tfspec.record._watch import Watch


def collect(watch: Watch, since: float) -> dict[str, Any]:
    """What a run left in the folders that were seen.

    Args:
        watch: where it wrote, and what was in folders that it deleted.
        since: when it began, in seconds since the epoch; what is older is not its own.

    Returns:
        `losses` and `evaluations` as they were logged; `folders`: `events` (by tag `[step,
        value]`, value None where it is no scalar) and `variables` of the last checkpoint;
        `exports`: signatures. Folders go by the order in which they were first written to; one
        that was deleted and written anew is there once more, as `model 1 (2)`.
    """
    names = _names([*watch.folders, *watch.exports])
    folders: dict[str, Any] = {}
    for folder in watch.folders:
        lives = [*watch.deleted_folders.get(folder, []), read_folder(folder, since)]
        for number, life in enumerate(filter(None, lives), 1):
            folders[names[folder] + (f" ({number})" if number > 1 else "")] = life
    exports = {}
    for base in watch.exports:
        made = [*watch.deleted_exports.get(base, []), *read_exports(base, since)]
        for number, signatures in enumerate(made, 1):
            exports[f"{names[base]} #{number}"] = signatures
    return {
        "losses": watch.losses,
        "evaluations": watch.evaluations,
        "folders": folders,
        "exports": exports,
    }


def _names(folders: list[str]) -> dict[str, str]:
    """Names that are the same for two runs in different places."""
    names: dict[str, str] = {}
    tops = 0
    for folder in sorted(set(folders), key=lambda one: (one.count(os.sep), folders.index(one))):
        above = [top for top in names if folder.startswith(top + os.sep)]
        if above:
            top = max(above, key=len)
            names[folder] = f"{names[top]}/{os.path.relpath(folder, top)}"
        else:
            tops += 1
            names[folder] = f"model {tops}"
    return names
