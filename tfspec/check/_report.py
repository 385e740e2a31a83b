"""What `tfspec check` prints: a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from tfspec.check._judge import DIFFERS, UNSUPPORTED, WORKS
from tfspec.check._names import load
from tfspec.check._scan import Finding, Scan
from tfspec.check._style import TF1, UNKNOWN
from tfspec.source import Document

_STYLES = {TF1: "TensorFlow 1 style", UNKNOWN: "style unknown"}
_NAME_WIDTH = 44


class FileReport(NamedTuple):
    """What came of one file: its scan, or why there is none."""

    path: str
    document: Document | None
    scan: Scan | None
    error: str = ""


def counts(reports: Iterable[FileReport]) -> Counter[str]:
    """How many names there are per verdict; those that the code copes without are left out."""
    found = Counter({WORKS: 0, DIFFERS: 0, UNSUPPORTED: 0})
    for report in reports:
        for finding in report.scan.findings if report.scan else ():
            if not (finding.optional and finding.verdict == UNSUPPORTED):
                found[finding.verdict] += 1
    return found


def exit_code(reports: list[FileReport]) -> int:
    """0 if all names work, 1 if one is unsupported, 2 if a file couldn't be read."""
    if any(report.error for report in reports):
        return 2
    return 1 if counts(reports)[UNSUPPORTED] else 0


def as_text(reports: list[FileReport], everything: bool) -> str:
    """The table; names that work only if `everything` is asked for."""
    lines = []
    for report in reports:
        if report.scan is None:
            lines += [f"{report.path}: {report.error}", ""]
            continue
        rows = [f for f in report.scan.findings if everything or f.verdict != WORKS]
        if rows:
            lines += [_heading(report), *(_row(report.document, row) for row in rows), ""]
    return "\n".join([*lines, _summary(reports)]) + "\n"


def _heading(report: FileReport) -> str:
    style = report.scan.style
    reasons = ", ".join(style.reasons[:3]) + (", ..." if len(style.reasons) > 3 else "")
    told = _STYLES.get(style.name, "TensorFlow 2 style")
    return f"{report.path}: {told}{f' ({reasons})' if reasons else ''}"


def _row(document: Document, finding: Finding) -> str:
    cell, line = document.place(finding.lines[0])
    place = f"{cell}:{line}" if cell else str(line)
    if len(finding.lines) > 1:
        place += f" +{len(finding.lines) - 1}"
    name = finding.name.ljust(_NAME_WIDTH)
    remedy = finding.remedy
    if finding.optional and finding.verdict == UNSUPPORTED:
        why = "nothing calls this" if finding.unused else "the code copes without it"
        remedy = f"{why}; {remedy}"
    return f"  {place:>9}  {name}  {finding.verdict:<11}  {remedy}".rstrip()


def _summary(reports: list[FileReport]) -> str:
    found = counts(reports)
    files = f"{len(reports)} file{'' if len(reports) == 1 else 's'}"
    unread = sum(bool(report.error) for report in reports)
    text = ", ".join(f"{found[v]} {v}" for v in (WORKS, DIFFERS, UNSUPPORTED))
    return f"{files}: {text}" + (f"; {unread} not read" if unread else "")


def as_json(reports: list[FileReport]) -> str:
    """Everything, for machines; lines and cells count from 1, `cell` is null in plain files."""
    versions = load("names.json")["certificate"]["modules, changed, tf_keras"]
    return json.dumps(
        {
            "tensorflow": versions["tensorflow"],
            "files": [_file_as_dict(report) for report in reports],
            "counts": dict(counts(reports)),
        },
        indent=2,
    )


def _file_as_dict(report: FileReport) -> dict[str, Any]:
    unread = report.document.notebook.unread if report.document and report.document.notebook else []
    return {
        "path": report.path,
        "error": report.error or None,
        "style": report.scan.style.name if report.scan else None,
        "because": list(report.scan.style.reasons) if report.scan else [],
        "cells_not_read": unread,
        "names": [
            {
                "name": finding.name,
                "verdict": finding.verdict,
                "served_by": finding.served_by or None,
                "remedy": finding.remedy,
                "optional": finding.optional,
                "unused": finding.unused,
                "places": [
                    dict(zip(("cell", "line"), report.document.place(line), strict=True))
                    for line in finding.lines
                ],
            }
            for finding in (report.scan.findings if report.scan else ())
        ],
    }
