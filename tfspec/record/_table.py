"""A comparison as a table for people to read."""

from __future__ import annotations

from collections.abc import Sequence

from tfspec.record._compare import Difference

_KINDS = {
    "exit": "exit status",
    "loss": "losses logged",
    "evaluation": "evaluation metrics",
    "events": "series in event files",
    "variable": "variables",
    "export": "export signatures",
}

_NOTHING = (
    "Nothing but the exit status was compared: neither run logged a loss, or wrote an event file, "
    "a checkpoint or an export that was seen."
)


def as_table(differences: Sequence[Difference], everything: bool = False) -> str:
    """A summary by kind, then each thing that differs.

    Args:
        differences: what `compare` found.
        everything: whether to name also what is the same.
    """
    lines = [f"{'':<24}{'same':>6}{'differ':>8}{'largest difference':>20}"]
    for kind, label in _KINDS.items():
        of_kind = [one for one in differences if one.kind == kind]
        if of_kind:
            same = sum(one.same for one in of_kind)
            largest = max(one.largest for one in of_kind)
            shown = f"{largest:.2g}" if largest else "none"
            lines.append(f"{label:<24}{same:>6}{len(of_kind) - same:>8}{shown:>20}")
    if all(one.kind == "exit" for one in differences):
        lines += ["", _NOTHING]
    shown = [one for one in differences if everything or not one.same]
    if shown:
        lines.append("")
    for one in shown:
        lines.append(f"{'same' if one.same else 'DIFFERS':<8} {one.name}{_how(one)}")
    return "\n".join(lines)


def _how(one: Difference) -> str:
    parts = []
    if one.first is not None:
        parts.append(f"from step {one.first}")
    if one.largest:
        parts.append(f"by up to {one.largest:.2g} relative")
    if one.note:
        parts.append(one.note)
    return f": {', '.join(parts)}" if parts else ""
