"""Names from before TensorFlow 1.0: `run` has them, `check` says so, `migrate` keeps them."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
import tensorflow as tf

import tfspec.compat.v1 as tf1
from tfspec.check import TF1, WORKS, judge
from tfspec.check._names import load
from tfspec.contrib import deprecated
from tfspec.migrate import migrate

v1 = tf.compat.v1
NAMES = sorted(load("notes.json")["before_1_0"])
SCRIPT = """
import tensorflow as tf
print(tf.mul(2, 3))
"""
X = np.array([[1.0, 2.0], [3.0, 5.0]])


@pytest.mark.parametrize("name", NAMES)
def test_old_names(name):
    value = tf1
    for part in name.split("."):
        value = getattr(value, part)
    assert callable(value) or isinstance(value, ModuleType)
    judgement = judge(f"tensorflow.{name}", TF1)
    assert (judgement.verdict, judgement.served_by) == (WORKS, "tfspec")


@pytest.mark.parametrize(
    "call, expected",
    [
        (lambda: tf1.mul(X, 2.0, name="m"), X * 2),
        (lambda: tf1.neg(tf1.sub(X, 1.0)), 1 - X),
        (lambda: tf1.pack([X[0], X[1]], axis=1), X.T),
        (lambda: tf1.unpack(X)[1], X[1]),
        (lambda: tf1.inv(X), 1 / X),
        (lambda: tf1.select(X > 2, X, -X), np.where(X > 2, X, -X)),
        (lambda: tf1.listdiff([1, 2, 3], [2])[0], [1, 3]),
        (lambda: tf1.complex_abs(tf.constant(3 + 4j)), 5),
        (lambda: tf1.batch_matmul(X[None], X[None], True, adj_y=True)[0], X.T @ X.T),
        (lambda: tf1.batch_matrix_inverse(X[None])[0], np.linalg.inv(X)),
    ],
)
def test_what_they_do(call, expected):
    with tf.Graph().as_default(), v1.Session() as session:
        np.testing.assert_allclose(session.run(call()), expected)


def test_summaries_keep_their_tags():
    with tf.Graph().as_default(), v1.Session() as session:
        with tf1.name_scope("scope"):
            tf1.scalar_summary(["a b", "c"], [1.0, 2.0])
        deprecated.histogram_summary("h", X)
        deprecated.image_summary("i", tf.zeros([2, 2, 2, 1]))
        deprecated.audio_summary("s", tf.zeros([1, 3]), 8000.0, name="sound")
        other = tf1.scalar_summary("other", 1.0, collections=["mine"])
        names = [summary.name for summary in v1.get_collection(v1.GraphKeys.SUMMARIES)]
        merged = v1.Summary.FromString(session.run(tf1.merge_all_summaries()))
        assert v1.get_collection("mine") == [other]
    assert names == ["scope/ScalarSummary:0", "HistogramSummary:0", "ImageSummary:0", "sound:0"]
    tags = [value.tag for value in merged.value]
    assert tags == ["a b", "c", "h", "i/image/0", "i/image/1", "s/audio/0"]


@pytest.mark.parametrize(
    "name", ["nn.seq2seq.sequence_loss", "train.SummaryWriter.add_summary"]
)
def test_what_is_below_them(name):
    assert judge(f"tensorflow.{name}", TF1).verdict == WORKS


def test_migrate_takes_them_from_tfspec():
    assert migrate(SCRIPT).text.startswith("\nimport tfspec.compat.v1 as tf\ntf.disable_v2_beh")
