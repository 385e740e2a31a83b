"""Records which public names TensorFlow has, for `tfspec check`: tfspec/check/data/names.json.

    python record_names.py names.json       under TensorFlow 2.15 with tensorflow-estimator
    python record_names.py names.json       again, under the newest TensorFlow with tf_keras
                                            and tf_slim

Each run writes the part that it can see and keeps the other: the first what tf.estimator had and
what else has gone since; the second what is there today. Lists are strings of names separated by
blanks, for the sake of size.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import pkgutil
import platform
import subprocess
import sys
from pathlib import Path
from types import ModuleType

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
if importlib.util.find_spec("tf_keras"):
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

# tf.flags is absl's: a module that isn't written by TensorFlow's API generator.
OTHER_MODULES = {"flags", "app.flags"}
SKIPPED = {"compat.v1", "compat.v2"}
OPAQUE = {"dtensor", "test.mock"}


def is_api(module: ModuleType, path: str) -> bool:
    file = getattr(module, "__file__", None) or ""
    return path in OTHER_MODULES or any(
        mark in file for mark in ("/_api/", "/api/", "/keras/_tf_keras/", "/site-packages/keras/")
    )


def walk(module: ModuleType, prefix: str, found: dict[str, dict[str, object]]) -> None:
    """Fills `found` with {module path: {name: object}}; a submodule is a name with None.

    What of a module's names no generator of TensorFlow's wrote is anyone's guess: such a module
    is a name without members.
    """
    names = found.setdefault(prefix, {})
    for name in sorted(set(dir(module))):
        path = f"{prefix}.{name}" if prefix else name
        if name.startswith("_") or path in SKIPPED:
            continue
        try:
            value = getattr(module, name)
        except AttributeError:  # `tf.layers` and its like without tf_keras
            continue
        if not isinstance(value, ModuleType):
            names[name] = value
        elif prefix not in OTHER_MODULES and (path in OPAQUE or is_api(value, path)):
            names[name] = None
            if path not in OPAQUE:
                walk(value, path, found)


def public_names(namespace: ModuleType) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    walk(namespace, "", found)
    return found


def flat(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return {
        f"{module}.{name}".lstrip("."): value
        for module, names in found.items()
        for name, value in names.items()
    }


def parameters(value: object) -> list[str] | None:
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    return [str(p).split(":")[0].split("=")[0] for p in signature.parameters.values()]


def joined(names) -> str:
    return " ".join(sorted(names))


def today(tf: ModuleType) -> dict:
    v1, v2 = public_names(tf.compat.v1), public_names(tf)
    modules = {}
    for module in sorted({*v1, *v2}):
        ones, twos = set(v1.get(module, {})), set(v2.get(module, {}))
        parts = {"both": ones & twos, "v1": ones - twos, "v2": twos - ones}
        modules[module] = {key: joined(names) for key, names in parts.items() if names}
    changed = {}
    flat1, flat2 = flat(v1), flat(v2)
    for path in sorted(flat1.keys() & flat2.keys()):
        one, two = flat1[path], flat2[path]
        if path.startswith(("keras", "raw_ops")) or one is two or one is None:
            continue
        if inspect.unwrap(one) is inspect.unwrap(two) if callable(one) else one == two:
            continue
        signatures = parameters(one), parameters(two)
        # No parameters: a base class that nobody constructs, such as tf.data.Dataset.
        same = signatures[0] == signatures[1] or not all(signatures)
        changed[path] = (
            {} if same else {"v1": " ".join(signatures[0]), "v2": " ".join(signatures[1])}
        )
    attributes = {
        path: {"v1": joined(one - two), "v2": joined(two - one)}
        for path in changed
        if inspect.isclass(flat1[path]) and inspect.isclass(flat2[path])
        and (one := public_attributes(flat1[path])) != (two := public_attributes(flat2[path]))
    }
    more = joined(flat(public_names(tf.compat.v2)).keys() - flat2.keys())
    return {"modules": modules, "changed": changed, "attributes": attributes, "compat_v2": more}


def public_attributes(value: type) -> set[str]:
    return {name for name in dir(value) if not name.startswith("_")}


def only_with_tf_keras(modules: dict) -> dict[str, dict[str, str]]:
    """What of `modules` needs tf_keras: absent where tf.keras is Keras 3."""
    code = f"import runpy; runpy.run_path({__file__!r}, run_name='list')"
    environment = {**os.environ, "TF_USE_LEGACY_KERAS": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    plain = json.loads(done.stdout.splitlines()[-1])
    missing: dict[str, dict[str, str]] = {"v1": {}, "v2": {}}
    for version in missing:
        for module, kinds in modules.items():
            names = {*kinds.get("both", "").split(), *kinds.get(version, "").split()}
            gone = names - set(plain[version].get(module, ()))
            if gone:
                missing[version][module] = joined(gone)
    return missing


def slim_names() -> dict[str, str]:
    """{module: its names} of those parts of tf_slim that tf.contrib's stand-ins hand on."""
    losses = ("tf_slim.losses.loss_ops", "tf_slim.losses.metric_learning")
    modules = ("tf_slim", "tf_slim.layers", *losses, "tf_slim.metrics")
    found = {module: vars(importlib.import_module(module)) for module in modules}
    return {module: joined(n for n in names if n[0] != "_") for module, names in found.items()}


