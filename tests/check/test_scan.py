"""What is said about names."""

from __future__ import annotations

import pytest

from tfspec.check import DIFFERS, TF1, TF2, UNSUPPORTED, WORKS, scan
from tfspec.check._names import load

TF = "import tensorflow as tf\n"
TF_2 = f"{TF}tf.optimizers.Adam()\ntf.summary.create_file_writer(d)\n"
TF_1 = f"{TF}tf.Session()\ntf.app.run()\n"


def said(code: str, name: str, style: str | None = None):
    found = [f for f in scan(code, style).findings if f.name == name]
    assert len(found) == 1, scan(code, style).findings
    return found[0]


@pytest.mark.parametrize(
    ("code", "name", "served_by"),
    [
        (TF_1 + "tf.train.Saver()", "tf.train.Saver", "TensorFlow"),
        (TF_1 + "tf.layers.dense(x)", "tf.layers.dense", "tf_keras"),
        (TF_1 + "tf.nn.rnn_cell.LSTMCell(3)", "tf.nn.rnn_cell.LSTMCell", "tf_keras"),
        (TF_1 + "tf.keras.layers.CuDNNLSTM(3)", "tf.keras.layers.CuDNNLSTM", "tf_keras"),
        (
            TF_1 + "tf.estimator.inputs.numpy_input_fn(x)",
            "tf.estimator.inputs.numpy_input_fn",
            "tfspec",
        ),
        (TF_1 + "FLAGS = tf.flags.FLAGS\nFLAGS.x\nFLAGS.y", "tf.flags.FLAGS", "TensorFlow"),
        (TF_1 + "tf.estimator.ModeKeys.TRAIN", "tf.estimator.ModeKeys", "tfspec"),
        (TF_2 + "tf.data.Dataset.from_tensors(x)", "tf.data.Dataset", "TensorFlow"),
        (
            TF_1 + "from tensorflow.python.keras.preprocessing import text\ntext.Tokenizer",
            "tensorflow.python.keras.preprocessing.text.Tokenizer",
            "tf_keras",
        ),
        (TF_1 + "tf.contrib.slim.conv2d(x)", "tf.contrib.slim.conv2d", "tf_slim"),
        (TF_1 + "tf.contrib.layers.softmax(x)", "tf.contrib.layers.softmax", "tf_slim"),
        (TF_2 + "tf.__version__.split('.')", "tf.__version__", "TensorFlow"),
        # Keywords are those of the method, not of the class's constructor.
        (
            TF_1 + "tf.lite.TFLiteConverter.from_saved_model(d, input_arrays=['x'])",
            "tf.lite.TFLiteConverter",
            "TensorFlow",
        ),
        (
            TF + "tf.compat.v1.lite.TFLiteConverter.from_session(s, [x], [y])",
            "tf.compat.v1.lite.TFLiteConverter",
            "TensorFlow",
        ),
        (TF_1 + "tf.contrib.lite.Interpreter('m')", "tf.contrib.lite.Interpreter", "tfspec"),
        (
            TF_1 + "tf.contrib.keras.layers.Dense(3)",
            "tf.contrib.keras.layers.Dense",
            "tfspec",
        ),
        (TF_1 + "tf.contrib.rnn.__dict__", "tf.contrib.rnn.__dict__", "tfspec"),
        (TF_1 + "tf.mul(x, y)", "tf.mul", "tfspec"),
        (
            "from tensorflow.contrib.learn.python.learn.preprocessing import text\n"
            "text.VocabularyProcessor(3)",
            "tf.contrib.learn.python.learn.preprocessing.text.VocabularyProcessor",
            "tfspec",
        ),
        (TF_1 + "tf.contrib.losses.log_loss(x, y)", "tf.contrib.losses.log_loss", "tf_slim"),
        (
            TF_1 + "tf.contrib.losses.metric_learning.npairs_loss(x, y, z)",
            "tf.contrib.losses.metric_learning.npairs_loss",
            "tf_slim",
        ),
        (
            TF_1 + "from tensorflow.contrib.slim.python.slim.nets import resnet_v1",
            "tf.contrib.slim.python.slim.nets.resnet_v1",
            "tf_slim",
        ),
        (
            "import tensorflow.compat.v2 as tf\ntf.compat.v1.estimator.Estimator(f)",
            "tf.compat.v1.estimator.Estimator",
            "tfspec",
        ),
        (
            TF + "tf.compat.v2.enable_v2_behavior()",
            "tf.compat.v2.enable_v2_behavior",
            "TensorFlow",
        ),
        (
            "from tensorflow import estimator\nestimator.Estimator(f)",
            "tf.estimator.Estimator",
            "tfspec",
        ),
        (
            "from tensorflow_estimator import estimator\nestimator.inputs",
            "tensorflow_estimator.estimator.inputs",
            "tfspec",
        ),
        (
            "from tensorflow.python.framework import ops\nops.convert_to_tensor",
            "tensorflow.python.framework.ops.convert_to_tensor",
            "TensorFlow",
        ),
        (
            "from tensorflow.python.estimator.estimator import Estimator",
            "tensorflow.python.estimator.estimator.Estimator",
            "tfspec",
        ),
        (
            "from tensorflow.python.estimator.canned import metric_keys\nmetric_keys.MetricKeys",
            "tensorflow.python.estimator.canned.metric_keys.MetricKeys",
            "tfspec",
        ),
        (
            "from tensorflow.examples.tutorials.mnist import input_data",
            "tensorflow.examples.tutorials.mnist.input_data",
            "tfspec",
        ),
        (
            "from tensorflow.examples.tutorials.mnist import mnist\nmnist.inference(x, 8, 8)",
            "tensorflow.examples.tutorials.mnist.mnist.inference",
            "tfspec",
        ),
        (TF_1 + "tf.contrib.tpu.TPUConfig()", "tf.contrib.tpu.TPUConfig", "tfspec"),
        (
            TF_1 + "tf.contrib.learn.python.learn.learn_runner.run()",
            "tf.contrib.learn.python.learn.learn_runner.run",
            "tfspec",
        ),
        ("import tfspec.compat.v1 as tf\ntf.layers.dense(x)", "tf.layers.dense", "tf_keras"),
        ("import tfspec\ntfspec.estimator.Estimator(f)", "tfspec.estimator.Estimator", "tfspec"),
    ],
)
def test_works(code, name, served_by):
    finding = said(code, name)
    assert (finding.verdict, finding.served_by) == (WORKS, served_by)
    assert not finding.optional


