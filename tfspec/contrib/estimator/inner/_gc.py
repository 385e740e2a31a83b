"""Which exports to keep: filters over their folders, as exporters of one's own used them.

keep = _largest_export_versions(5)
for path in _negation(keep)(_get_paths(base, parser)):
    tf.compat.v1.gfile.DeleteRecursively(path.path)
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf


class Path(NamedTuple):
    """A folder or file, and the version that a parser read out of its name."""

    path: str
    export_version: int | None


Filter = Callable[[list[Path]], list[Path]]


def _largest_export_versions(n: int) -> Filter:
    """A filter that keeps the `n` highest versions."""

    def keep(paths: list[Path]) -> list[Path]:
        versions = sorted(_with_version(paths), key=lambda path: path.export_version)
        return sorted(versions[-n:] if n > 0 else [])

    return keep


def _one_of_every_n_export_versions(n: int) -> Filter:
    """A filter that keeps the highest version in each of [0, n], (n, 2n], (2n, 3n]..."""

    def keep(paths: list[Path]) -> list[Path]:
        highest: dict[int, Path] = {}
        for path in _with_version(paths):
            version = path.export_version
            interval = math.floor((version - 1) / n) if version else 0
            if interval not in highest or highest[interval].export_version < version:
                highest[interval] = path
        return sorted(highest.values())

    return keep


def _mod_export_version(n: int) -> Filter:
    """A filter that keeps the versions that `n` divides."""
    return lambda paths: sorted(p for p in _with_version(paths) if p.export_version % n == 0)


def _union(one: Filter, other: Filter) -> Filter:
    """A filter that keeps what either of two keeps."""
    return lambda paths: sorted({*one(paths), *other(paths)})


def _negation(one: Filter) -> Filter:
    """A filter that keeps, of what has a version, what another doesn't."""
    return lambda paths: sorted({*_with_version(paths)} - {*one(paths)})


def _get_paths(base_dir: str, parser: Callable[[Path], Path | None]) -> list[Path]:
    """What lies in a folder.

    Args:
        base_dir: the folder.
        parser: a function from a `Path` without a version to one with it, or None to leave it out.
    """
    base_dir = tf.compat.as_str_any(base_dir)
    # On cloud storage folders end in a slash.
    names = (name.rstrip("/") for name in tf.io.gfile.listdir(base_dir))
    parsed = (parser(Path(os.path.join(base_dir, name), None)) for name in names)
    return sorted(path for path in parsed if path)


def _with_version(paths: list[Path]) -> list[Path]:
    return [path for path in paths if path.export_version is not None]
