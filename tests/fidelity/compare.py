"""Compares two recordings of the same model."""

from __future__ import annotations

import re
from typing import Any

# Between kernels that differ in the last bit of a function's value; issue-wide promise.
CLOSE = 1e-6
# What log lines print is rounded to fewer digits.
CLOSE_PRINTED = 1e-5

_NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?|-?\d+e[-+]\d+")
_ALWAYS_EQUAL = ("variable_names", "files", "seeds")


def differences(
    reference: dict[str, Any], observed: dict[str, Any], exact: bool, close: float = CLOSE
) -> list[str]:
    """Says where `observed` differs, one line per place; fields only one has don't count.

    Args:
      reference: a recording of the original.
      observed: a recording of the same model.
      exact: whether every bit must be equal; else numbers may differ by `close`.
      close: largest difference between numbers, relative to the largest of their tensor.
    """
    found: list[str] = []
    for field in reference.keys() & observed.keys() - {"certificate"}:
        ours, theirs = observed[field], reference[field]
        if field == "ops":
            # Gradients of some ops are built with other ops in other versions of TensorFlow.
            ours, theirs = _own_ops(ours), _own_ops(theirs)
        if ours == theirs:
            continue
        tolerance = 0.0 if exact or field in _ALWAYS_EQUAL else close
        _compare(theirs, ours, field, tolerance, found)
    return sorted(found)


def _own_ops(ops: list[str]) -> list[str]:
    return [op for op in ops if "gradients/" not in op]


def _compare(theirs: Any, ours: Any, place: str, close: float, found: list[str]) -> None:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            if key == "sha256" and close:
                continue
            _compare(theirs.get(key), ours.get(key), f"{place}.{key}", close, found)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            found.append(f"{place}: {len(theirs)} in the reference, here {len(ours)}")
        scale = max((abs(item) for item in theirs if isinstance(item, float)), default=0.0)
        for index, (one, other) in enumerate(zip(theirs, ours, strict=False)):
            if not (_is_number(one) and _is_number(other) and abs(one - other) <= close * scale):
                _compare(one, other, f"{place}[{index}]", close, found)
    elif not _same(theirs, ours, close):
        found.append(f"{place}: {theirs!r} in the reference, here {ours!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(theirs: Any, ours: Any, close: float) -> bool:
    if theirs == ours:
        return True
    if isinstance(theirs, float) and isinstance(ours, float):
        return abs(theirs - ours) <= close * max(abs(theirs), abs(ours))
    if isinstance(theirs, str) and isinstance(ours, str) and close:
        return _same_text(theirs, ours, max(close, CLOSE_PRINTED))
    return False


def _same_text(theirs: str, ours: str, close: float) -> bool:
    """Whether two log lines differ in nothing but the last digits of their numbers."""
    if _NUMBER.sub("#", theirs) != _NUMBER.sub("#", ours):
        return False
    pairs = zip(_NUMBER.findall(theirs), _NUMBER.findall(ours), strict=True)
    return all(_same(float(one), float(other), close) for one, other in pairs)