def test_names_that_the_file_supplies_are_not_judged():
    code = "if not hasattr(tf, 'log'):\n    tf.log = tf.math.log\ntf.log(x)\ntf.log1p(x)"
    names = {finding.name for finding in scan(TF_2 + code).findings}
    assert {"tf.math.log", "tf.log1p"} <= names
    assert "tf.log" not in names


@pytest.mark.parametrize(
    ("code", "name", "remedy"),
    [
        (TF_1 + "tf.contrib.crf.decode()", "tf.contrib.crf.decode", "tensorflow_addons.text.crf"),
        (
            TF_1 + "tf.contrib.framework.CriticalSection()",
            "tf.contrib.framework.CriticalSection",
            "tf.CriticalSection (tfspec migrate",
        ),
        (
            TF_1 + "tf.contrib.quantize.create_training_graph()",
            "tf.contrib.quantize.create_training_graph",
            "tensorflow_model_optimization",
        ),
        (
            "from tensorflow.contrib import learn\nlearn.SVM()",
            "tf.contrib.learn.SVM",
            "tf.estimator",
        ),
        (
            TF_1 + "tf.estimator.BoostedTreesClassifier(x)",
            "tf.estimator.BoostedTreesClassifier",
            "decision_forests",
        ),
        (TF_2 + "tf.mul(x, y)", "tf.mul", "tf.multiply"),
        (TF_1 + "tf.nn.no_such(x)", "tf.nn.no_such", "(tf.nn has no 'no_such')"),
        (
            TF_1 + "tf.sparse.bincount(x)\ntf.optimizers",
            "tf.optimizers",
            "only TensorFlow 2 has it",
        ),
        (TF_2 + "tf.placeholder(x)", "tf.placeholder", "tf.compat.v1.placeholder"),
        (
            TF_2 + "tf.lite.TFLiteConverter.from_session(s, [x], [y])",
            "tf.lite.TFLiteConverter.from_session",
            "tf.compat.v1.lite.TFLiteConverter.from_session",
        ),
        (
            TF_1 + "tf.image.ResizeMethod.LANCZOS3",
            "tf.image.ResizeMethod.LANCZOS3",
            "tf.compat.v2.image.ResizeMethod.LANCZOS3",
        ),
        (
            TF_1 + "tf.estimator.ModeKeys.INFER",
            "tf.estimator.ModeKeys.INFER",
            "tf.estimator.ModeKeys has no such attribute",
        ),
        (TF_1 + "tf.contrib.keras.no_such", "tf.contrib.keras.no_such", "tf."),
        (
            TF_1 + "tf.compat.v2.contrib.rnn.LSTMCell(3)",
            "tf.compat.v2.contrib.rnn.LSTMCell",
            "use tf.contrib",
        ),
        (
            TF_1 + "from tensorflow.examples.tutorials.mnist import fully_connected_feed",
            "tensorflow.examples.tutorials.mnist.fully_connected_feed",
            "a program, not a module",
        ),
        (
            "from tensorflow.python.training.saver import BaseSaverBuilder as B\nB.no_such",
            "tensorflow.python.training.saver.BaseSaverBuilder.no_such",
            "and gone",
        ),
        (
            TF_2 + "tf.reduce_sum(x, keep_dims=True)",
            "tf.reduce_sum",
            "no argument `keep_dims`; tf.compat.v1.reduce_sum",
        ),
        (
            TF_2 + "tf.data.experimental.CheckpointInputPipelineHook(e)",
            "tf.data.experimental.CheckpointInputPipelineHook",
            "dropped it after 2.15",
        ),
        (
            TF + "tf.compat.v1.tpu.experimental.AdamParameters()",
            "tf.compat.v1.tpu.experimental.AdamParameters",
            "after 2.15",
        ),
        (
            TF_2 + "tf.python.framework.ops.x",
            "tensorflow.python.framework.ops.x",
            "import tensorflow.python",
        ),
        (
            "from tensorflow.python.estimator.canned import dnn\ndnn._add_layer_summary",
            "tensorflow.python.estimator.canned.dnn._add_layer_summary",
            "not public",
        ),
        (
            "from tensorflow.python.framework.ops import no_such",
            "tensorflow.python.framework.ops.no_such",
            "and gone",
        ),
        (
            "from tensorflow.python.gone.feature_column import numeric_column",
            "tensorflow.python.gone.feature_column.numeric_column",
            "use tf.feature_column.numeric_column",
        ),
        (
            "import tfspec.compat.v1 as tf\ntf.contrib.crf.decode()",
            "tf.contrib.crf.decode",
            "tensorflow_addons",
        ),
    ],
)
def test_unsupported(code, name, remedy):
    finding = said(code, name)
    assert (finding.verdict, finding.served_by) == (UNSUPPORTED, "")
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("code", "name", "remedy"),
    [
        (TF + "tf.nn.dropout(x, .5)", "tf.nn.dropout", "means different things"),
        (
            TF_2 + "d.make_one_shot_iterator()",
            ".make_one_shot_iterator()",
            "tf.compat.v1.data.make_one_shot",
        ),
        ("from tensorflow import *\nSession()", "tensorflow.*", "not looked at"),
        (TF_2 + "tf.__internal__.x", "tf.__internal__.x", "internal to TensorFlow"),
    ],
)
def test_differs(code, name, remedy):
    finding = said(code, name)
    assert finding.verdict == DIFFERS
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as tf\ntf.contrib.x",
        "def f(tf):\n    tf.contrib.x",
        TF + "tf",
        TF + "tf.compat.v1",
        "# tf.contrib",
        "import tensorflow_datasets as tfds\ntfds.load(x)",
    ],
)
def test_nothing_to_say(code):
    assert scan(code).findings == []


