"""The iris demo: the script of 2018 in `iris.py`, and a report of what running it gave."""

from tfspec.demo._report import run

__all__ = ["run"]
