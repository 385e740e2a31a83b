"""Files that cope with TensorFlow 1 and 2 themselves stay as they are, migrated or run."""

from __future__ import annotations

import pytest

from tfspec.check import TF2
from tfspec.launch._sources import Program
from tfspec.migrate import migrate

TF = "import tensorflow as tf\n"
COPING = {
    "the version, then an import": (
        TF + "if tf.__version__.startswith('2'):\n"
        "    import tensorflow.compat.v1 as tf\n"
        "    tf.disable_v2_behavior()\n"
        "tf.Session()\n"
    ),
    "an import that may fail": (
        "try:\n    import tensorflow.compat.v1 as tf\n"
        "except ImportError:\n    import tensorflow as tf\n"
        "tf.get_variable('x', [2])\n"
    ),
    "an attribute that may be missing": (
        TF + "v1 = tf if hasattr(tf, 'placeholder') else tf.compat.v1\nv1.placeholder(v1.int32)\n"
    ),
    "a namespace that may be missing": (
        TF + "if hasattr(tf, 'compat'):\n    tf = tf.compat.v1\ntf.Session()\n"
    ),
    "a name that is tried": (
        TF + "try:\n    log = tf.log\nexcept AttributeError:\n    log = tf.math.log\nlog(2.)\n"
    ),
    "a function that returns early": (
        TF + "TF2 = int(tf.__version__.split('.')[0]) >= 2\n"
        "def log(x):\n    if TF2:\n        return tf.math.log(x)\n    return tf.log(x)\n"
        "def new():\n    if not TF2:\n        return tf.Session()\n"
        "    return tf.compat.v1.Session()\n"
    ),
    "a name that is put back": (
        TF + "if not hasattr(tf, 'log'):\n    tf.log = tf.math.log\ntf.log(2.)\n"
    ),
    "a loop that leaves some out": (
        TF + "for name in ('log', 'exp'):\n"
        "    if not hasattr(tf, name):\n        continue\n    getattr(tf, name)(tf.log(2.))\n"
    ),
}


@pytest.mark.parametrize("text", COPING.values(), ids=COPING)
def test_stay_as_they_are(text, tmp_path):
    script = tmp_path / "main.py"
    script.write_text(text)
    assert Program(str(script), "", None).style == TF2
    assert migrate(text).text == text
