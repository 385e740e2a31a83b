"""`tfspec migrate`: sources rewritten to today's TensorFlow and tfspec."""

from __future__ import annotations

from tfspec import migrate


def add_to(commands) -> None:
    parser = commands.add_parser("migrate", help=migrate.SUMMARY, allow_abbrev=False)
    migrate.add_arguments(parser)
    parser.set_defaults(run=migrate.main)
