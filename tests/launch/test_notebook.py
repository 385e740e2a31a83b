"""`tfspec run` of notebooks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *cells: str) -> subprocess.CompletedProcess:
    """Runs a notebook `books/job.ipynb` from the folder above it."""
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    text = {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
    notebook = {
        "cells": [text, *(code | {"source": cell.splitlines(keepends=True)} for cell in cells)],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 2,
    }
    (folder / "books").mkdir()
    (folder / "books" / "job.ipynb").write_text(json.dumps(notebook))
    command = [sys.executable, "-m", "tfspec", "run", "books/job.ipynb", "--flag"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_cells_run_one_after_the_other_where_the_notebook_is(tmp_path):
    done = run(
        tmp_path,
        "%matplotlib inline\nimport os, sys\nx = [1]\nx",
        "x + [2];",
        "%time y = len(x)\nprint(y)\n!rm -rf /no/such/folder\n!ls",
        "%%time\nos.path.basename(os.getcwd()), sys.argv",
        "%%bash\nexit 1",
        "display({'y': y})\n'__file__' in globals()",
        "get_ipython().system('exit 1')",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "[1]",
        "1",
        "('books', ['books/job.ipynb', '--flag'])",
        "{'y': 1}",
        "False",
    ]
    assert done.stderr.splitlines() == [
        "tfspec run: cell 2: left out: %matplotlib inline",
        "tfspec run: cell 4: left out: !rm -rf /no/such/folder and 1 more",
        "tfspec run: cell 6: left out: %%bash and 1 more",
        "tfspec run: left out: get_ipython().system('exit 1')",
    ]


@pytest.mark.parametrize(
    "cell, line, error",
    [("print(1)\nx = 1 / 0", 2, "ZeroDivisionError"), ("print 'one'", 1, "SyntaxError")],
)
def test_errors_name_cell_and_line(tmp_path, cell, line, error):
    done = run(tmp_path, "print('before')", cell, "print('after')")
    assert done.returncode == 1
    assert "before" in done.stdout and "after" not in done.stdout
    assert f'File "{tmp_path}/books/job.ipynb, cell 3", line {line}' in done.stderr
    assert cell.splitlines()[-1] in done.stderr and error in done.stderr
    assert not any(word in done.stderr for word in ("launch", "ast.py", "left out"))


OF_TENSORFLOW_1 = """
import tensorflow as tf
from tensorflow.contrib.lookup import index_table_from_tensor
def parse(x):
    if x > 1:  # rewritten by AutoGraph, from the source of the cell
        x = -x
    return x
def input_fn():
    return tf.data.Dataset.range(4).map(parse).map(lambda x: ({"x": [x]}, [x])).repeat()
"""


def test_a_cell_may_be_indented_as_a_whole(tmp_path):
    done = run(tmp_path, "  x = 1\n  if x:\n    print(x)\n\n  x", "\tprint(\n2)")
    assert (done.stdout, done.returncode) == ("1\n1\n2\n", 0), done.stderr


def test_of_tensorflow_1(tmp_path):
    done = run(
        tmp_path,
        OF_TENSORFLOW_1,
        "model = tf.estimator.LinearRegressor([tf.feature_column.numeric_column('x')], 'out')",
        "tf.placeholder(tf.float32).graph is tf.get_default_graph()",
        "model.train(input_fn, steps=3).latest_checkpoint()",
    )
    assert done.stdout.splitlines() == ["True", "'out/model.ckpt-3'"], done.stderr
    assert (tmp_path / "books" / "out" / "checkpoint").exists()


def test_what_is_no_notebook(tmp_path):
    file = tmp_path / "old.ipynb"
    file.write_text('{"worksheets": []}')
    command = [sys.executable, "-m", "tfspec", "run", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "not a notebook of format 4" in done.stderr and "Traceback" not in done.stderr
