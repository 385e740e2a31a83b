"""The file that a recording is."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

_FORMAT = "tfspec_recording"
_VERSION = 1
_PARTS = {
    "certificate": dict, "exit": int, "losses": list, "evaluations": list, "folders": dict,
    "exports": dict,
}

Recording = dict[str, Any]


class NotARecording(ValueError):
    """A file is not what `tfspec record` writes."""


def save(recording: Recording, path: str) -> None:
    """Writes a recording; the file is there whole, or not at all.

    Raises:
        OSError: it can't be written.
    """
    folder = os.path.dirname(os.path.abspath(path))
    text = json.dumps({_FORMAT: _VERSION, **recording}, indent=1, sort_keys=True)
    handle, aside = tempfile.mkstemp(dir=folder, prefix=".recording-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.chmod(aside, 0o666 & ~_umask())  # mkstemp's files are their owner's alone
        os.replace(aside, path)
    except BaseException:
        os.unlink(aside)
        raise


def _umask() -> int:
    mask = os.umask(0)  # there is no way to read it but to set it
    os.umask(mask)
    return mask


def load(path: str) -> Recording:
    """Reads a recording.

    Raises:
        OSError: it can't be read.
        NotARecording: it is something else, or of a later version of tfspec.
    """
    try:
        with open(path, encoding="utf-8") as file:
            read = json.load(file)
    except ValueError as error:
        raise NotARecording(f"{path} is no recording: it holds no JSON ({error}).") from None
    version = read.get(_FORMAT) if isinstance(read, dict) else None
    if version != _VERSION:
        raise NotARecording(
            f"{path} is no recording that this tfspec can read: {_FORMAT!r} is {version!r} there, "
            f"not {_VERSION}. Write one with `tfspec record -o FILE SCRIPT`."
        )
    for part, kind in _PARTS.items():
        if not isinstance(found := read.get(part), kind):
            raise NotARecording(
                f"{path} is a damaged recording: {part!r} has to be of type {kind.__name__}, "
                f"but is {type(found).__name__} there. Record it again."
            )
    return read
