"""A folder for the program."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "a folder"
    folder.mkdir()
    return folder
