"""The command line: what is understood, what is refused, and with which exit code."""

from __future__ import annotations

import re

import pytest

import tfspec
from tfspec.cli import main


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"tfspec {tfspec.__version__}\n"


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    listed = capsys.readouterr().out
    assert all(command in listed for command in ("run", "check", "migrate", "demo"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["no_such_command"], "no_such_command"),
        (["demo", "--steps", "0"], "0 is not a positive number of steps"),
        (["demo", "--steps", "many"], "many"),
        (["run"], "SCRIPT"),
        (["run", "--tf1", "--tf2", "x.py"], "not allowed with"),
        (["demo", "--model-dir", "{file}"], "can't be written to .*name another directory"),
        (["demo", "--model-dir", "{file}/below"], "can't be written to .*name another directory"),
    ],
)
def test_wrong_arguments_exit_with_2(arguments, message, capsys, tmp_path):
    occupied = tmp_path / "file"
    occupied.touch()
    with pytest.raises(SystemExit) as stop:
        main([argument.format(file=occupied) for argument in arguments])
    assert stop.value.code == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
