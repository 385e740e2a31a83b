"""`tfspec migrate`: files, streams, exit codes."""

from __future__ import annotations

import io
import os
import re
import stat

import pytest

from tests.migrate.tools import names
from tfspec.cli import main

OLD = "import tensorflow as tf\nprint(tf.Session())\n"
NEW = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nprint(tf.Session())\n"
FINE = "import tensorflow as tf\nprint(tf.zeros(3))\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "old.py").write_text(OLD)
    (tmp_path / "sub folder").mkdir()
    (tmp_path / "sub folder" / "fine.py").write_text(FINE)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "old.py").write_text(OLD)
    (tmp_path / "environment").mkdir()
    (tmp_path / "environment" / "pyvenv.cfg").touch()
    (tmp_path / "environment" / "old.py").write_text(OLD)
    (tmp_path / "notes.txt").write_text(OLD)
    return tmp_path


def run(capsys, *arguments) -> tuple[int, str, str]:
    code = main(["migrate", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_without_write_nothing_is_written(folder, capsys):
    code, out, err = run(capsys, folder)
    assert code == 0 and err == ""
    assert out.splitlines() == [
        f"{folder}/old.py: would change (tf1_namespace 2)",
        "2 files: 1 would change (--diff shows how, --write does it)",
    ]
    assert (folder / "old.py").read_text() == OLD


def test_write(folder, capsys):
    os.chmod(folder / "old.py", 0o754)
    code, out, err = run(capsys, "--write", folder)
    assert code == 0 and err == ""
    assert out.splitlines()[1] == "2 files: 1 changed"
    assert (folder / "old.py").read_text() == NEW
    assert stat.S_IMODE((folder / "old.py").stat().st_mode) == 0o754
    for untouched in (".hidden/old.py", "environment/old.py", "notes.txt"):
        assert (folder / untouched).read_text() == OLD
    assert not list(folder.glob(".old*"))
    assert run(capsys, "--write", folder)[1] == "2 files: 0 changed\n"


def test_write_through_a_link(folder, capsys):
    (folder / "link.py").symlink_to(folder / "old.py")
    assert run(capsys, "--write", folder / "link.py")[0] == 0
    assert (folder / "link.py").is_symlink()
    assert (folder / "old.py").read_text() == NEW


SYNTAX_ERROR = "import tensorflow as tf\nprint 'Python 2'\n"


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        pytest.param([FINE], {"": 0, "--check": 0, "--diff": 0, "--write": 0}, id="nothing to do"),
        pytest.param([OLD], {"": 0, "--check": 1, "--diff": 0, "--write": 0}, id="to change"),
        pytest.param([FINE, OLD], {"": 0, "--check": 1, "--diff": 0, "--write": 0}, id="some"),
        pytest.param(
            [SYNTAX_ERROR], {"": 2, "--check": 2, "--diff": 2, "--write": 2}, id="no Python"
        ),
        pytest.param(
            [OLD, SYNTAX_ERROR], {"": 2, "--check": 2, "--diff": 2, "--write": 2}, id="beside"
        ),
    ],
)
def test_exit_codes(texts, codes, tmp_path, capsys):
    """`--write` comes last: it is the one that touches the files."""
    for number, text in enumerate(texts):
        (tmp_path / f"file_{number}.py").write_text(text)
    found = {option: run(capsys, *filter(None, [option]), tmp_path)[0] for option in codes}
    assert found == codes
    written = [(tmp_path / f"file_{number}.py").read_text() for number in range(len(texts))]
    assert written == [NEW if text == OLD else text for text in texts]
    # What could be done is done: nothing is left to change, the syntax error stays one.
    assert run(capsys, "--check", tmp_path)[0] == (2 if SYNTAX_ERROR in texts else 0)


def test_diff(folder, capsys):
    code, out, err = run(capsys, "--diff", folder)
    assert code == 0
    assert out == (
        f"--- {folder}/old.py (before)\n+++ {folder}/old.py (after)\n@@ -1,2 +1,3 @@\n"
        "-import tensorflow as tf\n+import tensorflow.compat.v1 as tf\n"
        "+tf.disable_v2_behavior()\n print(tf.Session())\n"
    )
    assert err.splitlines()[1] == "2 files: 1 would change"


