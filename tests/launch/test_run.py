"""`tfspec run`: programs behave as under python, but that TensorFlow 1 is there."""

from __future__ import annotations

import pytest

from tests.launch.tools import RUN, python, write

PROBE = """
import sys
from {estimator} import VALUE
if __name__ == "__main__":
    print(__name__, __file__, __package__, __spec__ and __spec__.name, VALUE, sorted(globals()))
    print(sys.argv, sys.path[0], sys.stdin.read())
"""


INTERRUPTED = """
import atexit, signal
atexit.register(print, "the end")
try:
    signal.raise_signal(signal.SIGINT)
finally:
    print("cleaned up")
"""
HANDLERS = """
import atexit, sys, threading
atexit.register(print, "the end")
thread = threading.Thread(target=lambda: [].pop())
thread.start()
thread.join()
sys.excepthook = lambda kind, error, traceback: print("hook", kind.__name__, traceback.tb_lineno)
raise OSError(2, "no")
"""


@pytest.mark.parametrize(
    "files, command",
    [
        ({"job": PROBE.format(estimator="estimator"), "estimator": "VALUE = 1"}, ["job.py"]),
        (
            {
                "package__in____init__": "",
                "package__in__job": PROBE.format(estimator=".estimator"),
                "package__in__estimator": "VALUE = 2",
            },
            ["-m", "package.job"],
        ),
        (
            {
                "package__in____init__": "",
                "package__in____main__": PROBE.format(estimator="package.estimator"),
                "package__in__estimator": "VALUE = 3",
            },
            ["-m", "package"],
        ),
        ({"job": PROBE.format(estimator="estimator"), "estimator": "VALUE = 4"}, ["./job.py"]),
        (
            {
                "app__in____main__": PROBE.format(estimator="estimator"),
                "app__in__estimator": "VALUE = 5",
            },
            ["./app"],
        ),
        ({"job": "import sys\nprint('out')\nsys.exit(3)"}, ["job.py"]),
        ({"job": "import sys\nsys.exit('a message')"}, ["job.py"]),
        ({"job": "def f(:\n"}, ["job.py"]),
        ({"job": "print(1)\nimport broken", "broken": "x = (\n"}, ["job.py"]),
        ({"job": "import helper\nhelper.f()", "helper": "def f():\n    1 / 0"}, ["job.py"]),
        ({"job": "import no_such_module"}, ["job.py"]),
        ({"job": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)"}, ["job.py"]),
        ({"job": INTERRUPTED}, ["job.py"]),
        ({"job": "try:\n    1 / 0\nexcept Exception as e:\n    raise KeyError from e"}, ["job.py"]),
        ({"job": HANDLERS}, ["job.py"]),
    ],
    ids=[
        "script",
        "module",
        "package",
        "script, with more in its name than it takes",
        "folder",
        "exit code",
        "exit message",
        "syntax error",
        "syntax error in a module",
        "error in a module",
        "import error",
        "interrupted",
        "interrupted, with a handler for the end",
        "error with a cause",
        "error in a thread, handlers",
    ],
)
def test_as_under_python(folder, files, command):
    write(folder, **files)
    command += ["--flag", "--", "-x", "--tf1", "a b", "--"]
    expected = python(*command, cwd=folder, stdin="typed")
    found = python(*RUN, *command, cwd=folder, stdin="typed")
    assert (found.returncode, found.stdout) == (expected.returncode, expected.stdout)
    assert found.stderr == expected.stderr


def test_endless_recursion(folder):
    write(folder, job="def f():\n    f()\nf()")
    expected, found = (python(*start, "job.py", cwd=folder) for start in ((), RUN))
    assert found.returncode == expected.returncode == 1
    head, tail = slice(0, 4), slice(-1, None)  # how often the line is repeated may differ a little
    for part in (head, tail):
        assert found.stderr.splitlines()[part] == expected.stderr.splitlines()[part]
    assert len(found.stderr.splitlines()) == len(expected.stderr.splitlines())


@pytest.mark.parametrize(
    "files, message",
    [
        ({"p__in____init__": "import no_such", "p__in__job": ""}, "No module named 'no_such'"),
        ({"p__in____init__": "1 / 0", "p__in__job": ""}, "division by zero"),
        ({"p__in____init__": "", "p__in__job": "x = ("}, "'(' was never closed"),
    ],
    ids=["import error", "error", "syntax error"],
)
def test_errors_on_the_way_to_a_module(folder, files, message):
    write(folder, **files)
    expected, found = (python(*start, "-m", "p.job", cwd=folder) for start in ((), RUN))
    assert found.returncode == expected.returncode == 1
    own = [line for line in expected.stderr.splitlines() if "<frozen" not in line]
    assert [line for line in found.stderr.splitlines() if "Traceback" not in line] == [
        line for line in own if "Traceback" not in line
    ]
    assert message in found.stderr


@pytest.mark.parametrize("style", [[], ["--tf1"]])
def test_a_folder_of_tensorflow_1(folder, style):
    write(folder, app__in____main__="import tensorflow as tf\nprint(tf.placeholder.__name__)")
    assert python(*RUN, *style, "app", cwd=folder).stdout == "placeholder\n"


@pytest.mark.parametrize(
    "command, code, message",
    [
        (["missing.py"], 2, "can't open file 'missing.py': No such file"),
        (["-m", "missing"], 1, "No module named missing"),
        (["-m", "missing.job"], 1, "No module named 'missing'"),
        (["-m", "xml"], 1, "No module named xml.__main__; 'xml' is a package"),
        (["-m", "job.py"], 1, "Try using 'job' instead"),
        (["."], 1, "can't find '__main__' module in"),
        (["--tf1", "--tf2", "missing.py"], 2, "not allowed with"),
    ],
)
def test_what_cannot_be_run(folder, command, code, message):
    done = python(*RUN, *command, cwd=folder)
    assert done.returncode == code
    assert message in done.stderr and "Traceback" not in done.stderr


TF1 = {
    "job": """
        import os
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
        import sys
        assert "tensorflow" not in sys.modules
        import tensorflow as tf
        import numpy as np
        from tensorflow.contrib import layers as contrib_layers
        from tensorflow.python.estimator.estimator import Estimator
        import two

        tf.app.flags.DEFINE_integer("steps", 5, "how many")
        tf.app.flags.DEFINE_string("model_dir", None, "where")
        FLAGS = tf.app.flags.FLAGS

        def model_fn(features, labels, mode, params):
            net = contrib_layers.fully_connected(features["x"], 4, scope="hidden")
            net = tf.layers.dense(net, 1)
            loss = tf.losses.mean_squared_error(labels, net)
            step = tf.train.get_global_step()
            train = tf.train.AdamOptimizer(params.rate).minimize(loss, step)
            return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)

        def main(argv):
            assert tf.placeholder(tf.float32, [None, 3]).shape[1].value == 3
            x = np.ones([8, 3], np.float32)
            estimator = tf.estimator.Estimator(
                model_fn, FLAGS.model_dir, params=tf.contrib.training.HParams(rate=0.1)
            )
            assert isinstance(estimator, Estimator)
            estimator.train(tf.estimator.inputs.numpy_input_fn({"x": x}, x[:, :1], 4, None, True),
                            steps=FLAGS.steps)
            print(argv[1:], estimator.get_variable_value("hidden/weights").shape, two.NAME)
            tf.estimator.Estimator(model_fn).nothing

        if __name__ == "__main__":
            tf.app.run()
        """,
    "two": """
        import tensorflow as tf
        tf.optimizers
        NAME = tf.__name__
        """,
}


def test_a_script_of_tensorflow_1(folder):
    write(folder, **TF1)
    done = python(*RUN, "job.py", "--steps=3", "--model_dir=out", "rest", cwd=folder)
    assert done.stdout == "['rest'] (3, 4) tensorflow\n"
    assert done.returncode == 1
    assert f'File "{folder}/job.py", line 34, in main' in done.stderr
    assert "launch" not in done.stderr
    assert "has no attribute 'nothing'" in done.stderr.splitlines()[-1]
    assert (folder / "out" / "model.ckpt-3.index").exists()


TF2 = """
import sys
import tensorflow as tf
import tensorflow_estimator
assert tf.executing_eagerly() and not hasattr(tf, "placeholder")
import tf_keras
assert tf.keras.layers.Dense is tf_keras.layers.Dense
classifier = tf.estimator.DNNClassifier([4], [tf.feature_column.numeric_column("x")])
def input_fn():
    return tf.data.Dataset.from_tensors(({"x": [[1.0]]}, [[1]])).repeat()
print(classifier.train(input_fn, steps=2).latest_checkpoint()[-6:])
"""


def test_a_script_of_tensorflow_2(folder):
    write(folder, job=TF2)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == "ckpt-2\n", done.stderr
    forced = python(*RUN, "--tf1", "job.py", cwd=folder)
    assert forced.returncode == 1 and "AssertionError" in forced.stderr


OLD_KERAS = """
import tensorflow as tf
from tensorflow.python import keras, pywrap_tensorflow
from tensorflow.python.keras import Sequential, models
from tensorflow.python.keras.layers import Dense
from tensorflow.python.keras.preprocessing.sequence import pad_sequences
from tensorflow.python.keras.preprocessing import sequence, text
assert keras.Sequential is Sequential and sequence.pad_sequences is pad_sequences
STYLE
model = models.Sequential([Dense(1, input_shape=(3,))])
assert isinstance(model, tf.keras.Sequential) and Sequential is tf.keras.Sequential
model.compile("sgd", "mse")
print(tf.keras.estimator.model_to_estimator(model, model_dir="out").model_dir)
print(pad_sequences([[1], [2, 3]]).tolist(), text.Tokenizer.__name__)
try:
    from tensorflow.python.keras.no_such import x
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["tf.placeholder", "tf.optimizers"])
def test_keras_by_its_place_in_tensorflow(folder, name):
    write(folder, job=OLD_KERAS.replace("STYLE", name))
    done = python(*RUN, "job.py", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "out",
        "[[0, 1], [2, 3]] Tokenizer",
        "No module named 'tensorflow.python.keras.no_such'",
    ]


OLD_NUMPY = """
import numpy as np
import tensorflow as tf
assert np.zeros(2, np.float).dtype == np.float64 and np.array([1.5]).astype(np.int)[0] == 1
assert np.array(["a", None], np.object).dtype == object and np.str is str
assert np.zeros(1, np.bool).dtype == bool and np.float_ is np.float64 and np.string_ is np.bytes_
assert np.Inf == -np.NINF and np.isnan(np.NaN) and np.product([2, 3]) == 6
assert np.asscalar(np.array([3])) == 3 and np.in1d([[1], [2]], [2]).tolist() == [False, True]
assert np.in1d([1, 2], [2], invert=True).tolist() == [True, False]
assert np.sum(x for x in (1, 2)) == 3 and np.sum([[1], [2]], axis=0).tolist() == [3]
print("all")
"""


OLD_PYTHON = """
import base64, fractions, inspect, json, os, threading, time
from collections import Iterable, Mapping
import tensorflow as tf
assert isinstance([], Iterable) and isinstance({}, Mapping) and fractions.gcd(4, 6) == 2
found = inspect.getargspec(lambda a, b=1, *rest, **others: None)
assert found.args == ["a", "b"] and found.keywords == "others" and found.defaults == (1,)
try:
    inspect.getargspec(exec("def f(*, a): pass") or f)
except ValueError as error:
    assert "keyword-only" in str(error)
assert json.loads("[1]", encoding="utf-8") == json.loads("[1]") == [1]
assert base64.encodestring(b"a") == base64.encodebytes(b"a") and os.errno.ENOENT == 2
assert threading.current_thread().isAlive() and time.clock() >= 0
print("all")
"""


def test_names_of_python(folder):
    write(folder, job=OLD_PYTHON)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == "all\n", done.stderr


def test_names_of_numpy(folder):
    write(folder, job=OLD_NUMPY)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == "all\n", done.stderr


GONE = """
import tensorflow as tf
tf.placeholder
for statement in (
    "import tensorflow.contrib.timeseries",
    "from tensorflow.contrib import timeseries",
    "from tensorflow.contrib.learn import LogisticRegressor",
    "import tensorflow.contrib.no_such",
):
    try:
        exec(statement)
    except ImportError as error:
        print(type(error).__name__, "Instead: " in str(error))
"""


@pytest.mark.parametrize("made", ("tf.Session()", "tf.constant(1)"), ids=("tf1", "tf2"))
def test_lists_of_booleans(folder, made):
    write(folder, main=f"""
        import numpy as np
        import tensorflow as tf

        {made}
        values = tf.train.Int64List(value=[True, 3, np.bool_(False), np.int32(4)])
        feature = tf.train.Feature(int64_list=values)
        assert isinstance(values, tf.train.Int64List)
        assert tf.train.Int64List.FromString(values.SerializeToString()) == values
        print(list(feature.int64_list.value), len(tf.train.Int64List().value))
        tf.train.Int64List(value=["1"])
    """)
    done = python(*RUN, "main.py", cwd=folder)
    assert done.stdout == "[1, 3, 0, 4] 0\n", done.stderr
    assert "TypeError" in done.stderr.splitlines()[-1]


def test_imports_that_fail_say_what_to_use_instead(folder):
    write(folder, job=GONE)
    done = python(*RUN, "job.py", cwd=folder)
    kinds = ["ModuleNotFoundError", "ImportError", "ImportError", "ModuleNotFoundError"]
    assert done.stdout.splitlines() == [f"{kind} True" for kind in kinds], done.stderr


BY_CALLS = """
tf = __import__("tensorflow")
import importlib, importlib.util
from importlib import import_module as load
assert tf.placeholder and importlib.import_module("tensorflow").placeholder is tf.placeholder
assert load("tensorflow.contrib.layers").fully_connected is tf.contrib.layers.fully_connected
assert load("tensorflow.python.framework.ops").Graph and load(".decoder", "json").JSONDecoder
assert importlib.util.find_spec("json") and importlib.reload and load("json") is __import__("json")
print("all")
"""


def test_imports_by_calls(folder):
    write(folder, job=BY_CALLS)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == "all\n", done.stderr


STARS = """
from tensorflow import *
from tensorflow.contrib.layers import *
from tensorflow.contrib.rnn import *
import sys
assert placeholder and estimator.Estimator and layers.dense and fully_connected and LSTMCell
sys.stdout.write("all")
"""


def test_imports_of_all_names(folder):
    write(folder, job=STARS)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == "all", done.stderr


OLD_COLUMNS = """
import tensorflow as tf
import tensorflow.contrib.lookup
from tensorflow.python.feature_column import feature_column
from tensorflow.python.feature_column import feature_column_v2
from tensorflow.python.feature_column.feature_column import _DenseColumn, _NumericColumn
new = tf.feature_column
number = new.numeric_column("x")
ids = new.categorical_column_with_identity("i", 3)
words = new.categorical_column_with_vocabulary_list("w", ["a"])
shared = new.shared_embedding_columns([ids, new.categorical_column_with_identity("j", 3)], 2)
columns = {
    "Numeric": number,
    "Bucketized": new.bucketized_column(number, [0.0]),
    "VocabularyListCategorical": words,
    "HashedCategorical": new.categorical_column_with_hash_bucket("h", 5),
    "IdentityCategorical": ids,
    "Crossed": new.crossed_column(["w", "h"], 5),
    "Embedding": new.embedding_column(words, 2),
    "Indicator": new.indicator_column(words),
    "SharedEmbedding": shared[0],
}
for name, column in columns.items():
    its_class = getattr(feature_column, f"_{name}Column")
    is_it = [key for key, value in columns.items() if isinstance(value, its_class)]
    assert is_it == [name], (name, is_it)
assert isinstance(number, _DenseColumn) and not isinstance(words, _DenseColumn)
assert _NumericColumn is feature_column_v2.NumericColumn
print("all")
"""


def test_columns_are_of_the_classes_that_they_were_of(folder):
    write(folder, job=OLD_COLUMNS)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == "all\n", done.stderr
