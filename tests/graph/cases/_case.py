"""What a case is, and how its outcomes are compared."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec.graph import FunctionSession, script_can_be_traced, trace_scope

v1 = tf.compat.v1

Script = Callable[[v1.Session], Any]

_SEED = 20


@dataclasses.dataclass(frozen=True)
class Case:
    """A graph and its script.

    Attributes:
      build: from a folder for files to the script.
      exact: whether numbers must agree to the last bit. TensorFlow's kernels that sum do not
        agree with themselves from run to run.
    """

    build: Callable[[Path], Script]
    exact: bool


def case(function: Callable[[Path], Script]) -> Case:
    """Makes a function a case."""
    return Case(function, exact=False)


def exact_case(function: Callable[[Path], Script]) -> Case:
    """Makes a function a case whose numbers must agree to the last bit."""
    return Case(function, exact=True)


def expected_outcome(case: Case, folder: Path) -> Any:
    """What a case's script returns in TensorFlow's session.

    The graph is as the script's own settings make it, with reference variables and v1 control
    flow where those are chosen; where TensorFlow cannot run that, as it is traced for ours.
    """
    try:
        return _outcome(case, folder / "native", contextlib.nullcontext(), v1.Session)
    except Exception:
        if script_can_be_traced():  # the settings are not to blame
            raise
        return _outcome(case, folder / "traced", trace_scope(), v1.Session)


def our_outcome(case: Case, folder: Path) -> Any:
    """What a case's script returns in our session."""
    return _outcome(case, folder / "ours", trace_scope(), FunctionSession)


def _outcome(case: Case, folder: Path, scope: Any, kind: type) -> Any:
    folder.mkdir()
    with tf.Graph().as_default() as graph, scope:
        v1.set_random_seed(_SEED)
        script = case.build(folder)
        with kind(graph=graph) as session:
            return script(session)


def failure(function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str | None]:
    """The type of the error that a call raises, and the op that it blames."""
    try:
        function(*args, **kwargs)
    except Exception as error:
        op = getattr(error, "op", None)
        return type(error).__name__, op.name if op is not None else None
    return "no error", None


def start(session: v1.Session) -> None:
    """Initializes variables and tables."""
    session.run(v1.global_variables_initializer())
    session.run([v1.local_variables_initializer(), v1.tables_initializer()])


def difference(expected: Any, got: Any, exact: bool, place: str = "") -> str | None:
    """Where two outcomes differ; None if nowhere."""
    if isinstance(expected, dict) and isinstance(got, dict):
        if list(expected) != list(got):
            return f"{place}: keys {list(expected)} expected, got {list(got)}"
        pairs = [(f"{place}.{key}", expected[key], got[key]) for key in expected]
    elif isinstance(expected, (list, tuple)):
        if type(expected) is not type(got) or len(expected) != len(got):
            return f"{place}: {expected!r} expected, got {got!r}"
        pairs = [
            (f"{place}[{i}]", *pair) for i, pair in enumerate(zip(expected, got, strict=True))
        ]
    else:
        return _leaf_difference(expected, got, exact, place)
    found = (difference(*pair, exact, where) for where, *pair in pairs)
    return next((text for text in found if text), None)


def _leaf_difference(expected: Any, got: Any, exact: bool, place: str) -> str | None:
    if type(expected) is not type(got):
        return f"{place}: {type(expected)} expected, got {type(got)}: {got!r}"
    if not isinstance(expected, (np.ndarray, np.generic)):
        return None if expected == got else f"{place}: {expected!r} expected, got {got!r}"
    if expected.dtype != got.dtype or expected.shape != got.shape:
        return f"{place}: {expected.dtype}{expected.shape}, got {got.dtype}{got.shape}"
    if np.array_equal(expected, got):
        return None
    if not exact and np.allclose(expected, got, rtol=1e-5, atol=1e-6, equal_nan=True):
        return None
    if expected.dtype.kind == "f" and np.array_equal(expected, got, equal_nan=True):
        return None
    return f"{place}: {expected!r} expected, got {got!r}"
