"""`tfspec check`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tfspec.check._programs import Decision, Source, decide
from tfspec.check._report import FileReport, as_json, as_text, exit_code
from tfspec.check._scan import Reading
from tfspec.check._style import TF1, TF2, Style
from tfspec.source import UnreadableSource, find_sources, read_document

# What Python 3 has no other words for than "invalid syntax".
_PYTHON_2 = re.compile(r"^\s*raise\s+[\w.]+\s*,|^\s*(print|exec)\s+[\w\"']|`|<>|\bur[\"']|\d[lL]\b")
SUMMARY = "tell which names of TensorFlow work today, which differ, which don't"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `tfspec check`."""
    parser.description = (
        "For every name of TensorFlow that the sources use: works, differs or unsupported, as seen "
        "by `tfspec run`. Nothing is run or imported."
    )
    parser.epilog = (
        "Exit status: 0 all names work, 1 some are unsupported, 2 a file could not be read."
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="Python files, notebooks, folders of them"
    )
    parser.add_argument("--json", action="store_true", help="everything, for machines")
    parser.add_argument("--all", action="store_true", help="list the names that work as well")
    add_style_arguments(parser)


def add_style_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `--tf1` and `--tf2`."""
    style = parser.add_mutually_exclusive_group()
    for name, what in ((TF1, "1"), (TF2, "2")):
        style.add_argument(
            f"--{name}",
            dest="style",
            action="store_const",
            const=name,
            help=f"take all files as written for TensorFlow {what} instead of telling from names",
        )


def main(args: argparse.Namespace) -> int:
    """Runs `tfspec check` and returns its exit status."""
    reports = check_files(args.paths, args.style)
    if args.json:
        print(as_json(reports))
        return exit_code(reports)
    if not reports:
        print(f"no Python files in {', '.join(args.paths)}", file=sys.stderr)
        return 2
    sys.stdout.write(as_text(reports, args.all))
    return exit_code(reports)


def check_files(paths: Iterable[str | Path], style: str | None = None) -> list[FileReport]:
    """Scans files and what is in folders; what is wrong with one goes into its report.

    Args:
        paths: files and folders.
        style: `tf1` or `tf2` for the TensorFlow that all were written for; by default told.
    """
    read = {path: _read(path, style) for path in find_sources(paths)}
    sources = {path: source for path, (_, source) in read.items() if source}
    for path, decision in {} if style else decide(sources).items():
        if decision != Decision(sources[path].told.style):
            report = read[path][0]
            scan = Reading(report.document.code).scan(decision)
            read[path] = report._replace(scan=scan), sources[path]
    return [report for report, _ in read.values()]


def _read(path: Path, style: str | None) -> tuple[FileReport, Source | None]:
    """What came of a file by itself, and what it says about styles; its tree isn't kept."""
    try:
        document = read_document(path)
        reading = Reading(document.code)
    except UnreadableSource as error:
        return FileReport(str(path), None, None, str(error)), None
    except SyntaxError as error:
        return FileReport(str(path), None, None, describe_syntax_error(error)), None
    own = Style(style) if style else reading.source.told.style
    return FileReport(str(path), document, reading.scan(Decision(own))), reading.source


def describe_syntax_error(error: SyntaxError) -> str:
    """Says where Python stopped and, for sources of Python 2, what to do."""
    text = f"line {error.lineno}: {error.msg}" if error.lineno else str(error.msg)
    said = ("print", "exec", "octal", "multiple exception")
    if any(word in error.msg for word in said) or _PYTHON_2.search(error.text or ""):
        text += " (Python 2? Convert the file with 2to3 first)"
    return text
