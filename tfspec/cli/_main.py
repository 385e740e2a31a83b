"""Reads the command line and hands over to one command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import tfspec
from tfspec.cli import _check, _compare, _demo, _migrate, _record, _run

COMMANDS = (_run, _check, _migrate, _record, _compare, _demo)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tfspec", description="tf.estimator on today's TensorFlow.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"tfspec {tfspec.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments without the program's name; those of the process if None.

    Returns:
        The exit code: 0 for success, 1 for a command that failed.

    Raises:
        SystemExit: with code 2 if the arguments can't be understood.
        KeyboardInterrupt: Ctrl-C ended a program under `tfspec run`.
    """
    arguments = build_parser().parse_args(argv)
    runs_a_program = getattr(arguments, "ends_by_signal", False)
    try:
        status = arguments.run(arguments)
        if not runs_a_program:  # which has its own say in what becomes of its output
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        if runs_a_program:
            raise
        return 130  # what a shell reports for a program that Ctrl-C ended
    except BrokenPipeError:  # as in `tfspec check ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush
        return 141  # what a shell reports for a program that SIGPIPE ended
