"""The file that a recording is."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

_FORMAT = "tfspec_recording"
_VERSION = 1

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
        os.replace(aside, path)
    except BaseException:
        os.unlink(aside)
        raise


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
    return read
