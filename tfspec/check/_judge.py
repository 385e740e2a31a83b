"""What runs on today's TensorFlow with tfspec, name by name."""

from __future__ import annotations

import functools
from typing import NamedTuple

from tfspec.check import _contrib
from tfspec.check._names import (
    V1,
    V2,
    Found,
    internal_modules,
    load,
    means_the_same,
    moved_modules,
    moved_names,
    renamed_before_1,
    split_path,
    table,
)
from tfspec.check._own import has
from tfspec.check._style import TF1, UNKNOWN
from tfspec.source import has_internal_name, has_keras_file

WORKS, DIFFERS, UNSUPPORTED = "works", "differs", "unsupported"

INTERNAL = {"python", "core", "compiler", "tools", "examples", "models", "_api"}
_MNIST = "tensorflow.examples.tutorials.mnist."
_KERAS = "tensorflow.python.keras."
_MAY_MOVE = "internal to TensorFlow: may move in any release"


class Judgement(NamedTuple):
    """What is to be said about a name.

    Attributes:
        name: as people write it: `tf.layers.dense`.
        verdict: `works`, `differs` or `unsupported`, under `tfspec run` or after `tfspec migrate`.
        served_by: `TensorFlow`, `tf_keras`, `tf_slim`, `tensorflow_gan` or `tfspec`; empty where
            nothing serves it.
        remedy: what differs, or what to do; may be empty for a name that works.
    """

    name: str
    verdict: str
    served_by: str
    remedy: str = ""


def judge(path: str, style: str, keywords: tuple[str, ...] = ()) -> Judgement | None:
    """Judges a name of TensorFlow.

    Args:
        path: the full dotted name, e.g. `tensorflow.compat.v1.estimator.Estimator`.
        style: `tf1`, `tf2` or `unknown`: the TensorFlow that a plain `tf.` was written for.
        keywords: the keyword arguments of the call, where the name is called.

    Returns:
        The judgement; None for a namespace as such (`tensorflow.compat.v1`).
    """
    if path.startswith("tensorflow_estimator"):
        return _judge_estimator_package(path)
    if path.startswith("tfspec"):
        return _judge_own(path, keywords)
    namespace, name = split_path(path)
    if not name or name in ("compat", V1, V2):
        return None
    prefix = f"tf.compat.{namespace}." if namespace else "tf."
    written = prefix + name
    note = _note(name)
    if note:
        return Judgement(written, note[0], "" if note[0] == UNSUPPORTED else "TensorFlow", note[1])
    if name.split(".")[0] == "contrib":
        return _judge_contrib(written, name, namespace)
    if name.split(".")[0] in INTERNAL:
        return _judge_internal(path)
    if name.split(".")[0] == "__internal__":
        return Judgement(written, DIFFERS, "TensorFlow", _MAY_MOVE)
    if namespace == V2 and name in load("names.json")["compat_v2"].split():
        return Judgement(written, WORKS, "TensorFlow")
    if namespace is None and style == UNKNOWN:
        return _judge_unknown(prefix, name, keywords)
    return _judge_public(prefix, name, namespace or (V1 if style == TF1 else V2), keywords)


def _judge_own(path: str, keywords: tuple[str, ...]) -> Judgement | None:
    """Names of tfspec's own namespaces, in a source that was migrated."""
    name = path.removeprefix("tfspec.")
    if name.startswith("compat.v1."):
        return judge(f"tensorflow.{name.removeprefix('compat.v1.')}", TF1, keywords)
    if name.split(".")[0] == "estimator" or name.startswith("keras.estimator"):
        return _judge_public("tfspec.", name, V2, keywords)
    return None


def _note(name: str) -> list[str] | None:
    notes = load("notes.json")["notes"]
    parts = name.split(".")
    beginnings = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((notes[b] for b in beginnings if b in notes), None)


