"""`tfspec compare`: where a run parts from a recording."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile

from tfspec import record
from tfspec.cli import _program

DIFFERENT, FAILED = 1, 2


def add_to(commands) -> None:
    parser = commands.add_parser(
        "compare",
        help="run a script again and say where it parts from a recording",
        description="Runs a script with tfspec and compares what it leaves behind with a "
        "recording; or compares two recordings. The exit status is 0 if all is the same within "
        "tolerance, 1 if something differs, 2 if they could not be compared.",
        allow_abbrev=False,
    )
    parser.add_argument("reference", metavar="RECORDING", help="what `tfspec record` wrote")
    parser.add_argument(
        "--rtol", type=_program.tolerance, default=record.Tolerance.relative, metavar="X",
        help="relative difference up to which numbers are the same (default: %(default)s)",
    )
    parser.add_argument(
        "--atol", type=_program.tolerance, default=record.Tolerance.absolute, metavar="X",
        help="absolute difference besides (default: %(default)s)",
    )
    parser.add_argument(
        "--html", type=_program.file_to_write, metavar="FILE", help="also write a page with plots"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--all", action="store_true", help="name also what is the same")
    _program.add_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        reference = record.load(arguments.reference)
        here = _here(arguments, reference)
        if here is None:
            return FAILED
        tolerance = record.Tolerance(arguments.rtol, arguments.atol)
        differences = record.compare(reference, here, tolerance)
        if arguments.html:
            with open(arguments.html, "w", encoding="utf-8") as file:
                file.write(record.as_html(reference, here, differences))
    except (OSError, record.NotARecording) as error:
        print(f"tfspec compare: {error}", file=sys.stderr)
        return FAILED
    if arguments.json:
        print(json.dumps([dataclasses.asdict(one) for one in differences], indent=1))
    else:
        print(record.as_table(differences, arguments.all))
    return 0 if all(one.same for one in differences) else DIFFERENT


def _here(
    arguments: argparse.Namespace, reference: record.Recording
) -> record.Recording | None:
    """The other recording: of a run made now, or the file that stands in its place."""
    program = _program.read(arguments)
    if program is None:
        return None
    if program.name.endswith(".json") and not program.is_module:
        return record.load(program.name)
    # It gets the seed that the reference got.
    seed = [] if (given := reference["certificate"].get("seed")) is None else ["--seed", str(given)]
    with tempfile.TemporaryDirectory(prefix="tfspec-compare-") as work:
        out = os.path.join(work, "here.json")
        command = [sys.executable, "-m", "tfspec", "record", "--with", "tfspec", "-o", out]
        subprocess.run([*command, *seed, *program.command()], stdout=sys.stderr, check=False)
        if not os.path.exists(out):
            print("tfspec compare: the run could not be recorded", file=sys.stderr)
            return None
        return record.load(out)
