"""Places in texts, edits, documents, and TensorFlow's files."""

from __future__ import annotations

import ast

import pytest
import tensorflow as tf

from tfspec.source import (
    Document,
    Edit,
    SourceText,
    UnreadableSource,
    apply_edits,
    find_sources,
    has_internal_name,
    literal,
)

TENSORFLOW = tuple(map(int, tf.__version__.split(".")[:2]))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spans_are_characters(newline):
    lines = ["'''é", "ü'''; y = 1", "# \x0c ß", "x = ('äö', target)", ""]
    source = SourceText(newline.join(lines))
    (node,) = [n for n in ast.walk(source.tree) if getattr(n, "id", "") == "target"]
    start, end = source.span(node)
    assert source.text[start:end] == source.segment(node) == "target"
    assert source.newline == newline


@pytest.mark.parametrize("text", ["x = (", "x = 1\0", "print 'x'"])
def test_what_is_not_python(text):
    with pytest.raises(SyntaxError):
        SourceText(text)


def test_invalid_escapes_are_not_our_affair(recwarn):
    SourceText("x = '\\d'\n")
    assert not recwarn.list


def test_edits():
    edits = [Edit(4, 5, "B"), Edit(0, 1, "AA"), Edit(6, 6, "x"), Edit(0, 1, "AA")]
    assert apply_edits("a = b\n", edits) == "AA = B\nx"
    with pytest.raises(ValueError, match="overlapping edits at character 1"):
        apply_edits("abc", [Edit(0, 2, ""), Edit(1, 3, "")])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = '\xe9'", "declare its encoding"),
        (b"# coding: utf-9\n", "unknown encoding: utf-9"),
        (b"# coding: ascii\nx = '\xc3\xa9'", "not ascii: byte 0xc3 at 21"),
    ],
)
def test_bytes_that_are_no_text(data, message):
    with pytest.raises(UnreadableSource, match=message):
        Document(data)


def test_declared_encoding_is_kept():
    document = Document("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    assert document.code.endswith("x = 'é'\n")
    assert document.with_code(document.code + "# ü\n").endswith(b"'\xe9'\n# \xfc\n")


def test_find_sources(tmp_path):
    for name in (
        "b.py",
        "a/x.ipynb",
        "a/x.txt",
        "a/.git/y.py",
        "a/build/z.py",
        "a/__pycache__/p.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = list(find_sources([tmp_path / "b.py", tmp_path, tmp_path / "none.py"]))
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["b.py", "a/x.ipynb", "none.py"]


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("tensorflow.python.framework.ops", True),
        ("tensorflow.python.framework.ops.convert_to_tensor", True),
        ("tensorflow.python.framework.ops.no_such_name", False),
        ("tensorflow.python.no_such_module.x", False),
        ("tensorflow.core.framework.summary_pb2.Summary", True),
        # Until 2.15 TensorFlow handed on the names of the package tensorflow_estimator there.
        ("tensorflow.python.estimator.estimator", TENSORFLOW < (2, 16)),
    ],
)
def test_internal_names_of_the_installed_tensorflow(path, there):
    assert has_internal_name(path) is there


def test_tables_of_the_installed_tensorflow():
    renames = literal("tools/compatibility/renames_v2.py", "renames")
    assert renames["tf.log"] == "tf.math.log"
    assert literal("tools/compatibility/renames_v2.py", "no_such_name") == {}
    assert literal("no/such/file.py", "renames") == {}
