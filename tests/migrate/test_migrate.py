"""All fixers together: the text-to-text core, and what it makes of whole scripts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrate.tools import check_noop, check_transformed, lines, names
from tfspec.migrate import FIXERS, migrate
from tfspec.migrate import fixers as fixers_package

ROOT = Path(__file__).parents[2]


def test_a_script_of_tensorflow_1():
    left = check_transformed(
        """
        from __future__ import print_function

        import tensorflow as tf
        from tensorflow.contrib import tpu as contrib_tpu

        flags = tf.flags
        FLAGS = flags.FLAGS
        flags.DEFINE_integer('n', 3, 'how many')


        def model_fn(features, labels, mode, params):  # as it always was
            net = tf.layers.dense(features['x'], FLAGS.n, activation=tf.nn.relu)
            optimizer = contrib_tpu.CrossShardOptimizer(tf.train.AdamOptimizer())
            return contrib_tpu.TPUEstimatorSpec(mode, loss=tf.contrib.magic.loss(net))


        def main(_):
            tf.logging.info('start')
            estimator = contrib_tpu.TPUEstimator(model_fn, config=contrib_tpu.RunConfig())
            estimator.train(lambda: dataset().make_one_shot_iterator().get_next())
            estimator.export_savedmodel('out', receiver_fn)


        if __name__ == '__main__':
            tf.app.run()
        """,
        """
        from __future__ import print_function

        import tfspec.compat.v1 as tf
        tf.disable_v2_behavior()

        flags = tf.flags
        FLAGS = flags.FLAGS
        flags.DEFINE_integer('n', 3, 'how many')


        def model_fn(features, labels, mode, params):  # as it always was
            net = tf.layers.dense(features['x'], FLAGS.n, activation=tf.nn.relu)
            optimizer = tf.tpu.CrossShardOptimizer(tf.train.AdamOptimizer())
            return tf.estimator.tpu.TPUEstimatorSpec(mode, loss=tf.contrib.magic.loss(net))


        def main(_):
            tf.logging.info('start')
            estimator = tf.estimator.tpu.TPUEstimator(model_fn, config=tf.estimator.tpu.RunConfig())
            estimator.train(lambda: tf.data.make_one_shot_iterator(dataset()).get_next())
            estimator.export_saved_model('out', receiver_fn)


        if __name__ == '__main__':
            tf.app.run()
        """,
    )
    magic = [note for note in left if "magic" in note.message]
    assert [(note.line, note.message.split(":")[0]) for note in magic] == [
        (14, "tf.contrib.magic.loss")
    ]


def test_a_script_of_tensorflow_2():
    left = check_transformed(
        """
        import tensorflow as tf

        columns = [tf.feature_column.numeric_column('x')]
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        first = tf.estimator.Estimator(make_model_fn(model))
        second = tf.estimator.DNNClassifier([4], columns, optimizer=tf.keras.optimizers.Adam())
        third = tf.compat.v1.estimator.DNNClassifier([4], columns)
        logits = tf.compat.v1.layers.dense(x, 3)
        """,
        """
        import tensorflow as tf
        import tf_keras
        import tfspec

        columns = [tf.feature_column.numeric_column('x')]
        model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
        first = tfspec.estimator.Estimator(make_model_fn(model))
        second = tfspec.estimator.DNNClassifier([4], columns, optimizer=tf_keras.optimizers.Adam())
        third = tfspec.compat.v1.estimator.DNNClassifier([4], columns)
        logits = tfspec.compat.v1.layers.dense(x, 3)
        """,
    )
    assert not left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "import numpy as np\nnp.zeros(3)\n",
        "import tensorflow as tf\n\n\n@tf.function\ndef f(x):\n    return tf.nn.relu(x)\n",
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.Session().run(x)\n",
        "from tfspec import estimator\nestimator.Estimator(f)\n",
        "'''tf.estimator and tf.contrib'''\n",
    ],
)
def test_nothing_to_do(text):
    assert check_noop(text) == []


def test_only_and_skip():
    text = "import tensorflow as tf\ntf.estimator.X\nd.export_savedmodel(x)\ntf.placeholder\n"
    assert set(migrate(text).applied) == {"tf1_namespace", "export_savedmodel"}
    assert set(migrate(text, only=["export_savedmodel"]).applied) == {"export_savedmodel"}
    assert "tf1_namespace" not in migrate(text, skip=["tf1_namespace"]).applied
    assert migrate(text, skip=names()).text == text


def test_what_is_left_has_the_lines_of_the_result():
    done = migrate("import tensorflow as tf\ntf.placeholder(x)\ntf.contrib.crf.decode()\n")
    assert [note.line for note in done.left] == [4]
    assert "tf.contrib.crf.decode" in done.text.splitlines()[3]


def test_syntax_error_is_raised():
    with pytest.raises(SyntaxError, match="print"):
        migrate("print 'Python 2'\n")


def test_registry_is_the_folder():
    folder = Path(fixers_package.__file__).parent
    assert sorted(names()) == sorted(p.stem for p in folder.glob("*.py") if p.stem != "__init__")
    tests = {p.stem.removeprefix("test_") for p in Path(__file__).parent.glob("fixers/test_*.py")}
    assert tests == set(names())


def test_every_fixer_is_documented():
    text = (ROOT / "docs" / "fixers.md").read_text()
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert list(sections) == [fixer.name for fixer in FIXERS]
    for name, section in sections.items():
        (diff,) = re.findall(r"```diff\n(.*?)```", section, re.DOTALL)
        before = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[0] in " -")
        after = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line[0] in " +")
        ast.parse(after)
        assert migrate(before, only=[name]).text == after, name


SCRIPTS = {
    "estimator.py": """
        import sys

        import numpy as np
        import tensorflow as tf


        def input_fn():
            x = np.linspace(-1, 1, 32, dtype=np.float32)[:, None]
            return tf.data.Dataset.from_tensor_slices(({'x': x}, 3 * x)).repeat().batch(8)


        def model_fn(features, labels, mode):
            weight = tf.compat.v1.get_variable('weight', [1, 1])
            loss = tf.reduce_mean(tf.square(features['x'] @ weight - labels))
            step = tf.compat.v1.train.get_or_create_global_step()
            train_op = tf.compat.v1.train.AdamOptimizer(.1).minimize(loss, step)
            return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


        estimator = tf.estimator.Estimator(model_fn, sys.argv[1])
        estimator.train(input_fn, steps=120)
        print('weight', estimator.get_variable_value('weight')[0, 0].round(1))
        """,
    "session.py": """
        import tensorflow as tf

        x = tf.placeholder(tf.float32, [None, 2])
        total = tf.reduce_sum(x, axis=1, keep_dims=True)
        assert x.shape[1].value == 2
        with tf.Session() as session:
            print('weight', session.run(total, {x: [[1., 2.]]})[0][0])
        """,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_result_runs(name, tmp_path):
    script = tmp_path / name
    script.write_text(migrate(lines(SCRIPTS[name])).text)
    environment = {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, script, tmp_path / "model"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "weight 3.0\n"
