"""The public names of TensorFlow, as recorded: see `data/names.json` and the script it names."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any, NamedTuple

V1, V2 = "v1", "v2"


@functools.cache
def load(file: str) -> dict[str, Any]:
    """A table of this package, by its file name in `data`."""
    return json.loads((resources.files("tfspec.check") / "data" / file).read_text())


@functools.cache
def internal_modules() -> dict[str, dict[str, str]]:
    """The original estimator's own modules, and what tfspec installs for the names in each.

    These are the public names, and a few that weren't public but much used.
    """
    modules = {module: dict(names) for module, names in load("names.json")["internal"].items()}
    for module, names in load("notes.json")["private"].items():
        modules.setdefault(module, {}).update(names)
    return modules


def moved_names() -> dict[str, dict[str, str]]:
    """By modules inside TensorFlow: names that they lost, and what is public of each in v1."""
    return load("notes.json")["moved"]


def moved_modules() -> dict[str, str]:
    """Modules inside TensorFlow that went elsewhere in it, and where."""
    return load("notes.json")["moved_modules"]


def renamed_before_1(name: str) -> str | None:
    """Today's name of what was renamed before TensorFlow 1.0; None for any other."""
    renamed = load("notes.json")["before_1_0"]
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        today = renamed.get(".".join(parts[:end]))
        if today:
            return ".".join([today, *parts[end:]])
    return None


def slim_names(module: str) -> set[str]:
    """The names of a module of the package tf_slim, as recorded; it need not be installed."""
    return set(load("names.json")["tf_slim"].get(module, "").split())


class Found(NamedTuple):
    """A public name: as much of a dotted name as TensorFlow's modules know.

    Attributes:
        name: without `tf.`; what follows it are attributes of the object.
        is_module: whether it is a module.
    """

    name: str
    is_module: bool


class NameTable:
    """Lookup in the names of one namespace: `v1` is tf.compat.v1, `v2` is tf."""

    def __init__(self, namespace: str) -> None:
        record = load("names.json")
        self._members = {
            module: {*kinds.get("both", "").split(), *kinds.get(namespace, "").split()}
            for module, kinds in record["modules"].items()
        }
        self._add_below("estimator", record["estimator"][namespace])
        self._tf_keras = {
            f"{module}.{name}".lstrip(".")
            for module, names in record["tf_keras"][namespace].items()
            for name in names.split()
        }
        self.gone = set(record["gone"][namespace].split())
        self._parameters = {
            name: signatures[namespace].split()
            for name, signatures in record["changed"].items()
            if signatures
        }
        self._absent = {
            name: set(attributes[V2 if namespace == V1 else V1].split())
            for name, attributes in record["attributes"].items()
        }

    def _add_below(self, root: str, modules: dict[str, str]) -> None:
        self._members[""].add(root)
        for module, names in modules.items():
            self._members[f"{root}.{module}".rstrip(".")] = set(names.split())

    def find(self, name: str) -> Found | None:
        """The public name that `name` is or is an attribute of; None if there is none."""
        module, known = "", ""
        for part in name.split("."):
            if part not in self._members.get(module, ()):
                # A module's own attributes, like `tf.nn.__name__`, are nobody's concern.
                private = part.startswith("__") and part.endswith("__")
                return Found(known or part, bool(known)) if private else None
            known = f"{module}.{part}".lstrip(".")
            if not self._members.get(known):
                return Found(known, False)
            module = known
        return Found(known, True)

    def named(self, last: str) -> list[str]:
        """All public names that end in `last`."""
        return [f"{m}.{last}".lstrip(".") for m, names in self._members.items() if last in names]

    def needs_tf_keras(self, name: str) -> bool:
        """Whether TensorFlow has `name` (as `find` gives it) only with tf_keras as its Keras."""
        return name in self._tf_keras

    def absent_attribute(self, name: str, found: Found) -> str:
        """`found` with the attribute in `name` that only the other namespace's class has; or ''."""
        rest = name.removeprefix(found.name).lstrip(".").split(".")
        absent = rest[0] in self._absent.get(found.name, ())
        return f"{found.name}.{rest[0]}" if absent else ""

    def refused_keywords(self, name: str, keywords: list[str]) -> list[str]:
        """Those of `keywords` that `name` doesn't take, where the other namespace's may."""
        parameters = self._parameters.get(name)
        if parameters is None or any(p.startswith("**") for p in parameters):
            return []
        return [keyword for keyword in keywords if keyword not in parameters]


@functools.cache
def table(namespace: str) -> NameTable:
    """The names of namespace `v1` or `v2`."""
    return NameTable(namespace)


def means_the_same(name: str) -> bool:
    """Whether `name` takes and does the same in tf.compat.v1 and in tf.

    Canned estimators don't, for one: TensorFlow 1's sum the loss over a batch, 2's average it.
    """
    if name.startswith("estimator."):
        return name not in _canned_estimators()
    return not load("names.json")["changed"].get(name)


@functools.cache
def _canned_estimators() -> set[str]:
    homes = load("names.json")["internal"].items()
    canned = [names for module, names in homes if module.startswith("estimator.canned.")]
    public = {home.removeprefix("compat.v1.") for names in canned for home in names.values()}
    return {name for name in public if table(V1).find(name) and table(V2).find(name)}


def split_path(path: str) -> tuple[str | None, str]:
    """Takes a dotted path below `tensorflow` apart.

    Returns:
        The namespace that it names, None if that depends on the version of TensorFlow it was
        written for; and the rest: `('v1', 'train.Saver')` for `tensorflow.compat.v1.train.Saver`.
    """
    parts = path.split(".")[1:]
    namespace = None
    while len(parts) >= 2 and parts[0] == "compat" and parts[1] in (V1, V2):
        namespace = parts[1]
        parts = parts[2:]
    return namespace, ".".join(parts)
