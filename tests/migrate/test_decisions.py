"""`tfspec run`, `check` and `migrate` take the same files for the same TensorFlow."""

from __future__ import annotations

import os
import sys

import pytest

from tfspec.check import TF1, TF2, UNKNOWN, check_files
from tfspec.cli import main
from tfspec.launch._sources import Program

TF = "import tensorflow as tf\n"
COMPAT_ONLY = TF + "tf.compat.v1.Session()\n"
ONES = TF + "tf.placeholder\n"
TWOS = TF + "tf.optimizers\n"
AMBIGUOUS = TF + "def f(x):\n    return tf.nn.dropout(x, .5)\n"
COMPAT = TF + "def new():\n    return tf.compat.v1.Session()\n"
OLD = "def old():\n    return tf.Session(), tf.get_variable('x', [2])\n"
BROUGHT_OVER = COMPAT + OLD
COPING = TF + "if hasattr(tf, 'Session'):\n    tf.Session()\ndef f(x):\n    return tf.log(x)\n"

# The program (main.py and what it imports), and what each of its files is taken for.
PROGRAMS = {
    "TensorFlow 1": ({"main": ONES}, {"main": TF1}),
    "TensorFlow 2": ({"main": TWOS}, {"main": TF2}),
    "nothing tells": ({"main": AMBIGUOUS + "f(1)\n"}, {"main": TF2}),
    "a main file that tells": (
        {"main": ONES + "import part\n", "part": AMBIGUOUS},
        {"main": TF1, "part": TF1},
    ),
    "a main file that doesn't": (
        {"main": AMBIGUOUS + "import part\nf(1)\n", "part": ONES},
        {"main": TF1, "part": TF1},
    ),
    "by way of a package": (
        {
            "main": AMBIGUOUS + "from net.core import g\nf(1)\n",
            "net/__init__": "",
            "net/core": "from . import layers\nfrom .deep import g\n",
            "net/layers": ONES,
            "net/deep": AMBIGUOUS + "g = f\n",
        },
        {"main": TF1, "net/layers": TF1, "net/deep": TF1},
    ),
    "more files of TensorFlow 2": (
        {"main": "import a, b, c, d\nd.f(1)\n", "a": ONES, "b": TWOS, "c": TWOS, "d": AMBIGUOUS},
        {"a": TF1, "b": TF2, "d": TF2},
    ),
    "a main file of tf.compat, parts of TensorFlow 1": (
        {"main": COMPAT_ONLY + "import part\n", "part": ONES},
        {"main": TF1, "part": TF1},
    ),
    "a main file of tf.compat": (
        {"main": COMPAT_ONLY + "import part\n", "part": TF + "tf.constant(1)\n"},
        {"main": TF2, "part": TF2},
    ),
    "tf.compat but for one part": (
        {
            "main": COMPAT_ONLY + "import a, b, c\n", "a": ONES, "b": COMPAT_ONLY,
            "c": COMPAT_ONLY,
        },
        {"main": TF1, "a": TF1, "b": TF2, "c": TF2},
    ),
    "a part that has tf.compat for names that may be missing": (
        {
            "main": TF + "import a, b\n", "a": ONES,
            "b": TF + "def f():\n    try:\n        tf.log(1.)\n"
            "    except AttributeError:\n        tf.compat.v1.log(1.)\n",
        },
        {"main": TF2, "a": TF1, "b": TF2},
    ),
    "a main file of tf.compat, parts of both": (
        {"main": COMPAT_ONLY + "import a, b\n", "a": ONES, "b": TWOS},
        {"main": TF2, "a": TF1, "b": TF2},
    ),
    "nobody calls old()": ({"main": BROUGHT_OVER + "new()\n"}, {"main": TF2}),
    "old() is called": ({"main": BROUGHT_OVER + "old()\n"}, {"main": TF1}),
    "old() is called elsewhere": (
        {"main": "import part\npart.new()\npart.old()\n", "part": BROUGHT_OVER},
        {"part": TF1},
    ),
    "old() is called nowhere": (
        {"main": "import part\npart.new()\n", "part": BROUGHT_OVER},
        {"part": TF2},
    ),
    "old() may be called": (
        {"main": "import part\ngetattr(part, 'o' + 'ld')()\n", "part": BROUGHT_OVER},
        {"part": TF1},
    ),
    "the rest is of TensorFlow 1": (
        {"main": ONES + "import part\npart.new()\n", "part": BROUGHT_OVER},
        {"main": TF1, "part": TF2},
    ),
    "nobody calls old(), the others go by it": (
        {"main": BROUGHT_OVER + "import part\npart.f(new())\n", "part": AMBIGUOUS},
        {"main": TF2, "part": TF2},
    ),
    "nobody calls anything": ({"main": BROUGHT_OVER}, {"main": TF1}),
    "copes, in a program of TensorFlow 1": (
        {"main": ONES + "import part\npart.f(1)\n", "part": COPING},
        {"main": TF1, "part": TF1},
    ),
    "copes, in a program of TensorFlow 2": (
        {"main": TWOS + "import part\npart.f(1)\n", "part": COPING},
        {"main": TF2, "part": TF2},
    ),
    "copes, where nothing tells": (
        {"main": "import part\npart.f(1)\n", "part": COPING},
        {"part": TF2},
    ),
    "copes itself": ({"main": COPING + "f(1)\n"}, {"main": TF1}),
    "a ring": (
        {"main": "import part\nif __name__ == '__main__':\n    pass\n" + ONES,
         "part": "import main\n" + AMBIGUOUS},
        {"main": TF1, "part": TF1},
    ),
    "with a file that is no Python": (
        {"main": AMBIGUOUS + "import part, broken\nf(1)\n", "part": ONES, "broken": "print 'x'\n"},
        {"main": TF1, "part": TF1},
    ),
}


