"""The folder that an export is written to, and the files that are copied into it."""

from __future__ import annotations

import contextlib
import os
import posixpath
import time
from collections.abc import Iterator, Mapping

import tensorflow as tf

_MAX_ATTEMPTS = 10


@contextlib.contextmanager
def new_export_dir(base: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A folder to write to that becomes `base/<seconds since 1970>` at the end, or vanishes.

    Yields:
        The paths `base/temp-<seconds>` and `base/<seconds>`.

    Raises:
        tf.errors.OpError: if `base` can't be made.
    """
    try:
        tf.io.gfile.makedirs(base)
    except tf.errors.OpError as error:
        raise type(error)(
            error.node_def,
            error.op,
            f"Can't make the export folder {os.fsdecode(base)!r}: {error.message}. "
            "Give an `export_dir_base` in which this process may write.",
        ) from error
    temporary, directory = _claim(base)
    try:
        yield temporary, directory
        tf.io.gfile.rename(temporary, directory)
    except BaseException:
        tf.io.gfile.rmtree(temporary)
        raise


def _claim(base: bytes) -> tuple[bytes, bytes]:
    for attempt in range(1, _MAX_ATTEMPTS + 1):
        seconds = str(int(time.time())).encode()
        temporary, directory = os.path.join(base, b"temp-" + seconds), os.path.join(base, seconds)
        if not tf.io.gfile.exists(directory):
            try:
                # The folder is ours alone if we made it: another program may be exporting.
                tf.io.gfile.mkdir(temporary)
                return temporary, directory
            except tf.errors.AlreadyExistsError:
                pass
        tf.compat.v1.logging.warning(
            "Directory %s already exists; retrying (attempt %d/%d)",
            os.fsdecode(directory), attempt, _MAX_ATTEMPTS,
        )
        time.sleep(1)
    raise RuntimeError(
        f"Failed to obtain a unique export directory name after {_MAX_ATTEMPTS} "
        f"attempts. Is another program exporting to {os.fsdecode(base)}?"
    )


def checked_assets(assets_extra: Mapping[str, str] | None) -> dict[str, str]:
    """Source by path within the SavedModel, checked before the work rather than after it."""
    if assets_extra is None:
        return {}
    if not isinstance(assets_extra, Mapping):
        raise AttributeError(
            "assets_extra must be a dict from destination, relative to assets.extra, to source "
            f"file, but it has type {type(assets_extra).__name__}: {assets_extra!r}."
        )
    checked = {}
    for destination, source in assets_extra.items():
        path = posixpath.normpath(f"assets.extra/{tf.compat.as_str_any(destination)}")
        if path.startswith(("../", "/")) or path in ("..", "."):
            raise ValueError(
                f"assets_extra destination {destination!r} lies outside of the SavedModel. "
                "Destinations are relative to its folder assets.extra."
            )
        tf.io.gfile.stat(source)  # raises NotFoundError
        checked[path] = source
    return checked


def copy_assets(assets: Mapping[str, str], export_dir: bytes) -> None:
    """Copies what `checked_assets` returned."""
    for path, source in assets.items():
        destination = os.path.join(export_dir, path.encode())
        tf.io.gfile.makedirs(os.path.dirname(destination))
        tf.io.gfile.copy(source, destination)
