"""Scanning one source for the names of TensorFlow that it uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tfspec.check._judge import DIFFERS, INTERNAL, UNSUPPORTED, WORKS, Judgement, judge
from tfspec.check._programs import Decision, Source, decide_alone
from tfspec.check._style import ROOTS, TF2, Style
from tfspec.source import Names, SourceText, Use

_HIDDEN = {f"tensorflow.{package}" for package in INTERNAL - {"models"}}
_ORDER = (WORKS, DIFFERS, UNSUPPORTED)
_METHODS = {
    "make_one_shot_iterator": "tf.compat.v1.data.make_one_shot_iterator(dataset)",
    "make_initializable_iterator": "tf.compat.v1.data.make_initializable_iterator(dataset)",
    "export_savedmodel": "estimator.export_saved_model(...)",
}


@dataclass(frozen=True)
class Finding:
    """A name that a source uses, judged.

    Attributes:
        name: as people write it, e.g. `tf.layers.dense`.
        verdict: `works`, `differs` or `unsupported`.
        served_by: `TensorFlow`, `tf_keras`, `tfspec` or nothing.
        remedy: what differs or what to do; may be empty.
        optional: the code copes where the name is missing, or nothing calls it.
        unused: it stands in functions that nothing in the program calls.
        lines: where it stands, in order.
    """

    name: str
    verdict: str
    served_by: str
    remedy: str
    optional: bool
    unused: bool
    lines: tuple[int, ...]


class Scan(NamedTuple):
    """What a source uses: its style and its names in the order of first use."""

    style: Style
    findings: list[Finding]


def scan(code: str, style: str | None = None) -> Scan:
    """Judges every name of TensorFlow in a piece of Python.

    Args:
        code: Python source.
        style: `tf1` or `tf2` for the TensorFlow that it was written for; by default told from
            the names in it.

    Raises:
        SyntaxError: `code` is no Python of the running version.
    """
    return Reading(code).scan(Decision(Style(style)) if style else None)


class Reading:
    """A source that was read: it is asked for what it says of styles before it is scanned.

    Args:
        code: Python source.

    Raises:
        SyntaxError: `code` is no Python of the running version.
    """

    def __init__(self, code: str) -> None:
        text = SourceText(code)
        self._names = Names(text, ROOTS)
        self.source = Source(text, self._names)

    def scan(self, decision: Decision | None) -> Scan:
        """Judges the names; by None as those of a program of one file."""
        decision = decision or decide_alone(self.source)
        places: dict[tuple[Judgement, bool, bool], list[int]] = {}
        for judgement, optional, line in _judged(self._names, decision.style.name):
            unused = line in decision.unused
            places.setdefault((judgement, optional or unused, unused), []).append(line)
        findings = [
            Finding(*judgement, optional, unused, lines=tuple(sorted(set(lines))))
            for (judgement, optional, unused), lines in places.items()
        ]
        return Scan(decision.style, sorted(findings, key=lambda f: (f.lines[0], f.name)))


def _judged(names: Names, style: str) -> Iterator[tuple[Judgement, bool, int]]:
    """Each judgement, whether the code copes without the name, and the line."""
    for use in names.uses:
        if names.is_stored(use.path):
            continue
        judgement = _unreachable(use, names) or _best(use, style)
        if judgement and not _repeats(use, judgement, style):
            yield judgement, use.optional, use.line
    for star in names.star_imports:
        remark = f"names that `from {star.module} import *` brings are not looked at"
        yield Judgement(f"{star.module}.*", DIFFERS, "TensorFlow", remark), False, star.lineno
    if style == TF2:
        for call, _ in names.method_calls(_METHODS):
            method = call.func.attr
            remark = f"only objects of tf.compat.v1 have it: {_METHODS[method]}"
            yield Judgement(f".{method}()", DIFFERS, "TensorFlow", remark), False, call.lineno


def _best(use: Use, style: str) -> Judgement | None:
    """The kindest judgement of all that a name may stand for: the code chooses what works."""
    keywords = tuple(k.arg for k in use.call.keywords if k.arg) if use.call else ()
    judged = [judge(path, style, keywords) for path in (use.path, *use.others) if _is_tf(path)]
    judged = [j for j in judged if j is not None]
    return min(judged, key=lambda j: _ORDER.index(j.verdict)) if judged else None


def _unreachable(use: Use, names: Names) -> Judgement | None:
    """`tf.python.x` is only there for those who import it: the public namespace hides it."""
    package = ".".join(use.path.split(".")[:2])
    if use.base > 1 or package not in _HIDDEN:
        return None
    if any(clause.alias.name.startswith(package) for clause in names.imports):
        return None
    remark = f"no attribute of tensorflow today: import {package}, or use a public name"
    return Judgement(use.path, UNSUPPORTED, "", remark)


def _is_tf(path: str) -> bool:
    return path.split(".")[0] in ("tensorflow", "tensorflow_estimator", "tfspec")


def _repeats(use: Use, judgement: Judgement, style: str) -> bool:
    """Whether a use adds nothing to what its root was assigned: `FLAGS.x` to `tf.flags.FLAGS`."""
    if not use.by_alias:
        return False
    assigned = judge(".".join(use.path.split(".")[: use.base]), style)
    return assigned is not None and assigned.name == judgement.name
