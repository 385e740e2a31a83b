"""Runs a program and records what it leaves behind."""

from __future__ import annotations

import contextlib
import platform
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from tfspec import launch
from tfspec.record._recording import Recording

ORIGINAL, TFSPEC = "original", "tfspec"

_MIXED = (
    "The program made estimators of tfspec through tf.contrib, so this would be no reference of "
    "the original: TensorFlow 2.15 has no tf.contrib. Record it with --with tfspec."
)


class NoOriginal(RuntimeError):
    """The original was asked for where there is none."""


def record_script(path: str, arguments: list[str], style: str | None, whose: str) -> Recording:
    """Runs a script, see `tfspec.launch.run_script`, and records it.

    Args:
        path: the script.
        arguments: its own.
        style: `tf1`, `tf2`, or None to tell from the source.
        whose: the estimators that it gets, `original` or `tfspec`.

    Raises:
        NoOriginal: this TensorFlow has no `tf.estimator`.
        OSError: the script can't be read.
    """
    return _record(lambda options: launch.run_script(path, arguments, options), style, whose)


def record_module(name: str, arguments: list[str], style: str | None, whose: str) -> Recording:
    """Runs a module, see `tfspec.launch.run_module`, and records it; see `record_script`."""
    return _record(lambda options: launch.run_module(name, arguments, options), style, whose)


def _record(run: Callable[[launch.Options], int], style: str | None, whose: str) -> Recording:
    if whose == ORIGINAL and not has_original():
        raise NoOriginal(
            "This TensorFlow has no tf.estimator: record the original with TensorFlow 2.15."
        )
    seen: list[Any] = []

    @contextlib.contextmanager
    def around() -> Iterator[None]:
        from tfspec.record._watch import Watch  # imports TensorFlow

        with Watch().watching() as watch:
            seen.append(watch)
            yield

    began = time.time()
    status: Any = 1
    try:
        status = run(launch.Options(style, around, original=whose == ORIGINAL))
    except SystemExit as end:
        status = end.code
    mixed = whose == ORIGINAL and "tfspec.custom._estimator" in sys.modules
    if mixed:
        raise NoOriginal(_MIXED)
    return {
        "certificate": _certificate(whose),
        "exit": status if isinstance(status, int) else int(status is not None),
        **(_collected(seen[0], began) if seen else _NOTHING),
    }


_NOTHING: dict[str, Any] = {"losses": [], "evaluations": [], "folders": {}, "exports": {}}


def _collected(watch: Any, began: float) -> dict[str, Any]:
    from tfspec.record._collect import collect

    return collect(watch, began)


def has_original() -> bool:
    """Whether this interpreter's TensorFlow has the original `tf.estimator`."""
    import importlib.metadata

    try:
        return importlib.metadata.version("tensorflow-estimator") < "3" and _version() < (2, 16)
    except importlib.metadata.PackageNotFoundError:
        return False


def _version() -> tuple[int, ...]:
    import importlib.metadata

    for name in ("tensorflow", "tensorflow-cpu", "tensorflow-intel"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return tuple(int(part) for part in importlib.metadata.version(name).split(".")[:2])
    return (0, 0)


def _certificate(whose: str) -> dict[str, Any]:
    tensorflow = sys.modules.get("tensorflow")
    return {
        "estimator": whose,
        "tensorflow": getattr(tensorflow, "__version__", None),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
