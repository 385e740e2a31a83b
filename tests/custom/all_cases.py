"""The cases of all modules."""

from tests.custom import cases, export_cases, hook_cases, life_cases, program_cases, script_cases  # noqa: F401  (each adds its own)
from tests.custom.common import CASES

__all__ = ["CASES"]