@pytest.fixture(params=PROGRAMS.values(), ids=PROGRAMS)
def program(request, tmp_path, monkeypatch):
    files, expected = request.param
    for name, text in files.items():
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path, expected


def test_run(program):
    folder, expected = program
    run = Program(str(folder / "main.py"), "", None)
    assert {name: run.style_of(str(folder / f"{name}.py")) for name in expected} == expected


@pytest.mark.parametrize("given", ["the folder", "its files", "main alone"])
def test_check(program, given, monkeypatch):
    folder, expected = program
    monkeypatch.chdir(folder)
    paths = {"the folder": [folder], "its files": folder.rglob("*.py"), "main alone": ["main.py"]}
    found = {
        os.path.relpath(report.path, folder)[:-3]: report.scan.style.name
        for report in check_files(paths[given])
        if report.scan
    }
    expected = {name: style for name, style in expected.items() if name in found}
    assert expected or given == "main alone"
    # What nothing tells is taken for TensorFlow 2, but with a word about it.
    assert {name: found[name].replace(UNKNOWN, TF2) for name in expected} == expected


def test_migrate(program):
    folder, expected = program
    main(["migrate", "--write", str(folder)])
    changed = {name: (folder / f"{name}.py").read_text() for name in expected}
    is_tf1 = {name: "import tensorflow as tf" not in text for name, text in changed.items()}
    assert is_tf1 == {name: style == TF1 for name, style in expected.items()}


def test_uncalled_names_are_told_apart(tmp_path, capsys):
    file = tmp_path / "main.py"
    file.write_text(BROUGHT_OVER + "def older():\n    return tf.contrib.no_such\nnew()\n")
    assert main(["check", str(file)]) == 0
    out = capsys.readouterr().out
    assert "tf.contrib.no_such" in out and "nothing calls this" in out
    assert "0 unsupported" in out
    assert main(["migrate", "--write", str(file)]) == 0
    text = file.read_text()
    assert "tf.compat.v1.get_variable" in text and text.startswith(TF)
    # What is left of TensorFlow 1 in it is called by nothing still.
    assert main(["check", str(file)]) == 0


def test_a_module_by_itself_is_for_any_program(tmp_path):
    file = tmp_path / "part.py"
    file.write_text(BROUGHT_OVER)
    (report,) = check_files([file])
    assert report.scan.style.name == TF1
