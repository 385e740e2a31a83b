"""`tfspec record`: a run, and what it left behind in a file."""

from __future__ import annotations

import argparse
import sys
import tempfile

from tfspec import record
from tfspec.cli import _program
from tfspec.record._run import ORIGINAL, TFSPEC, NoOriginal, has_original
from tfspec.source import UnreadableSource

FAILED = 2


def add_to(commands) -> None:
    parser = commands.add_parser(
        "record",
        help="run a script and write down its losses, evaluations, variables and exports",
        description="Runs a script as `tfspec run` does and writes a recording for `tfspec "
        "compare`. With TensorFlow 2.15 the script gets the original tf.estimator, so that the "
        "recording is a reference.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "-o", "--out", required=True, type=_program.file_to_write, metavar="FILE",
        help="the recording",
    )
    parser.add_argument(
        "--with", dest="whose", choices=[ORIGINAL, TFSPEC],
        help="the estimators that the script gets (default: the original where there is one)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N",
        help="a seed for all random numbers to which the script gives none",
    )
    _program.add_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from tfspec import launch

    whose = arguments.whose or (ORIGINAL if has_original() else TFSPEC)
    how = record.How(arguments.style, whose, arguments.seed)
    program = _program.read(arguments)
    if program is None:
        return FAILED
    with tempfile.TemporaryDirectory(prefix="tfspec-record-") as work:
        run_it = record.record_module if program.is_module else record.record_script
        try:
            made = run_it(program.name, program.in_folder(work), how)
            record.save(made, arguments.out)
        except (NoOriginal, launch.NotRunnable, UnreadableSource, OSError) as error:
            print(f"tfspec record: {error}", file=sys.stderr)
            return FAILED
    print(
        f"tfspec record: {arguments.out} holds {len(made['losses'])} logged losses, "
        f"{len(made['evaluations'])} evaluations, {len(made['folders'])} folders and "
        f"{len(made['exports'])} exports",
        file=sys.stderr,
    )
    return made["exit"]
