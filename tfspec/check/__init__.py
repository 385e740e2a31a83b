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
from tfspec.check._contrib import (
    PACKAGES,
    Home,
    home_of,
    inner_modules,
    package_behind,
    place_of,
    remedy,
)
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
from tfspec.check._programs import MAX_FILES, Decision, Program, Source, decide, decide_alone
from tfspec.check._scan import Finding, Scan, scan
from tfspec.check._style import ROOTS, TF1, TF2, UNKNOWN, Style, belongs_to

__all__ = [
    "DIFFERS",
    "MAX_FILES",
    "ROOTS",
    "SUMMARY",
    "TF1",
    "TF2",
    "UNKNOWN",
    "UNSUPPORTED",
    "V1",
    "V2",
    "WORKS",
    "PACKAGES",
    "Decision",
    "Finding",
    "Home",
    "Judgement",
    "Program",
    "Scan",
    "Source",
    "Style",
    "add_arguments",
    "add_style_arguments",
    "belongs_to",
    "check_files",
    "decide",
    "decide_alone",
    "describe_syntax_error",
    "home_of",
    "inner_modules",
    "internal_modules",
    "judge",
    "main",
    "moved_home",
    "moved_modules",
    "moved_names",
    "package_behind",
    "place_of",
    "public_home",
    "remedy",
    "renamed_before_1",
    "scan",
    "split_path",
    "table",
]
