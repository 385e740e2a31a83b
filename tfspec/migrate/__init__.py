"""`tfspec migrate`: rewrites sources to today's TensorFlow and tfspec.

Each fixer decides on the syntax tree and edits the text, so comments and layout stay; what it does
not understand it leaves and reports. `migrate` is the pure core, from text to text.
"""

from tfspec.migrate._command import SUMMARY, add_arguments, main
from tfspec.migrate._core import Migration, migrate
from tfspec.migrate._script import Left
from tfspec.migrate.fixers import FIXERS, Fixer

__all__ = [
    "FIXERS",
    "SUMMARY",
    "Fixer",
    "Left",
    "Migration",
    "add_arguments",
    "main",
    "migrate",
]
