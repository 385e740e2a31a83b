"""`tfspec migrate`."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tfspec.check import Style, add_style_arguments, describe_syntax_error
from tfspec.migrate._core import Migration, migrate_script
from tfspec.migrate._project import settle
from tfspec.migrate._script import Script
from tfspec.migrate.fixers import FIXERS
from tfspec.source import Document, UnreadableSource, find_sources, read_document, write_bytes

SUMMARY = "rewrite sources to today's TensorFlow and tfspec"
_NAMES = tuple(fixer.name for fixer in FIXERS)


class FileResult(NamedTuple):
    """What came of one file: its migration, or why there is none."""

    path: str
    document: Document | None
    migration: Migration | None
    error: str = ""

    @property
    def changes(self) -> bool:
        return self.migration is not None and self.migration.text != self.document.code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `tfspec migrate`."""
    parser.description = (
        "Rewrites sources to today's TensorFlow and tfspec, comments and layout kept; what is not "
        "understood is left and reported. Without --write no file is touched."
    )
    parser.epilog = (
        "Exit status: 0 done, 1 with --check if a file would change, 2 a file could not be read."
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="Python files, notebooks, folders of them; or -: from standard input to output",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--write", action="store_true", help="write the files")
    mode.add_argument("--check", action="store_true", help="exit with 1 if a file would change")
    parser.add_argument("--diff", action="store_true", help="show the changes")
    for option, what in (("--only", "use only these fixers"), ("--skip", "leave these fixers out")):
        parser.add_argument(option, action="extend", type=_fixers, metavar="FIXER,...", help=what)
    parser.add_argument("--list-fixers", action="store_true", help="say what fixers there are")
    add_style_arguments(parser)
    parser.set_defaults(usage_error=parser.error)


def _fixers(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    unknown = [name for name in names if name not in _NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no fixer {', '.join(unknown)}; there are {', '.join(_NAMES)}"
        )
    return names


def main(args: argparse.Namespace) -> int:
    """Runs `tfspec migrate` and returns its exit status."""
    if args.list_fixers:
        width = max(map(len, _NAMES))
        for fixer in FIXERS:
            print(f"{fixer.name:<{width}}  {fixer.summary}")
        return 0
    if not args.paths:
        args.usage_error("give a PATH, or - for standard input")
    if args.paths == ["-"]:
        if args.write:
            args.usage_error("--write has nothing to write to with -")
        return _migrate_stream(args)
    if "-" in args.paths:
        args.usage_error("- stands alone: give it no other PATH")
    results = _migrate_files(args)
    if not results:
        print(f"no Python files in {', '.join(args.paths)}", file=sys.stderr)
        return 2
    for result in results:
        _report(result, args)
    _summarize(results, args)
    return _exit_code(results, args)


def _migrate_stream(args: argparse.Namespace) -> int:
    result = _read("-", lambda: Document(sys.stdin.buffer.read()), args.style)
    if isinstance(result, _Read):
        result = _migrated(result, args)
    if args.diff and result.changes:
        sys.stdout.writelines(_diff(result))
    elif result.migration and not (args.diff or args.check):
        sys.stdout.flush()
        sys.stdout.buffer.write(result.document.with_code(result.migration.text))
        sys.stdout.buffer.flush()
    _report_left(result)
    return _exit_code([result], args)


def _migrate_files(args: argparse.Namespace) -> list[FileResult]:
    found = [
        _read(str(path), lambda path=path: read_document(path), args.style)
        for path in find_sources(args.paths)
    ]
    settle({Path(r.path): r.script for r in found if isinstance(r, _Read)}, args.style)
    return [_migrated(r, args) if isinstance(r, _Read) else r for r in found]


class _Read(NamedTuple):
    """A file that was read."""

    path: str
    document: Document
    script: Script


def _read(path: str, read: Callable[[], Document], style: str | None) -> _Read | FileResult:
    try:
        document = read()
        return _Read(path, document, Script(document.code, Style(style) if style else None))
    except UnreadableSource as error:
        return FileResult(path, None, None, str(error))
    except SyntaxError as error:
        return FileResult(path, None, None, describe_syntax_error(error))


def _migrated(read: _Read, args: argparse.Namespace) -> FileResult:
    done = migrate_script(read.script, only=args.only, skip=args.skip or ())
    return FileResult(read.path, read.document, done)


def _exit_code(results: list[FileResult], args: argparse.Namespace) -> int:
    if any(result.error for result in results):
        return 2
    return int(args.check and any(result.changes for result in results))


# -- what is said -----------------------------------------------------------------------------


def _report(result: FileResult, args: argparse.Namespace) -> None:
    if result.changes:
        fixers = ", ".join(f"{name} {count}" for name, count in result.migration.applied.items())
        if args.write:
            write_bytes(Path(result.path), result.document.with_code(result.migration.text))
        if args.diff:
            sys.stdout.writelines(_diff(result))
        done = "changed" if args.write else "would change"
        print(f"{result.path}: {done} ({fixers})", file=sys.stderr if args.diff else sys.stdout)
    _report_left(result)


def _report_left(result: FileResult) -> None:
    """To stderr: why a file wasn't read, and what was left in it."""
    if result.error:
        print(f"{result.path}: {result.error}", file=sys.stderr)
        return
    for line, message in result.migration.left:
        print(f"{result.path}:{_place(result, line)}: left: {message}", file=sys.stderr)
    for cell in result.document.notebook.unread if result.document.notebook else ():
        print(f"{result.path}:cell {cell}: left: not Python", file=sys.stderr)


def _place(result: FileResult, line: int) -> str:
    """Where a line of the migrated code is: a line, or a cell and a line in it."""
    if result.document.notebook is None:
        return str(line)
    cell, line = result.document.notebook.locate(line, result.migration.text)
    return f"cell {cell}:{line}"


def _diff(result: FileResult) -> Iterator[str]:
    pieces = [(result.path, result.document.code, result.migration.text)]
    notebook = result.document.notebook
    if notebook:
        old, new = notebook.cells(result.document.code), notebook.cells(result.migration.text)
        pieces = [
            (f"{result.path} cell {number}", before, after)
            for (number, before), (_, after) in zip(old, new, strict=True)
        ]
    for name, before, after in pieces:
        lines = [_lines(before), _lines(after)]
        for line in difflib.unified_diff(*lines, f"{name} (before)", f"{name} (after)"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _summarize(results: list[FileResult], args: argparse.Namespace) -> None:
    changed = sum(result.changes for result in results)
    unread = sum(bool(result.error) for result in results)
    text = f"{len(results)} file{'' if len(results) == 1 else 's'}: "
    text += f"{changed} {'changed' if args.write else 'would change'}"
    text += f", {unread} not read" if unread else ""
    if changed and not args.write and not args.diff and not args.check:
        text += " (--diff shows how, --write does it)"
    print(text, file=sys.stderr if args.diff else sys.stdout)
