"""What names stand for: aliases, scopes, conditions."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tfspec.source import Names, SourceText


def uses(code: str) -> list[str]:
    """The uses in `code` that aren't imports; optional ones marked with a question mark."""
    names = Names(SourceText(dedent(code)), frozenset({"tensorflow"}))
    return [f"{use.path}{'?' * use.optional}" for use in names.uses if use.parts]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import tensorflow as tf\ntf.nn.relu", ["tensorflow.nn.relu"]),
        ("import tensorflow\ntensorflow.nn.relu", ["tensorflow.nn.relu"]),
        ("import tensorflow.nn\ntensorflow.train.X", ["tensorflow.train.X"]),
        ("import tensorflow.compat.v1 as tf\ntf.X", ["tensorflow.compat.v1.X"]),
        ("from tensorflow.compat import v1 as tf\ntf.X", ["tensorflow.compat.v1.X"]),
        ("from tensorflow import nn\nnn.relu", ["tensorflow.nn.relu"]),
        (
            "from tensorflow import nn as n, train\nn.x, train.y",
            ["tensorflow.nn.x", "tensorflow.train.y"],
        ),
        (
            "import tensorflow as tf\nl = tf.layers\nl.dense",
            ["tensorflow.layers", "tensorflow.layers.dense"],
        ),
        (
            "import tensorflow as tf\na, b = tf.nn, tf.x\na.relu",
            ["tensorflow.nn", "tensorflow.x", "tensorflow.nn.relu"],
        ),
        (
            "import tensorflow as tf\ntf = tf.compat.v1\ntf.X",
            ["tensorflow.compat.v1", "tensorflow.compat.v1.X"],
        ),
        ("import tensorflow as tf\ntf.app.run = main", ["tensorflow.app"]),
        ("tf = __import__('tensorflow')\ntf.X", ["tensorflow.X"]),
        ("import importlib as i\nv1 = i.import_module('tensorflow.compat.v1')\nv1.X",
         ["tensorflow.compat.v1.X"]),
        ("import tensorflow as tf\nf(x=tf.x)(y).z(tf.y)", ["tensorflow.x", "tensorflow.y"]),
    ],
)
def test_aliases(code, expected):
    assert uses(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "tf.nn.relu",
        "from .tensorflow import nn\nnn.relu",
        "from tensorflow_stuff import nn\nnn.relu",
        "import tensorflow as tf\ntf = other()\ntf.nn",
        "import tensorflow as tf\ndel tf\ntf.nn",
        "import tensorflow as tf\ndef f(tf): tf.nn",
        "import tensorflow as tf\nlambda tf: tf.nn",
        "import tensorflow as tf\ndef f():\n    for tf in x: tf.nn",
        "import tensorflow as tf\n[tf.nn for tf in x]",
        "import tensorflow as tf\ndef f():\n    with open(x) as tf: tf.nn",
        "import tensorflow as tf\ndef f():\n    tf.nn\n    tf = 1",
        "class A:\n    import tensorflow as tf\n    def f(self): tf.nn",
        "def f():\n    import tensorflow as tf\ntf.nn",
        "import tensorflow as tf\nmatch x:\n    case [tf]: tf.nn",
        "import tensorflow as tf\nif x: tf = None\ntf.nn",
    ],
)
def test_other_things_of_that_name(code):
    assert uses(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    tf = 1\n    def f(self): return tf.x",
        "def f(a=tf.x): pass",
        "def f(tf=tf.x): pass",
        "def f() -> tf.x: pass",
        "class A(tf.x): pass",
        "@tf.x\ndef f(tf): pass",
        "[y for y in tf.x]",
        "[tf for tf in tf.x]",
        "{k: tf.x for k in y}",
        "(n := 3) and tf.x",
        "def f():\n    global tf\n    return tf.x",
        "async def f():\n    async with tf.x: pass",
        "lambda: tf.x",
        "f'{tf.x}'",
        "x: tf.x = 3",
        "match tf.x:\n    case _: pass",
    ],
)
def test_scopes(code):
    assert uses(f"import tensorflow as tf\n{code}\n") == ["tensorflow.x"]


@pytest.mark.parametrize(
    ("condition", "reached"),
    [
        ("tf.__version__.startswith('1.')", False),
        ("tf.__version__ >= '2.0.0'", True),
        ("int(tf.__version__.split('.')[0]) < 2", False),
        ("tf.__version__[0] == '1'", False),
        ("float(tf.__version__[:3]) > 1.4", True),
        ("LooseVersion(tf.__version__) < LooseVersion('1.10')", False),
        ("version.parse(tf.VERSION) >= version.parse('2')", True),
        ("tuple(int(n) for n in tf.__version__.split('.')[:2]) < (2, 0)", False),
        ("list(map(int, tf.__version__.split('.'))) > [1, 4]", True),
        ("not NEW", False),
        ("sys.version_info[0] < 3", False),
        ("sys.version_info >= (3, 0) and tf.__version__ < '2'", False),
        ("unknown() or NEW", True),
        ("1 < MAJOR <= 2", True),
    ],
)
def test_conditions_on_versions(condition, reached):
    code = f"""
    import sys
    import tensorflow as tf
    NEW = tf.version.VERSION.split('.')[0] == '2'
    MAJOR = int(tf.__version__[0])
    if {condition}:
        tf.yes
    else:
        tf.no
    """
    wanted, other = ("yes", "no") if reached else ("no", "yes")
    assert f"tensorflow.{wanted}" in uses(code)
    assert f"tensorflow.{other}" not in uses(code)