@pytest.mark.parametrize(
    ("arguments", "code", "out"),
    [
        ([], 0, NEW),
        (["--check"], 1, ""),
        (["--skip", "tf1_namespace"], 0, OLD),
        (["--only", "tf1_names,tf_keras", "--only", "contrib_names"], 0, OLD),
        (["--tf2"], 0, OLD.replace("tf.Session", "tf.compat.v1.Session")),
    ],
)
def test_standard_input(arguments, code, out, capsysbinary, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
    assert main(["migrate", "-", *arguments]) == code
    assert capsysbinary.readouterr() == (out.encode(), b"")


@pytest.mark.parametrize("option", [[], ["--check"], ["--diff"]])
def test_no_python_in_standard_input(option, capsysbinary, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SYNTAX_ERROR.encode())))
    assert main(["migrate", "-", *option]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b"" and err.startswith(b"-: line 2: ")


def test_standard_input_as_diff(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
    assert main(["migrate", "-", "--diff"]) == 0
    assert "+tf.disable_v2_behavior()\n" in capsys.readouterr().out


def test_list_fixers(capsys):
    code, out, _ = run(capsys, "--list-fixers")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == names()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a PATH"),
        (["-", "--write"], "--write has nothing to write to"),
        (["-", "a.py"], "- stands alone"),
        (["--only", "no_such", "a.py"], "no fixer no_such; there are contrib_names"),
        (["--write", "--check", "a.py"], "not allowed with"),
        (["--tf1", "--tf2", "a.py"], "not allowed with"),
    ],
)
def test_wrong_arguments(arguments, message, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["migrate", *arguments])
    assert stop.value.code == 2
    assert message in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"import tensorflow as tf\nprint 'Python 2'\n", "line 2: .*2to3"),
        (b"x = '\xe9'\n", "declare its encoding"),
        (b"# coding: no-such\n", "unknown encoding: no-such"),
        (b"x = 1\0\n", "null bytes"),
    ],
)
def test_unreadable_files(folder, content, message, capsys):
    bad = folder / "bad.py"
    bad.write_bytes(content)
    code, out, err = run(capsys, "--write", folder)
    assert code == 2
    assert re.search(f"{bad}: .*{message}", err)
    assert bad.read_bytes() == content
    assert (folder / "old.py").read_text() == NEW  # the others are done
    assert out.splitlines()[-1] == "3 files: 1 changed, 1 not read"


def test_missing_and_empty(tmp_path, capsys):
    code, _, err = run(capsys, tmp_path / "missing.py")
    assert code == 2 and "missing.py: No such file or directory" in err
    code, _, err = run(capsys, tmp_path)
    assert code == 2 and f"no Python files in {tmp_path}" in err


@pytest.mark.parametrize(
    "content",
    [
        b"# coding: latin-1\n# \xe9t\xe9\n" + OLD.encode(),
        b"\xef\xbb\xbf" + OLD.encode(),
        OLD.replace("\n", "\r\n").encode(),
        OLD.encode() + b"\x0c\nx = 1  # \xc3\xa9",
    ],
    ids=["declared encoding", "byte order mark", "windows", "form feed, no last line end"],
)
def test_bytes_around_stay(content, tmp_path, capsys):
    file = tmp_path / "old.py"
    file.write_bytes(content)
    assert run(capsys, "--write", file)[0] == 0
    end = b"\r\n" if b"\r\n" in content else b"\n"
    expected = content.replace(b"import tensorflow as tf", NEW.encode().split(b"\nprint")[0])
    assert file.read_bytes() == expected.replace(b"v1 as tf\n", b"v1 as tf" + end)


def test_what_is_left_goes_to_stderr(tmp_path, capsys):
    (tmp_path / "lib.py").write_text("from tensorflow.contrib import quantize\n")
    code, out, err = run(capsys, tmp_path)
    assert code == 0 and out == "1 file: 0 would change\n"
    assert err.startswith(f"{tmp_path}/lib.py:1: left: tf.contrib.quantize: ")


def test_modules_that_tell_nothing_go_by_the_others(folder, capsys):
    file = folder / "sub folder" / "fine.py"
    file.write_text("import tensorflow as tf\ndef f(x):\n    return tf.nn.dropout(x, .5)\n")
    assert "fine.py" not in run(capsys, file)[1]
    assert "fine.py: would change (tf1_namespace 2)" in run(capsys, folder)[1]
    (folder / "two.py").write_text("import tensorflow as tf\ntf.optimizers.Adam()\n")
    assert "fine.py" not in run(capsys, folder)[1]
