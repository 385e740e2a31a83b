"""How fixers are tested: a text that stays, a text that becomes another."""

from __future__ import annotations

import ast
from textwrap import dedent

from tfspec.migrate import FIXERS, Left, migrate


def lines(text: str) -> str:
    """A text indented for the sake of the test that holds it."""
    return dedent(text).lstrip("\n")


def check_noop(before: str, fixer: str | None = None, **options) -> list[Left]:
    """The fixer (by default all of them) leaves `before` as it is.

    Returns:
        What it reports.
    """
    before = lines(before)
    done = migrate(before, only=None if fixer is None else [fixer], **options)
    assert done.text == before
    assert done.applied == {}
    return done.left


def check_transformed(before: str, after: str, fixer: str | None = None, **options) -> list[Left]:
    """The fixer (by default all of them) makes `after` of `before`, and nothing of that.

    Returns:
        What it reports.
    """
    before, after = lines(before), lines(after)
    ast.parse(after)
    only = None if fixer is None else [fixer]
    done = migrate(before, only=only, **options)
    assert done.text == after
    assert set(done.applied) == {fixer} if fixer else done.applied
    again = migrate(after, only=only, **options)
    assert again.text == after
    assert again.left == done.left
    # All fixers together agree with the one, and come to an end as well.
    everything = migrate(before).text
    assert migrate(everything).text == everything
    return done.left


def names() -> list[str]:
    """All fixers by name."""
    return [fixer.name for fixer in FIXERS]
