"""Notebooks: their code as one text, and back again."""

from __future__ import annotations

import json

import pytest

from tfspec.cli import main
from tfspec.source._notebook import Notebook

CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": ["# tf.estimator\n", "text"]},
    {
        "cell_type": "code",
        "execution_count": 3,
        "metadata": {"b": 1, "a": 2},
        "outputs": [{"name": "stdout", "data": [1e-05, "é"]}],
        "source": [
            "%matplotlib inline\n",
            "!pip install x \\\n",
            "  y\n",
            "import tensorflow as tf",
        ],
    },
    {"cell_type": "code", "metadata": {}, "outputs": [], "source": []},
    {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "source": [
            "%%time\n",
            "if True:\n",
            "    !ls\n",
            "    files = !ls\n",
            "tf.Session?\n",
            "tf.Session()  # é\n",
        ],
    },
    {"cell_type": "code", "metadata": {}, "outputs": [], "source": "%%bash\nls tf.estimator\n"},
    {"cell_type": "code", "metadata": {}, "outputs": [], "source": "print 'Python 2'\n"},
    {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "source": "s = '''\n%time\n'''\ntf.log(s)",
    },
]
WHOLE = {"nbformat_minor": 0, "cells": CELLS, "nbformat": 4, "metadata": {"x": [[]]}}


@pytest.fixture(params=["indented", "compact", "tabs, escaped"])
def text(request) -> str:
    if request.param == "compact":
        return json.dumps(WHOLE, ensure_ascii=False, separators=(",", ":"))
    if request.param == "indented":
        return json.dumps(WHOLE, ensure_ascii=False, indent=1) + "\n"
    return json.dumps(WHOLE, indent="\t") + "\n\n"


def test_round_trip(text):
    notebook = Notebook(text)
    assert notebook.with_code(notebook.code) == text
    assert notebook.unread == [6]


def test_places():
    notebook = Notebook(json.dumps(WHOLE))
    lines = notebook.code.split("\n")
    place = {line: notebook.locate(i + 1) for i, line in enumerate(lines)}
    assert place["import tensorflow as tf"] == (2, 4)
    assert place["tf.Session()  # é"] == (4, 6)
    assert place["tf.log(s)"] == (7, 4)


def test_migrate(text, tmp_path, capsys):
    file = tmp_path / "old.ipynb"
    file.write_text(text, encoding="utf-8")
    assert main(["migrate", "--write", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "old.ipynb: changed (tf1_namespace 2)" in out
    assert err == f"{file}:cell 6: left: not Python\n"
    new = file.read_text(encoding="utf-8")
    source = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()"
    changed = json.loads(json.dumps(WHOLE))
    changed["cells"][1]["source"][3:] = source.splitlines(keepends=True)
    assert json.loads(new) == changed
    before, after = text.split("import tensorflow as tf")
    assert new.startswith(before) and new.endswith(after)
    assert main(["migrate", "--check", str(file)]) == 0


def test_diff_is_by_cell(tmp_path, capsys):
    file = tmp_path / "old.ipynb"
    file.write_text(json.dumps(WHOLE))
    assert main(["migrate", "--diff", str(file)]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith(f"--- {file} cell 2 (before)\n")
    assert "+tf.disable_v2_behavior()" in out and "<tfspec" not in out


def test_check(tmp_path, capsys):
    file = tmp_path / "old.ipynb"
    crf = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "tf.contrib.crf.x"}
    file.write_text(json.dumps({**WHOLE, "cells": [*CELLS, crf]}))
    assert main(["check", "--json", str(file)]) == 1
    report = json.loads(capsys.readouterr().out)["files"][0]
    assert report["cells_not_read"] == [6]
    places = {name["name"]: name["places"] for name in report["names"]}
    assert places["tf.contrib.crf.x"] == [{"cell": 8, "line": 1}]
    assert places["tf.Session"] == [{"cell": 4, "line": 6}]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"cells": 3}', '{"worksheets": [], "nbformat": 3}', '{"cells": [{}]}', "x"],
)
def test_what_is_no_notebook(text, tmp_path, capsys):
    file = tmp_path / "bad.ipynb"
    file.write_text(text)
    assert main(["check", str(file)]) == 2
    assert "bad.ipynb: not a notebook of format 4" in capsys.readouterr().out
    assert main(["migrate", "--write", str(file)]) == 2
    assert file.read_text() == text
