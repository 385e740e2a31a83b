"""The command line, `tfspec COMMAND`. TensorFlow is imported by the commands that need it."""

from tfspec.cli._main import main

__all__ = ["main"]