def _judge_contrib(written: str, name: str, namespace: str | None) -> Judgement:
    if namespace == V2:
        return Judgement(written, UNSUPPORTED, "", "never was in tf.compat.v2: use tf.contrib")
    if name == "contrib" or name.removeprefix("contrib.") in _contrib.inner_modules():
        return Judgement(written, WORKS, "tfspec")
    differs = _contrib.stand_in(name)
    package = _contrib.package_behind(name) if differs == "" else ""
    if package:
        return Judgement(written, WORKS, package, f"pip install {_contrib.PACKAGES[package]}")
    if differs is not None:
        return Judgement(written, DIFFERS if differs else WORKS, "tfspec", differs)
    home = _contrib.home_of(name)
    if home and home.arguments is None:
        return Judgement(written, UNSUPPORTED, "", f"tf.{home.name} (tfspec migrate writes it)")
    return Judgement(written, UNSUPPORTED, "", _contrib.remedy(name))


def _judge_estimator_package(path: str) -> Judgement | None:
    parts = path.split(".")
    if parts[1:2] == ["python"]:
        return _judge_internal(path)
    return _judge_public(f"{parts[0]}.", ".".join(parts[1:]), V1, ()) if parts[1:] else None


def _judge_internal(path: str) -> Judgement:
    name = path.split(".", 2)[-1]
    if name.split(".")[0] == "estimator" and path.split(".")[1] == "python":
        home = public_home(path)
        if home and has(home[0]):
            return Judgement(path, WORKS, "tfspec", f"tfspec.{home[0]}")
        modules = internal_modules()
        if any(f"{module}.".startswith(f"{name}.") for module in modules):
            return Judgement(path, WORKS, "tfspec")  # a module on the way
        return Judgement(path, UNSUPPORTED, "", "not public: use tfspec.estimator's names")
    if f"{path}.".startswith(_MNIST):
        if has(f"contrib.learn.datasets.mnist.{path[len(_MNIST):]}".rstrip(".")):
            return Judgement(path, WORKS, "tfspec")
        remark = "the tutorial's is a program, not a module to import: copy what you use of it"
        return Judgement(path, UNSUPPORTED, "", remark)
    if f"{path}.".startswith(_KERAS) and has_keras_file(path[len(_KERAS) :]):
        return Judgement(path, WORKS, "tf_keras", "tf.keras's, under tfspec run")
    moved = _moved(path)
    if moved is not None:
        return Judgement(path, WORKS, "tfspec", f"{moved}, under tfspec run")
    there = has_internal_name(path)
    if there is None:
        return Judgement(path, DIFFERS, "TensorFlow", f"{_MAY_MOVE}; TensorFlow isn't here to ask")
    if there:
        return Judgement(path, WORKS, "TensorFlow", _MAY_MOVE)
    public = table(V1).named(path.rpartition(".")[2])
    instead = f"use tf.{public[0]}" if len(public) == 1 else "use a public name"
    return Judgement(path, UNSUPPORTED, "", f"internal to TensorFlow, and gone: {instead}")


def moved_home(path: str) -> tuple[str, int] | None:
    """Where a name inside TensorFlow is to be had, whose place there it has left.

    Args:
        path: a dotted name below `tensorflow.python`.

    Returns:
        A name of `tf.compat.v1`, or an absolute one (`tensorflow.python.`, `tfspec.`,
        `tf_keras.`), and how many components of `path` it stands for; None if the name isn't
        known to have left.
    """
    parts = path.split(".")
    for end in range(len(parts), 2, -1):
        module = ".".join(parts[:end])
        if end < len(parts) and parts[end] in moved_names().get(module, {}):
            return moved_names()[module][parts[end]], end + 1
        if module in moved_modules():
            return moved_modules()[module], end
    return None


def _moved(path: str) -> str | None:
    """What tfspec puts where TensorFlow has lost an internal name; None if nothing."""
    home = moved_home(path)
    if home is None or has_internal_name(path):
        return None
    name, components = home
    found = ".".join([name, *path.split(".")[components:]])
    if name.startswith(("tfspec.", "tf_keras.")):
        return found
    if not name.startswith("tensorflow."):
        return f"tf.{name}"
    return found if has_internal_name(found) else None


