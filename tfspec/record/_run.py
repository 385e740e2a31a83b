"""Runs a program and records what it leaves behind."""

from __future__ import annotations

import contextlib
import dataclasses
import platform
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from tfspec.record._recording import Recording

ORIGINAL, TFSPEC = "original", "tfspec"

_MIXED = (
    "The program made estimators of tfspec through tf.contrib, so this would be no reference of "
    "the original: TensorFlow 2.15 has no tf.contrib. Record it with --with tfspec."
)


class NoOriginal(RuntimeError):
    """The original was asked for where there is none."""


@dataclasses.dataclass(frozen=True)
class How:
    """How a program is run.

    Attributes:
        style: `tf1`, `tf2`, or None to tell from the source.
        whose: the estimators that it gets, `original` or `tfspec`.
        seed: what it gets for a seed where it sets none; None for no seed.
    """

    style: str | None = None
    whose: str = TFSPEC
    seed: int | None = None


def record_script(path: str, arguments: list[str], how: How) -> Recording:
    """Runs a script, see `tfspec.launch.run_script`, and records it.

    Args:
        path: the script.
        arguments: its own.
        how: how it is run.

    Raises:
        NoOriginal: this TensorFlow has no `tf.estimator`.
        OSError: the script can't be read.
    """
    from tfspec import launch

    return _record(lambda options: launch.run_script(path, arguments, options), how)


def record_module(name: str, arguments: list[str], how: How) -> Recording:
    """Runs a module, see `tfspec.launch.run_module`, and records it; see `record_script`."""
    from tfspec import launch

    return _record(lambda options: launch.run_module(name, arguments, options), how)


def _record(run: Callable[[Any], int], how: How) -> Recording:
    from tfspec import launch  # reads where Python is installed: not for every command line

    if how.whose == ORIGINAL and not has_original():
        raise NoOriginal(
            "This TensorFlow has no tf.estimator: record the original with TensorFlow 2.15."
        )
    seen: list[Any] = []

    @contextlib.contextmanager
    def around() -> Iterator[None]:
        from tfspec.record import _seed, _watch  # imports TensorFlow

        seeded = contextlib.nullcontext() if how.seed is None else _seed.seeded(how.seed)
        with seeded, _watch.Watch().watching() as watch:
            seen.append(watch)
            yield

    began = time.time()
    status: Any = 1
    try:
        status = run(launch.Options(how.style, around, original=how.whose == ORIGINAL))
    except SystemExit as end:
        status = end.code
        if not isinstance(status, int | None):  # Python prints it where it ends
            print(status, file=sys.stderr)
    if how.whose == ORIGINAL and "tfspec.custom._estimator" in sys.modules:
        raise NoOriginal(_MIXED)
    return {
        "certificate": _certificate(how),
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


def _certificate(how: How) -> dict[str, Any]:
    tensorflow = sys.modules.get("tensorflow")
    return {
        "estimator": how.whose,
        "seed": how.seed,
        "tensorflow": getattr(tensorflow, "__version__", None),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
