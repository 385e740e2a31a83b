"""Records what the scripts of `programs` do on the original.

    python -m tests.scripts.record tests/scripts/recorded.json [NAME ...]

under TensorFlow 2.15 with tensorflow-estimator and tf_slim. Scripts of TensorFlow 1 get
`tf.compat.v1` where they import `tensorflow`, and as much of tf.contrib as 2.15 has elsewhere.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

from tests.scripts.cases import CASES, arguments, make_data

ROOT = Path(__file__).parents[2]


def install_tensorflow_1() -> None:
    """Makes `import tensorflow` give TensorFlow 1."""
    import tensorflow.compat.v1 as tf1
    import tf_slim
    from tensorflow.python.framework import ops
    from tensorflow.python.ops import lookup_ops
    from tensorflow.python.tpu.tpu_optimizer import CrossShardOptimizer

    tf1.disable_v2_behavior()
    # What tf_slim asks for is elsewhere in 2.15, or in a package that it doesn't come with.
    ops.Tensor, ops.IndexedSlices = tf1.Tensor, tf1.IndexedSlices
    layers = importlib.import_module("keras.src.legacy_tf_layers.normalization")
    sys.modules["tf_keras.legacy_tf_layers.normalization"] = layers
    contrib = {
        "layers": tf_slim,
        "slim": tf_slim,
        "lookup": lookup_ops,
        "training": SimpleNamespace(HParams=SimpleNamespace),
        "cluster_resolver": tf1.distribute.cluster_resolver,
        "tpu.python.tpu.tpu_config": tf1.estimator.tpu,
        "tpu": tf1.estimator.tpu,
        "data": SimpleNamespace(
            AUTOTUNE=tf1.data.AUTOTUNE,
            batch_and_drop_remainder=lambda n: lambda data: data.batch(n, drop_remainder=True),
        ),
    }
    tf1.estimator.tpu.CrossShardOptimizer = CrossShardOptimizer
    sys.modules["tensorflow"] = tf1
    for path, content in {"": SimpleNamespace(), **contrib}.items():
        names = ["contrib", *filter(None, path.split("."))]
        for end in range(1, len(names) + 1):
            name = ".".join(["tensorflow", *names[:end]])
            if name not in sys.modules:
                module = sys.modules[name] = ModuleType(name)
                module.__path__ = []
                parent, _, last = name.rpartition(".")
                setattr(sys.modules[parent], last, module)
        sys.modules[name].__dict__.update(
            {key: getattr(content, key) for key in dir(content) if not key.startswith("__")}
        )


def run_here(style: str, target: list[str]) -> None:
    if style == "tf1":
        install_tensorflow_1()
    sys.path[0] = os.getcwd()
    if target[0] == "-m":
        sys.argv = target[1:]
        runpy.run_module(target[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = target
        runpy.run_path(target[0], run_name="__main__")


def main(path: str, names: list[str]) -> None:
    import tensorflow as tf

    from tests.scripts.observe import observe

    recorded = json.loads(Path(path).read_text()) if names else {}
    recorded["certificate"] = {
        "script": "tests/scripts/record.py",
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "-1"}
    for name, case in CASES.items():
        if not case.is_recorded or names and name not in names:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch, "out")
            make_data(Path(scratch))
            stdout = []
            for call in arguments(case, out, Path(scratch)):
                command = [sys.executable, "-m", "tests.scripts.record", "--here", case.style]
                done = subprocess.run(
                    [*command, *call], cwd=case.folder, env=environment, text=True,
                    stdout=subprocess.PIPE, check=True,
                )
                stdout += done.stdout.splitlines()
            recorded[name] = {"left": observe(out), "stdout": stdout}
        Path(path).write_text(json.dumps(recorded, sort_keys=True) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "--here":
        run_here(sys.argv[2], sys.argv[3:])
    else:
        main(sys.argv[1], sys.argv[2:])
