"""`tfspec check`: which names of TensorFlow a source uses, and how they fare today.

Reads sources; neither runs them nor imports TensorFlow. What it knows stands in `data`.
"""

from tfspec.check._command import (
    SUMMARY,
    add_arguments,
    add_style_arguments,
    check_files,
    describe_syntax_error,
    main,
)
from tfspec.check._contrib import Home, home_of, inner_modules, is_of_slim, place_of, remedy
from tfspec.check._judge import (
    DIFFERS,
    UNSUPPORTED,
    WORKS,
    Judgement,
    judge,
    moved_home,
    public_home,
)
from tfspec.check._names import (
    V1,
    V2,
    internal_modules,
    moved_modules,
    moved_names,
    renamed_before_1,
    split_path,
    table,
)
from tfspec.check._scan import Finding, Scan, scan
from tfspec.check._style import (
    ROOTS,
    TF1,
    TF2,
    UNKNOWN,
    Style,
    belongs_to,
    copes,
    style_of,
    style_of_program,
    style_of_project,
)

__all__ = [
    "DIFFERS",
    "ROOTS",
    "SUMMARY",
    "TF1",
    "TF2",
    "UNKNOWN",
    "UNSUPPORTED",
    "V1",
    "V2",
    "WORKS",
    "Finding",
    "Home",
    "Judgement",
    "Scan",
    "Style",
    "add_arguments",
    "add_style_arguments",
    "belongs_to",
    "check_files",
    "copes",
    "describe_syntax_error",
    "home_of",
    "inner_modules",
    "internal_modules",
    "is_of_slim",
    "judge",
    "main",
    "moved_home",
    "moved_modules",
    "moved_names",
    "place_of",
    "public_home",
    "remedy",
    "renamed_before_1",
    "scan",
    "split_path",
    "style_of",
    "style_of_program",
    "style_of_project",
    "table",
]
