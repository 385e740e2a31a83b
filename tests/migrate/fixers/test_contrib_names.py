"""Fixer contrib_names."""

from __future__ import annotations

import pytest

from tests.migrate.tools import check_noop, check_transformed

FIXER = "contrib_names"
TF = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TF + "tf.contrib.layers.fully_connected(x, 3)\n", id="changed on the way"),
        pytest.param(TF + "tf.contrib.training.HParams(a=1)\n", id="gone"),
        pytest.param(
            TF + "tf.contrib.distribute.MirroredStrategy(num_gpus=2)\n", id="argument is gone"
        ),
        pytest.param(
            TF + "make = tf.contrib.distribute.MirroredStrategy\n", id="arguments can't be told"
        ),
        pytest.param(TF + "tf.contrib.summary.scalar('a', x)\n", id="writes at other times"),
        pytest.param("def f(tf):\n    tf.contrib.data.unbatch()\n", id="parameter"),
        pytest.param("from mine.contrib import data\ndata.unbatch()\n", id="own package"),
        pytest.param(TF + "'tf.contrib.data.unbatch()'\n", id="string"),
    ],
)
def test_noop(text):
    check_noop(text, FIXER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("contrib.data.map_and_batch(f, 3)", "data.experimental.map_and_batch(f, 3)"),
        ("contrib.tpu.RunConfig()", "estimator.tpu.RunConfig()"),
        ("contrib.tpu.python.tpu.tpu_config.TPUConfig(1)", "estimator.tpu.TPUConfig(1)"),
        (
            "contrib.tpu.InputPipelineConfig.PER_HOST_V2",
            "estimator.tpu.InputPipelineConfig.PER_HOST_V2",
        ),
        ("contrib.learn.ModeKeys.INFER", "estimator.ModeKeys.PREDICT"),
        ("contrib.rnn.BasicLSTMCell(3)", "nn.rnn_cell.BasicLSTMCell(3)"),
        ("contrib.distribute.MirroredStrategy()", "distribute.MirroredStrategy()"),
        ("contrib.layers.xavier_initializer(seed=1)", "glorot_uniform_initializer(seed=1)"),
        ("contrib.framework.get_global_step()", "train.get_global_step()"),
    ],
)
def test_names(before, after):
    check_transformed(f"{TF}x = tf.{before}\n", f"{TF}x = tf.{after}\n", FIXER)


def test_name_that_only_tensorflows_converter_knows():
    before = TF + "tf.contrib.framework.CriticalSection()\n"
    check_transformed(before, TF + "tf.CriticalSection()\n", FIXER)


def test_imports_go_with_their_last_use():
    check_transformed(
        """
        import tensorflow as tf
        from tensorflow.contrib import tpu as contrib_tpu, crf
        from tensorflow.contrib.data import AUTOTUNE
        from tensorflow.contrib import data

        def f():
            from tensorflow.contrib import rnn
            return [rnn.GRUCell(3), contrib_tpu.TPUConfig(),
                    AUTOTUNE, crf.x]
        data.unknown(data.unbatch())
        """,
        """
        import tensorflow as tf
        from tensorflow.contrib import crf
        from tensorflow.contrib import data

        def f():
            return [tf.nn.rnn_cell.GRUCell(3), tf.estimator.tpu.TPUConfig(),
                    tf.data.experimental.AUTOTUNE, crf.x]
        data.unknown(tf.data.experimental.unbatch())
        """,
        FIXER,
    )


def test_only_statement_of_a_block():
    check_transformed(
        """
        import tensorflow as tf
        if True:
            from tensorflow.contrib import data
        data.unbatch()
        """,
        """
        import tensorflow as tf
        if True:
            pass
        tf.data.experimental.unbatch()
        """,
        FIXER,
    )


def test_without_tensorflow_under_a_name():
    (left,) = check_noop("from tensorflow.contrib import data\ndata.unbatch()\n", FIXER)
    assert "is tf.data.experimental.unbatch today" in left.message
