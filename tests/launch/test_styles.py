"""Which TensorFlow `tfspec run` takes the files of a program for."""

from __future__ import annotations

import sys

import pytest

from tests.launch.tools import write
from tfspec.launch._sources import Program

ONLY_COMMON = "import tensorflow as tf\ntf.nn.relu\n"
ONES = "import tensorflow as tf\ntf.placeholder\n"
TWOS = "import tensorflow as tf\ntf.optimizers\n"
BOTH = "import tensorflow as tf\ntry:\n    tf.optimizers\nexcept AttributeError:\n    tf.to_float\n"


@pytest.mark.parametrize(
    "main, other, styles",
    [
        (ONES, ONLY_COMMON, ("tf1", "tf1")),
        (ONLY_COMMON, ONES, ("tf1", "tf1")),
        (ONLY_COMMON, TWOS, ("tf2", "tf2")),
        (ONLY_COMMON, ONLY_COMMON, ("tf2", "tf2")),
        (ONES, TWOS, ("tf1", "tf2")),
        (TWOS, ONES, ("tf2", "tf1")),
        (ONES, BOTH, ("tf1", "tf1")),
        (TWOS, BOTH, ("tf2", "tf2")),
        (ONES, "syntax error", ("tf1", "tf1")),
    ],
)
def test_style(folder, monkeypatch, main, other, styles):
    write(folder, main=main + "import other\n", other=other)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    program = Program(str(folder / "main.py"), "", None)
    assert program.style_of(str(folder / "main.py")) == program.style == styles[0]
    assert program.style_of(str(folder / "other.py")) == styles[1]
    for forced in ("tf1", "tf2"):
        assert Program(str(folder / "main.py"), "", forced).style_of("other.py") == forced


BROUGHT_OVER = """
import tensorflow as tf

def feed():
    return tf.compat.v1.placeholder(tf.float32)

def reader():
    return tf.TFRecordReader()

def old_feed():
    return tf.placeholder(tf.float32), reader, tf.contrib.learn.read_batch_features
"""


@pytest.mark.parametrize(
    "main, other, style",
    [
        ("import other\nother.feed('--job-dir', 'eval')\n", BROUGHT_OVER, "tf2"),
        ("import other\nother.feed()\nother.old_feed()\n", BROUGHT_OVER, "tf1"),
        ("import other\nother.feed()\ngetattr(other, 'old_' + 'feed')()\n", BROUGHT_OVER, "tf1"),
        ("import other\nother.feed()\n", BROUGHT_OVER.replace("compat.v1.", ""), "tf1"),
        (BROUGHT_OVER + "feed()\nimport other\n", "", "tf2"),
        (BROUGHT_OVER + "old_feed()\nimport other\n", "", "tf1"),
        (BROUGHT_OVER + "import other\n", "from main import old_feed\n", "tf1"),
        (BROUGHT_OVER.replace("def old", "@print\ndef old") + "feed()\n", "", "tf1"),
    ],
)
def test_functions_that_nothing_calls_tell_less_than_compat(
    folder, monkeypatch, main, other, style
):
    write(folder, main=main, other=other)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [str(folder), ".", *sys.path])
    assert Program(str(folder / "main.py"), "", None).style == style
