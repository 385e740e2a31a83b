"""Migrating a text: pure, no files."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from tfspec.check import UNKNOWN, UNSUPPORTED, Style, scan
from tfspec.migrate._script import Left, Script
from tfspec.migrate.fixers import FIXERS, Fixer
from tfspec.source import Edit, apply_edits

# A fixer may make work for an earlier one; the last round finds nothing to do.
_ROUNDS = 4


class Migration(NamedTuple):
    """What came of a migration.

    Attributes:
        text: the new source; the old one where nothing was to be done.
        applied: names of the fixers that changed something, with how many places each changed.
        left: what was seen and not changed; lines count in `text`.
        style: which TensorFlow the source was written for.
    """

    text: str
    applied: dict[str, int]
    left: list[Left]
    style: Style


def migrate(
    text: str,
    *,
    style: str | None = None,
    only: Container[str] | None = None,
    skip: Container[str] = (),
) -> Migration:
    """Rewrites a source for today's TensorFlow with tfspec.

    Args:
        text: Python source.
        style: `tf1` or `tf2` for the TensorFlow that it was written for; by default told from the
            names in it.
        only: names of the fixers to use; None for all.
        skip: names of fixers not to use.

    Returns:
        The new text and the account. Applied to its own result, `migrate` changes nothing.

    Raises:
        SyntaxError: `text` is no Python of the running version.
    """
    return migrate_script(Script(text, Style(style) if style else None), only=only, skip=skip)


def migrate_script(
    script: Script, *, only: Container[str] | None = None, skip: Container[str] = ()
) -> Migration:
    """`migrate` for a source that was read."""
    fixers = [f for f in FIXERS if (only is None or f.name in only) and f.name not in skip]
    applied: dict[str, int] = {}
    for _ in range(_ROUNDS):
        before = script
        for fixer in fixers:
            edits = [change for change in fixer.fix(script) if isinstance(change, Edit)]
            if edits:
                applied[fixer.name] = applied.get(fixer.name, 0) + len(edits)
                script = script.with_text(apply_edits(script.source.text, edits))
        if script is before:
            break
    return Migration(script.source.text, applied, _left(script, fixers), script.style)


def _left(script: Script, fixers: list[Fixer]) -> list[Left]:
    """What fixers leave in the result, and the names in it that don't work."""
    changes = [change for fixer in fixers for change in fixer.fix(script)]
    left = {change.message: change.line for change in changes if isinstance(change, Left)}
    style = None if script.style.name == UNKNOWN else script.style.name
    for finding in scan(script.source.text, style).findings:
        if finding.verdict == UNSUPPORTED and not finding.optional:
            left.setdefault(f"{finding.name}: {finding.remedy}", finding.lines[0])
    return sorted(Left(line, message) for message, line in left.items())