def test_lines_are_collected():
    code = TF_1 + "\ntf.log(x)\ndef f():\n    return tf.log(tf.log(y))\n"
    assert said(code, "tf.log").lines == (5, 7)


def test_forced_style():
    code = TF + "tf.nn.dropout(x, .5)"
    assert said(code, "tf.nn.dropout", TF1).verdict == WORKS
    assert said(code, "tf.nn.dropout", TF2).verdict == WORKS


def test_the_code_chooses_what_works():
    code = "if x:\n    import tensorflow as tf\nelse:\n    import tensorflow.compat.v1 as tf\n"
    code += "tf.Session()\n"
    assert said(code, "tf.compat.v1.Session").verdict == WORKS


def test_without_tensorflow_internal_names_cannot_be_told(monkeypatch):
    monkeypatch.setattr("tfspec.source._wheel.tensorflow_folder", lambda: None)
    code = "from tensorflow.python.framework import ops\n"
    finding = said(code, "tensorflow.python.framework.ops")
    assert finding.verdict == DIFFERS and "isn't here to ask" in finding.remedy


def test_stand_ins_of_tfspec_contrib(monkeypatch):
    tables = {**load("contrib.json"), "differs": {"contrib.opt.Lazy": "updates all rows"}}
    monkeypatch.setattr("tfspec.check._contrib.load", lambda file: tables)
    there = {"contrib.crf.decode", "contrib.opt.Lazy", "contrib.crf"}
    monkeypatch.setattr("tfspec.check._contrib.has", there.__contains__)
    code = TF_1 + "tf.contrib.crf.decode()\ntf.contrib.opt.python.lazy.Lazy()\ntf.contrib.crf.x()\n"
    assert said(code, "tf.contrib.crf.decode").verdict == WORKS
    assert said(code, "tf.contrib.crf.x").verdict == UNSUPPORTED
    lazy = said(code, "tf.contrib.opt.python.lazy.Lazy")
    assert (lazy.verdict, lazy.served_by) == (DIFFERS, "tfspec")
    assert lazy.remedy == "updates all rows"
