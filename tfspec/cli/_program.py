"""The program that a command runs: how the command line names it."""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import sys

_WORK = "{work}"


@dataclasses.dataclass(frozen=True)
class Program:
    """A script or module and its arguments.

    Attributes:
        name: the script's path, or the module's dotted name.
        is_module: which of them.
        arguments: its own.
        style: `tf1`, `tf2`, or None to tell from the source.
    """

    name: str
    is_module: bool
    arguments: list[str]
    style: str | None

    def in_folder(self, work: str) -> list[str]:
        """The arguments with a folder in place of `{work}`."""
        return [argument.replace(_WORK, work) for argument in self.arguments]

    def command(self) -> list[str]:
        """The end of a command line that names this program."""
        style = [f"--{self.style}"] if self.style else []
        return [*style, *(["-m"] if self.is_module else []), self.name, *self.arguments]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments that name a program; they come last."""
    styles = parser.add_mutually_exclusive_group()
    for style, what in (("tf1", "TensorFlow 1"), ("tf2", "TensorFlow 2")):
        styles.add_argument(
            f"--{style}", dest="style", action="store_const", const=style,
            help=f"take the program's files for {what} (default: told from the sources)",
        )
    parser.add_argument(
        "-m", action="store_true", dest="is_module", help="the script is named as a module"
    )
    add_command(parser, f"what to run, and its own arguments; {_WORK} in them becomes a new folder")


def add_command(parser: argparse.ArgumentParser, help: str | None = None) -> None:
    """Adds the script or module, and all that follows it: a `--` as well is its own."""
    parser.add_argument(
        "program", nargs=argparse.PARSER, action=_Command, metavar="SCRIPT|MODULE", help=help
    )


class _Command(argparse.Action):
    """Takes the first for the program and the rest for its arguments."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        values = list(values)
        if values[0] == "--" and values[1:]:  # before the program it only ends our options
            del values[0]
        namespace.program, *namespace.arguments = values


def read(arguments: argparse.Namespace) -> Program | None:
    """The program, None after a message if there is none."""
    name = arguments.program
    if not arguments.is_module and not os.path.exists(name):
        print(f"tfspec: can't open {name!r}: there is no such file", file=sys.stderr)
        return None
    return Program(name, arguments.is_module, arguments.arguments, arguments.style)


def file_to_write(text: str) -> str:
    """The name of a file that can be written: said before a program runs for hours."""
    folder = os.path.dirname(os.path.abspath(text))
    if os.path.isdir(text) or not os.access(folder, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(
            f"{text!r} can't be written to: name a file in a folder that is there"
        )
    return text


def tolerance(text: str) -> float:
    """A number from 0 on."""
    number = float(text)
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no tolerance: name a number from 0 on")
    return number
