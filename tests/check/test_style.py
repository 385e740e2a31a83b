"""Telling which TensorFlow a source was written for."""

from __future__ import annotations

import pytest

from tfspec.check import TF1, TF2, UNKNOWN, scan

TF = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    ("code", "style", "reason"),
    [
        ("tf.placeholder(x)", TF1, "tf.placeholder"),
        ("tf.contrib.slim.conv2d", TF1, "tf.contrib.slim.conv2d"),
        ("import tensorflow.contrib.slim as slim", TF1, "tf.contrib.slim"),
        ("from tensorflow.examples.tutorials.mnist import input_data", TF1, None),
        ("tf.estimator.tpu.TPUConfig()", TF1, "tf.estimator.tpu.TPUConfig"),
        ("tf.nn.dropout(x, keep_prob=.5)", TF1, "tf.nn.dropout(...)"),
        ("try:\n    tf.nn.softmax(x, dim=1)\nexcept TypeError:\n    pass", UNKNOWN, None),
        ("from tensorflow import *\nplaceholder(float32)", TF1, "tf.placeholder"),
        ("from tensorflow import *\ndef f():\n    return optimizers.Adam()", TF2, None),
        ("from tensorflow import *\nplaceholder = 1\nplaceholder + min(x)", UNKNOWN, None),
        ("from tensorflow import *\nfrom other import *\nplaceholder", UNKNOWN, None),
        ("from tensorflow.contrib.layers import *\nflatten(x)", TF1, "tf.contrib.layers.*"),
        ("dataset.make_one_shot_iterator()", TF1, ".make_one_shot_iterator()"),
        ("tf.app.run(); tf.Session; tf.optimizers.Adam()", TF1, "tf.app.run"),
        ("tf.lite.TFLiteConverter.from_session(s)", TF1, "tf.lite.TFLiteConverter.from_session"),
        ("tf.image.ResizeMethod.LANCZOS3", TF2, "tf.image.ResizeMethod.LANCZOS3"),
        ("tf.summary.create_file_writer(x)", TF2, "tf.summary.create_file_writer"),
        (
            "tf.nn.embedding_lookup(p, i)\ntf.sparse.split(sp_input=x, num_split=2, axis=0)",
            UNKNOWN,
            None,
        ),
        ("tf.estimator.experimental.RNNClassifier()", TF2, None),
        ("tf.compat.v1.Session()", TF2, "tf.compat"),
        ("tf.optimizers.Adam()\ntf.losses.BinaryCrossentropy()\ntf.Session", TF2, None),
        ("tf.nn.relu(x)", UNKNOWN, None),
        ("tf.estimator.Estimator(f)", UNKNOWN, None),
        ("try:\n    tf.Session\nexcept AttributeError:\n    pass", UNKNOWN, None),
        ("if tf.__version__ < '2':\n    tf.Session", UNKNOWN, None),
        ("try:\n    f = tf.log\nexcept AttributeError:\n    f = tf.math.log\nf(x)", UNKNOWN, None),
        ("if not hasattr(tf, 'log'):\n    tf.log = tf.math.log\ntf.log(x)", UNKNOWN, None),
        ("def f():\n  if tf.__version__ > '2':\n    return\n  tf.log(x)", UNKNOWN, None),
        ("def f():\n  if tf.__version__ > '2':\n    raise OSError\n  tf.log(x)", TF1, "tf.log"),
        ("print('tf.Session')  # tf.contrib", UNKNOWN, None),
        ("tf.data.make_one_shot_iterator(d)", TF1, "tf.data.make_one_shot_iterator"),
    ],
)
def test_style(code, style, reason):
    told = scan(f"{TF}{code}\n").style
    assert told.name == style
    assert reason is None or reason in told.reasons


def test_ambiguous_names():
    told = scan(
        f"{TF}tf.nn.dropout(tf.nn.relu(x), .5)\n"
        "tf.estimator.DNNClassifier(tf.estimator.RunConfig(), tf.data.Dataset)\n"
    ).style
    assert told.ambiguous == ("tf.nn.dropout", "tf.estimator.DNNClassifier")