def estimator_names(tf: ModuleType) -> dict[str, dict[str, str]]:
    found = {}
    for version, namespace in (("v1", tf.compat.v1.estimator), ("v2", tf.estimator)):
        names: dict[str, dict[str, object]] = {}
        walk(namespace, "", names)
        found[version] = {module: joined(members) for module, members in names.items()}
    return found


def internal_homes(tf: ModuleType) -> dict[str, dict[str, str]]:
    """{module below tensorflow_estimator.python: {name there: public name}}, with re-exports."""
    import tensorflow_estimator.python as root

    public: dict[int, str] = {}
    for version, namespace in (("compat.v1.", tf.compat.v1.estimator), ("", tf.estimator)):
        names: dict[str, dict[str, object]] = {}
        walk(namespace, "", names)
        # An object of both: the newer namespace, written last, is where it belongs.
        public |= {id(v): f"{version}estimator.{path}" for path, v in flat(names).items() if v}
    homes = {}
    for info in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        if "_test" in info.name or ".api." in info.name:
            continue
        module = importlib.import_module(info.name)
        here = {name: public[id(v)] for name, v in vars(module).items() if id(v) in public}
        if here:
            homes[info.name.removeprefix(f"{root.__name__}.")] = here
    return homes


def main() -> None:
    import tensorflow as tf

    target = Path(sys.argv[1])
    record = json.loads(target.read_text()) if target.exists() else {"certificate": {}}
    version = {"tensorflow": tf.__version__, "python": platform.python_version()}
    if hasattr(tf, "estimator"):
        record["estimator"] = estimator_names(tf)
        record["internal"] = internal_homes(tf)
        old = {v: sorted(flat(public_names(n))) for v, n in (("v1", tf.compat.v1), ("v2", tf))}
        record["before"] = {
            v: joined(n for n in names if "estimator" not in n) for v, names in old.items()
        }
        record["certificate"]["estimator, internal, gone"] = version
    else:
        import tf_keras

        record.update(today(tf))
        record["tf_keras"] = only_with_tf_keras(record["modules"])
        before = record.pop("before", None)
        if before:
            now = {"v1": flat(public_names(tf.compat.v1)), "v2": flat(public_names(tf))}
            record["gone"] = {v: joined(set(before[v].split()) - set(now[v])) for v in now}
        record["tf_slim"] = slim_names()
        version["tf_keras"] = tf_keras.__version__
        record["certificate"]["modules, changed, tf_keras"] = version
    record["certificate"]["script"] = "tests/check/record_names.py"
    target.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
elif __name__ == "list":
    import tensorflow

    plain = {"v1": public_names(tensorflow.compat.v1), "v2": public_names(tensorflow)}
    print(json.dumps({v: {m: list(names) for m, names in p.items()} for v, p in plain.items()}))
