"""`tfspec check`: the table, the JSON, the exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tfspec.cli import main

OLD = """import tensorflow as tf
x = tf.placeholder(tf.float32)
tf.contrib.crf.decode(x)
tf.contrib.crf.decode(x)
if hasattr(tf, 'contrib'):
    tf.contrib.opt.x
"""
FINE = "import tensorflow as tf\nx = tf.nn.relu(3)\n"


def run(capsys, *arguments) -> tuple[int, str, str]:
    code = main(["check", *map(str, arguments)])
    return code, *capsys.readouterr()


@pytest.fixture
def old(tmp_path):
    file = tmp_path / "a folder" / "old.py"
    file.parent.mkdir()
    file.write_text(OLD)
    return file


def test_table(old, capsys):
    code, out, err = run(capsys, old)
    assert code == 1 and err == ""
    heading, crf, optional, blank, summary = out.splitlines()
    assert heading == f"{old}: TensorFlow 1 style (tf.placeholder, tf.contrib.crf.decode)"
    assert crf.split()[:4] == ["3", "+1", "tf.contrib.crf.decode", "unsupported"]
    assert optional.split()[:2] == ["6", "tf.contrib.opt.x"]
    assert "the code copes without it" in optional
    assert blank == "" and summary == "1 file: 2 works, 0 differs, 1 unsupported"


def test_table_of_everything(old, capsys):
    _, out, _ = run(capsys, "--all", old)
    assert "tf.placeholder" in out and "tf.float32" in out


def test_json(old, capsys):
    code, out, err = run(capsys, "--json", old)
    assert code == 1 and err == ""
    report = json.loads(out)
    assert report["counts"] == {"works": 2, "differs": 0, "unsupported": 1}
    (file,) = report["files"]
    assert (file["path"], file["style"], file["error"]) == (str(old), "tf1", None)
    names = {name["name"]: name for name in file["names"]}
    assert names["tf.contrib.crf.decode"]["places"] == [
        {"cell": None, "line": 3},
        {"cell": None, "line": 4},
    ]
    assert names["tf.contrib.crf.decode"]["verdict"] == "unsupported"
    assert names["tf.contrib.opt.x"]["optional"] is True
    assert names["tf.placeholder"]["served_by"] == "TensorFlow"


def test_all_is_well(tmp_path, capsys):
    (tmp_path / "fine.py").write_text(FINE)
    (tmp_path / "empty.py").write_text("")
    code, out, _ = run(capsys, tmp_path)
    assert code == 0
    assert out == "2 files: 1 works, 0 differs, 0 unsupported\n"


def test_who_reads_may_stop(old):
    script = [sys.executable, "-m", "tfspec", "check", "--json", str(old)]
    done = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    done.stdout.close()
    assert done.stderr.read() == "" and done.wait() == 141


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("two.py", b"print 'x'\n", "line 1: .*2to3"),
        ("raise.py", b"def f():\n    raise ValueError, 'x'\n", "line 2: .*2to3"),
        ("exec.py", b"exec 'x'\n", "line 1: .*2to3"),
        ("catch.py", b"try:\n    f()\nexcept OSError, e:\n    pass\n", "line 3: .*2to3"),
        ("repr.py", b"x = `1`\n", "line 1: .*2to3"),
        ("latin.py", b"x = '\xe9'\n", "declare its encoding"),
        ("cut.py", b"x = (\n", "line 1: "),
        ("bad.ipynb", b"{", "not a notebook of format 4"),
    ],
)
def test_unreadable_files(name, content, message, old, capsys):
    (old.parent / name).write_bytes(content)
    code, out, _ = run(capsys, old.parent)
    assert code == 2
    assert re.search(f"{name}: .*{message}", out)
    assert "tf.contrib.crf.decode" in out  # the others are checked
    assert out.splitlines()[-1].endswith("1 not read")
    code, out, _ = run(capsys, "--json", old.parent)
    (error,) = [file["error"] for file in json.loads(out)["files"] if file["error"]]
    assert code == 2 and re.search(message, error)


def test_missing_and_empty(tmp_path, capsys):
    code, out, _ = run(capsys, tmp_path / "missing.py")
    assert code == 2 and "missing.py: No such file or directory" in out
    code, _, err = run(capsys, tmp_path)
    assert code == 2 and "no Python files" in err


def test_style_of_a_project(old, capsys):
    same = "import tensorflow as tf\ndef f(x):\n    return tf.nn.dropout(x, .5)\n"
    (old.parent / "same.py").write_text(same)
    assert run(capsys, old.parent / "same.py")[1].count("differs  ") == 1
    assert "same.py" not in run(capsys, old.parent)[1]
    assert "same.py" not in run(capsys, "--tf1", old.parent / "same.py")[1]


def test_tensorflow_is_not_imported(old):
    code = (
        "import sys; from tfspec.cli import main; code = main(['check', sys.argv[1]]);"
        "code += main(['migrate', sys.argv[1]]); assert 'tensorflow' not in sys.modules; exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, old], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