def public_home(path: str) -> tuple[str, int] | None:
    """The home of an internal name of the original estimator.

    Args:
        path: a dotted name below `tensorflow_estimator.python` or `tensorflow.python`.

    Returns:
        Its name below `tfspec`, e.g. `compat.v1.estimator.DNNClassifier`, and how many components
        of `path` that stands for; None if there is none. Names that never were public, but much
        used, are in `contrib.estimator.inner`.
    """
    parts = path.split(".")
    internal = internal_modules()
    for end in range(3, len(parts)):
        home = internal.get(".".join(parts[2:end]), {}).get(parts[end])
        if home:
            return home, end + 1
    return None


def _judge_unknown(prefix: str, name: str, keywords: tuple[str, ...]) -> Judgement:
    """Where the style is unknown every name is in both namespaces, or in neither."""
    judgement = _judge_public(prefix, name, V2, keywords)
    found = table(V2).find(name)
    if judgement.verdict == WORKS and found and not means_the_same(found.name):
        remark = "means different things in TensorFlow 1 and 2; taken as 2, unless --tf1 is given"
        return judgement._replace(verdict=DIFFERS, remedy=remark)
    return judgement


def _judge_public(prefix: str, name: str, namespace: str, keywords: tuple[str, ...]) -> Judgement:
    names = table(namespace)
    found = names.find(name)
    today = renamed_before_1(name)
    if today and namespace == V1 and has(f"compat.v1.{name}"):
        remark = f"tf.{today} since TensorFlow 1.0"
        return Judgement(prefix + name, WORKS, "tfspec", remark)
    if found is None:
        return Judgement(prefix + name, UNSUPPORTED, "", _remedy_for_absent(name, namespace))
    written = prefix + found.name
    absent = names.absent_attribute(name, found)
    if absent:
        return Judgement(prefix + absent, UNSUPPORTED, "", _remedy_for_absent(absent, namespace))
    is_called = found.name == name  # not an attribute of it
    refused = names.refused_keywords(found.name, list(keywords)) if is_called else []
    if refused:
        return Judgement(written, UNSUPPORTED, "", _remedy_for_keywords(found, refused, namespace))
    if found.name.split(".")[0] == "estimator" or found.name.startswith("keras.estimator"):
        root = "compat.v1." if namespace == V1 else ""
        if not has(f"{root}{found.name}"):
            return Judgement(written, UNSUPPORTED, "", "tfspec doesn't have it yet")
        if not has(f"{root}{name}"):
            remark = f"{prefix}{found.name} has no such attribute, nor had it in TensorFlow 2.15"
            return Judgement(prefix + name, UNSUPPORTED, "", remark)
        return Judgement(written, WORKS, "tfspec")
    if found.name.split(".")[0] == "keras":
        remark = "Keras 2 only: not in Keras 3" if names.needs_tf_keras(found.name) else ""
        return Judgement(written, WORKS, "tf_keras", remark)
    if names.needs_tf_keras(found.name):
        return Judgement(written, WORKS, "tf_keras")
    return Judgement(written, WORKS, "TensorFlow")


def _remedy_for_absent(name: str, namespace: str) -> str:
    names = table(namespace)
    other = V2 if namespace == V1 else V1
    there = table(other).find(name)
    if there and not table(other).absent_attribute(name, there):
        if other == V1:
            return f"tf.compat.v1.{name}, or the whole file as TensorFlow 1 (--tf1)"
        return f"only TensorFlow 2 has it: tf.compat.v2.{name}, or the whole file as 2 (--tf2)"
    gone = next((g for g in names.gone if name == g or name.startswith(f"{g}.")), None)
    if gone:
        return "dropped by TensorFlow after 2.15"
    today = renamed_before_1(name)
    if today:
        return f"tf.{today}"
    return "no release of TensorFlow that tfspec knows has it" + _nearest(name, namespace)


@functools.cache
def _nearest(name: str, namespace: str) -> str:
    """', but tf.x.y' for the module that most of `name` leads to, if any."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        found = table(namespace).find(module)
        if found and found.is_module and found.name == module:
            return f" (tf.{module} has no {parts[end]!r})"
    return ""


def _remedy_for_keywords(found: Found, refused: list[str], namespace: str) -> str:
    several = ", ".join(f"`{keyword}`" for keyword in refused)
    other = "tf.compat.v1" if namespace == V2 else "tf.compat.v2"
    return f"takes no argument {several}; {other}.{found.name} does"
