"""Files that are migrated together: one style, one Keras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrate.tools import lines
from tfspec.cli import main

ROOT = Path(__file__).parents[2]

PACKAGE = {
    "train.py": """
        import sys

        import numpy as np
        import tensorflow as tf
        from net import estimators


        def input_fn():
            x = np.linspace(-1, 1, 32, dtype=np.float32)[:, None]
            return tf.data.Dataset.from_tensor_slices(({'x': x}, 3 * x)).repeat().batch(8)


        estimator = estimators.line(sys.argv[1])
        estimator.train(input_fn, steps=150)
        names = [n for n in estimator.get_variable_names() if n.endswith('kernel')]
        print(names, estimator.get_variable_value(names[0])[0, 0].round(1))
        """,
    "net/__init__.py": "",
    "net/estimators.py": """
        import tensorflow as tf
        from .layers import Line


        def line(model_dir):
            def model_fn(features, labels, mode):
                loss = tf.reduce_mean(tf.square(Line()(features['x']) - labels))
                step = tf.compat.v1.train.get_or_create_global_step()
                train_op = tf.compat.v1.train.AdamOptimizer(.1).minimize(loss, step)
                return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

            return tf.estimator.Estimator(model_fn, model_dir)
        """,
    "net/layers.py": """
        from tensorflow.keras.layers import Layer
        from tensorflow.python.util import nest
        from log import say


        class Line(Layer):
            def build(self, shape):
                self.kernel = self.add_weight(name='kernel', shape=[shape[-1], 1])
                super().build(shape)

            def call(self, inputs):
                say('a line')
                return inputs @ nest.flatten([self.kernel])[0]
        """,
    "net/models.py": """
        import tensorflow as tf
        from net.layers import Line

        model = tf.keras.Sequential([Line()])
        """,
    "log.py": "def say(text):\n    pass\n",
    "apart.py": """
        import keras
        import tensorflow as tf
        import log

        model = tf.keras.Sequential([keras.layers.Dense(1)])
        """,
}


@pytest.fixture
def project(tmp_path):
    def write(files):
        for name, text in files.items():
            file = tmp_path / "project" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(lines(text))
        return tmp_path / "project"

    return write


def changed(capsys, *arguments) -> dict[str, str]:
    """What a run of `tfspec migrate --write` says of the files that it changes."""
    assert main(["migrate", "--write", *map(str, arguments)]) == 0
    said = [line.partition(": changed ") for line in capsys.readouterr().out.splitlines()]
    return {Path(file).name: what for file, _, what in said if what}


def test_layers_follow_the_estimators_that_use_them(project, capsys, tmp_path):
    folder = project(PACKAGE)
    assert changed(capsys, folder) == {
        "estimators.py": "(estimator_attribute 3)",
        "layers.py": "(tf_keras 1)",
        "models.py": "(tf_keras 2)",
    }
    assert changed(capsys, folder) == {}
    environment = {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, folder / "train.py", tmp_path / "model"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['line/kernel'] 3.0\n"


def test_several_paths_are_one_project(project, capsys):
    folder = project(PACKAGE)
    assert changed(capsys, folder / "net/models.py", folder / "net/layers.py") == {}
    paths = [folder / "net/models.py", folder / "net/layers.py", folder / "net/estimators.py"]
    assert set(changed(capsys, *paths)) == {"models.py", "layers.py", "estimators.py"}


@pytest.mark.parametrize(
    ("main_file", "names"),
    [
        pytest.param("import keras_part", [], id="Keras alone"),
        pytest.param(
            "import keras_part\nimport tfspec\ntfspec.estimator.RunConfig()",
            ["keras_part.py"],
            id="estimators, migrated already",
        ),
        pytest.param(
            "import keras_part, other", ["keras_part.py", "other.py"], id="brought together"
        ),
        pytest.param(
            "import keras_part\nimport tensorflow as tf\ntf.placeholder(x)\ntf.keras.Input()",
            ["keras_part.py", "main.py"],
            id="Keras of TensorFlow 1",
        ),
        pytest.param(
            "import keras_part\nimport tensorflow as tf\ntf.placeholder(x)",
            ["main.py"],
            id="TensorFlow 1 without Keras",
        ),
        pytest.param("import keras_part, broken", [], id="with a file that is no Python"),
    ],
)
def test_what_decides(main_file, names, project, capsys):
    folder = project(
        {
            "main.py": main_file,
            "keras_part.py": "import tensorflow as tf\ntf.keras.Input()\ntf.optimizers.Adam()\n",
            "other.py": "import tensorflow as tf\ntf.estimator.RunConfig()\n",
            "elsewhere.py": "from tensorflow import keras\nkeras.Model()\n",
            "broken.py": "print 'Python 2'\n",
        }
    )
    main(["migrate", str(folder)])
    said = capsys.readouterr().out.splitlines()[:-1]
    found = [Path(line.partition(":")[0]).name for line in said]
    assert found == sorted({*names, "other.py"})


COPING = """
import tensorflow as tf
if hasattr(tf, 'ConfigProto'):
    tf.ConfigProto()
def old(x):
    return tf.log(x)
"""


@pytest.mark.parametrize(
    ("mains", "options", "is_tf1"),
    [
        pytest.param({"main.py": "tf.optimizers.Adam()"}, [], False, id="TensorFlow 2"),
        pytest.param({"main.py": "tf.Session()"}, [], True, id="TensorFlow 1"),
        pytest.param({"main.py": "tf.optimizers.Adam()"}, ["--tf1"], True, id="as asked for"),
        pytest.param(
            {"main.py": "tf.optimizers.Adam()", "other.py": "tf.Session()"}, [], True, id="both"
        ),
    ],
)
def test_what_copes_with_both_goes_by_the_programs(mains, options, is_tf1, project, capsys):
    start = "import both\nimport tensorflow as tf\n"
    folder = project({"both.py": COPING} | {name: start + code for name, code in mains.items()})
    changed(capsys, *options, folder)
    text = (folder / "both.py").read_text()
    assert ("disable_v2_behavior" in text) is is_tf1
    assert ("tf.math.log" in text) is not is_tf1
