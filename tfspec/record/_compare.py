"""Where two recordings part, and by how much."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tfspec.record._recording import Recording

_METRIC = re.compile(r"([^\s,=][^,=]*?) = ([^,]+?)(?=, [^,=]+ = |$)")
_MISSING = "missing here"
_NEW = "only here"


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """Numbers are the same if they differ by at most `absolute + relative * |reference|`."""

    relative: float = 1e-6
    absolute: float = 1e-8

    def holds(self, reference: float | None, here: float | None) -> bool:
        if reference is None or here is None:
            return reference is here
        if math.isnan(reference) or math.isnan(here):
            return math.isnan(reference) and math.isnan(here)
        if math.isinf(reference) or math.isinf(here):
            return reference == here
        return abs(reference - here) <= self.absolute + self.relative * abs(reference)


@dataclasses.dataclass(frozen=True)
class Difference:
    """How one thing compares.

    Attributes:
        kind: `exit`, `loss`, `evaluation`, `events`, `variable` or `export`.
        name: of the thing.
        same: whether it is the same within tolerance.
        note: what differs where it isn't a number, or where the two part.
        first: the first step at which they differ, None if none.
        largest: the largest relative difference of two numbers.
    """

    kind: str
    name: str
    same: bool
    note: str = ""
    first: int | None = None
    largest: float = 0.0


def compare(reference: Recording, here: Recording, tolerance: Tolerance) -> list[Difference]:
    """Compares all that either recording holds, in its order."""
    found = [_status(reference["exit"], here["exit"])]
    if reference["losses"] or here["losses"]:
        losses = [_loggings(side["losses"]) for side in (reference, here)]
        found.append(_series("loss", "logged loss", *losses, tolerance))
    found += _evaluations(reference["evaluations"], here["evaluations"], tolerance)
    for folder in _keys(reference["folders"], here["folders"]):
        theirs = reference["folders"].get(folder, {})
        ours = here["folders"].get(folder, {})
        events = [side.get("events", {}) for side in (theirs, ours)]
        for tag in _keys(*events):
            points = [side.get(tag, []) for side in events]
            found.append(_series("events", f"{folder}: {tag}", *points, tolerance))
        variables = [side.get("variables", {}) for side in (theirs, ours)]
        for name in _keys(*variables):
            pair = [side.get(name) for side in variables]
            found.append(_variable(f"{folder}: {name}", *pair, tolerance))
    for export in _keys(reference["exports"], here["exports"]):
        found += _export(
            export, reference["exports"].get(export), here["exports"].get(export)
        )
    return found


def _keys(theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys([*theirs, *ours]))


def _status(theirs: int, ours: int) -> Difference:
    note = "" if theirs == ours else f"{theirs} in the reference, {ours} here"
    return Difference("exit", "exit status", theirs == ours, note)


def _series(
    kind: str, name: str, theirs: Sequence[Any], ours: Sequence[Any], tolerance: Tolerance
) -> Difference:
    """Compares two series of `[step, value]`, in which a step may come more than once."""
    if not theirs or not ours:
        return Difference(kind, name, False, _NEW if ours else _MISSING)
    largest, first = 0.0, None
    for (step, reference), (other, value) in zip(theirs, ours, strict=False):
        if step != other:
            note = f"step {step} in the reference, {other} here"
            return Difference(kind, name, False, note, min(step, other), largest)
        largest = max(largest, _relative(reference, value))
        if first is None and not tolerance.holds(reference, value):
            first = step
    note = ""
    if len(theirs) != len(ours):
        note = f"{len(theirs)} points in the reference, {len(ours)} here"
        longer = max(theirs, ours, key=len)
        first = longer[min(len(theirs), len(ours))][0] if first is None else first
    return Difference(kind, name, first is None, note, first, largest)


def _loggings(points: Sequence[Any]) -> list[list[Any]]:
    """Losses by the number of steps after the first that was logged.

    With TF1's variables a log line's step is read while the step runs: it is the number before
    or after it, as it happens.
    """
    return [[step - points[0][0], loss] for step, loss in points]


def _relative(reference: float | None, value: float | None) -> float:
    if reference is None or value is None or reference == value:
        return 0.0
    if not math.isfinite(reference) or not math.isfinite(value):
        return 0.0 if math.isnan(reference) and math.isnan(value) else math.inf
    return abs(reference - value) / max(abs(reference), abs(value))


def _evaluations(
    theirs: Sequence[Any], ours: Sequence[Any], tolerance: Tolerance
) -> Iterator[Difference]:
    """Compares each metric over all evaluations."""
    sides = []
    for evaluations in (theirs, ours):
        metrics: dict[str, list[list[Any]]] = {}
        for step, text in evaluations:
            for name, value in _METRIC.findall(text):
                metrics.setdefault(name, []).append([step, _number(value)])
        sides.append(metrics)
    for name in _keys(*sides):
        yield _series("evaluation", name, sides[0].get(name, []), sides[1].get(name, []), tolerance)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _variable(name: str, theirs: Any, ours: Any, tolerance: Tolerance) -> Difference:
    if theirs is None or ours is None:
        return Difference("variable", name, False, _MISSING if ours is None else _NEW)
    for what in ("dtype", "shape"):
        if theirs[what] != ours[what]:
            note = f"{what} {theirs[what]} in the reference, {ours[what]} here"
            return Difference("variable", name, False, note)
    if theirs["sha256"] == ours["sha256"]:
        return Difference("variable", name, True)
    if "sample" not in theirs:
        return Difference("variable", name, False, "other values")
    pairs = list(zip(theirs["sample"], ours["sample"], strict=True))
    pairs.append((theirs["norm"], ours["norm"]))
    # A value near zero says little by itself: the variable's size tells what is small.
    size = theirs["norm"] / math.sqrt(max(math.prod(theirs["shape"]), 1))
    near = Tolerance(tolerance.relative, tolerance.absolute + tolerance.relative * size)
    largest = max(abs(a - b) / max(abs(a), abs(b), size, 1e-300) for a, b in pairs)
    if tolerance == Tolerance(0, 0) and not largest:
        return Difference("variable", name, False, "in values that are not in the sample")
    return Difference(
        "variable", name, all(near.holds(*pair) for pair in pairs), largest=largest
    )


def _export(name: str, theirs: Any, ours: Any) -> Iterator[Difference]:
    if theirs is None or ours is None:
        yield Difference("export", name, False, _MISSING if ours is None else _NEW)
        return
    for signature in _keys(theirs, ours):
        pair = theirs.get(signature), ours.get(signature)
        if None in pair:
            note = _MISSING if pair[1] is None else _NEW
        else:
            parts = [part for part in pair[0] if pair[0][part] != pair[1][part]]
            note = "; ".join(
                f"{part}: {pair[0][part]} in the reference, {pair[1][part]} here" for part in parts
            )
        yield Difference("export", f"{name}: {signature}", not note, note)
