"""`tfspec run`: a script runs with the TensorFlow that it was written for."""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager

from tfspec.cli import _program


def add_to(commands) -> None:
    parser = commands.add_parser(
        "run",
        help="run an old script or notebook as it is",
        usage="tfspec run [--tf1 | --tf2] [--progress] (SCRIPT | -m MODULE) [ARGUMENT ...]",
        description="Runs a script as python does, with the TensorFlow that it was written for: "
        "tf.estimator is there, and modules of TensorFlow 1 style, told from their names, see "
        "TensorFlow 1. What follows the script is its own. Of a notebook all code cells are run, "
        "without what is for a shell.",
        allow_abbrev=False,
    )
    style = parser.add_mutually_exclusive_group()
    style.add_argument(
        "--tf1", action="store_const", const="tf1", dest="style", help="it is TensorFlow 1"
    )
    style.add_argument(
        "--tf2", action="store_const", const="tf2", dest="style", help="it is TensorFlow 2"
    )
    parser.add_argument(
        "--progress",
        action="store_true",
        help="show a live line (step, speed, loss, time left) instead of log lines, on a terminal",
    )
    parser.add_argument(
        "-m", action="store_true", dest="is_module", help="the script is named as a module"
    )
    _program.add_command(parser)
    parser.set_defaults(run=run, ends_by_signal=True)


def run(arguments: argparse.Namespace) -> int:
    from tfspec import launch
    from tfspec.source import UnreadableSource

    live = arguments.progress and sys.stderr.isatty()
    options = launch.Options(arguments.style, *([_progress] if live else []))
    start = launch.run_module if arguments.is_module else launch.run_script
    try:
        return start(arguments.program, arguments.arguments, options)
    except KeyboardInterrupt:
        sys.excepthook = lambda *error: None  # has told of it: Python is to end by the signal
        raise
    except launch.NotRunnable as error:
        print(f"tfspec run: {error}", file=sys.stderr)
        return 1
    except (OSError, UnreadableSource) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        print(f"tfspec run: can't open file {arguments.program!r}: {reason}", file=sys.stderr)
        return 2


def _progress() -> AbstractContextManager:
    from tfspec.cli import _live  # imports TensorFlow: only once the program has done so

    return _live.progress()
