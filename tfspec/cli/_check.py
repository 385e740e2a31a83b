"""`tfspec check`: which names of TensorFlow sources use, and how they fare today."""

from __future__ import annotations

from tfspec import check


def add_to(commands) -> None:
    parser = commands.add_parser("check", help=check.SUMMARY, allow_abbrev=False)
    check.add_arguments(parser)
    parser.set_defaults(run=check.main)