@pytest.mark.parametrize("leave", ["return", "return tf.math.x"])
def test_what_stands_behind_a_return(leave):
    code = f"""
    import tensorflow as tf
    def f():
        if tf.__version__ >= '2':
            {leave}
        import tensorflow.old as tf_old
        tf_old.x
    def g():
        if tf.__version__ < '2':
            return tf.old
        y = tf.new
        y.z
    """
    found = [name.removeprefix("tensorflow.") for name in uses(code)]
    assert [name for name in found if "old" in name or "new" in name] == ["new", "new.z"]


def test_rebinding_under_a_condition_on_versions():
    code = """
    import tensorflow as tf
    if tf.__version__ > '2':
        import tensorflow.compat.v1 as tf
        tf.disable_v2_behavior()
    tf.placeholder
    def f():
        tf.layers
    """
    assert uses(code)[1:] == [
        "tensorflow.compat.v1.disable_v2_behavior",
        "tensorflow.compat.v1.placeholder",
        "tensorflow.compat.v1.layers",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    tf.x\nexcept AttributeError:\n    pass",
        "try:\n    y()\nexcept (ValueError, ImportError):\n    tf.x",
        "try:\n    import y\nexcept:\n    tf.x",
        "if hasattr(tf, 'x'):\n    tf.x",
        "if use_tf2():\n    tf.x",
        "y = tf.x if hasattr(tf, 'x') else None",
        "hasattr(tf, 'x') and tf.x",
        "try:\n    y = tf.x\nexcept AttributeError:\n    y = tf.z\ny",
        "if not hasattr(tf, 'x'):\n    tf.x = tf.y\ntf.x",
        "def f():\n    if not hasattr(tf, 'x'):\n        return tf.y\n    return tf.x",
        "for y in z:\n    if not hasattr(tf, 'x'):\n        continue\n    tf.x",
    ],
)
def test_code_that_copes(code):
    assert "tensorflow.x?" in uses(f"import tensorflow as tf\n{code}\n")


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    tf.x\nexcept ValueError:\n    pass",
        "try:\n    run()\n    tf.x\nexcept Exception:\n    pass",
        "try:\n    run()\nexcept tf.x:\n    pass",
        "if y:\n    tf.x",
        "def f():\n    if y:\n        return\n    tf.x",
        "if not hasattr(tf, 'x'):\n    raise ImportError('too new')\ntf.x",
        "if hasattr(tf, 'x'):\n    y()\ntf.x",
        "def f():\n    if hasattr(tf, 'x'):\n        return\ntf.x",
    ],
)
def test_code_that_does_not_cope(code):
    assert "tensorflow.x" in uses(f"import tensorflow as tf\n{code}\n")


def test_fallback_import_is_not_in_force():
    code = """
    try:
        import tensorflow.compat.v1 as tf
    except ImportError:
        import tensorflow as tf
    tf.x
    """
    assert uses(code) == ["tensorflow.compat.v1.x"]


def test_two_imports_on_equal_terms():
    code = (
        "if y:\n    import tensorflow as tf\nelse:\n    import tensorflow.compat.v1 as tf\ntf.x\n"
    )
    names = Names(SourceText(code), frozenset({"tensorflow"}))
    (use,) = [use for use in names.uses if use.parts]
    assert {use.path, *use.others} == {"tensorflow.x", "tensorflow.compat.v1.x"}


def test_names_that_left_an_internal_module():
    from tfspec.source import has_internal_name

    if has_internal_name("tensorflow.python.ops.array_ops") is None:
        pytest.skip("reads the installed TensorFlow")
    for name, there in {
        "array_ops.where": True,
        "array_ops.reverse_sequence": True,  # taken in with all of gen_array_ops
        "control_flow_ops.no_op": True,
        "array_ops.stack": False,  # has a module of its own; elsewhere a local name
        "array_ops.no_such_name": False,
    }.items():
        assert has_internal_name(f"tensorflow.python.ops.{name}") is there, name


@pytest.mark.parametrize(
    ("code", "optional"),
    [
        ("try:\n    tf.x(a, dim=1)\nexcept TypeError:\n    pass", True),
        ("try:\n    tf.x(a, dim=1)\nexcept (ValueError, TypeError):\n    pass", True),
        ("try:\n    tf.x(a, 1)\nexcept TypeError:\n    pass", False),
        ("try:\n    tf.x(a, dim=1)\nexcept ValueError:\n    pass", False),
        ("try:\n    pass\nexcept TypeError:\n    tf.x(a, dim=1)", False),
    ],
)
def test_keywords_that_may_be_refused(code, optional):
    assert uses(f"import tensorflow as tf\n{code}\n") == [f"tensorflow.x{'?' * optional}"]
