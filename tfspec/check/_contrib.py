"""What became of the names of tf.contrib: see `data/contrib.json`.

Where TensorFlow is installed, the table of its own converter (tf_upgrade_v2, read as data) is asked
about names that ours doesn't have.
"""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Iterator
from typing import NamedTuple

from tfspec import _lazy
from tfspec.check._names import V1, load, table
from tfspec.check._own import has, has_public, is_package
from tfspec.source import literal


class Home(NamedTuple):
    """Where a name of tf.contrib lives today.

    Attributes:
        name: in the namespace tf.compat.v1, without `tf.`.
        components: how many components of the old path `name` stands for.
        arguments: names of the arguments that mean the same there; None for all.
        positional: how many of them may be passed without their name.
    """

    name: str
    components: int
    arguments: tuple[str, ...] | None = None
    positional: int = 0

    def takes(self, call: ast.Call | None) -> bool:
        """Whether `call` of the old name means the same at home; None for no call."""
        if self.arguments is None:
            return True
        if call is None or any(isinstance(arg, ast.Starred) for arg in call.args):
            return False
        named = {keyword.arg for keyword in call.keywords}
        return len(call.args) <= self.positional and named <= set(self.arguments)


def _candidates(parts: list[str]) -> Iterator[tuple[str, int]]:
    """Shorter and shorter beginnings of a path, and for deep modules the public name meant.

    `contrib.tpu.python.tpu.tpu_config.RunConfig` is `contrib.tpu.RunConfig`.
    """
    for components in range(len(parts), 0, -1):
        yield ".".join(parts[:components]), components
        if "python" in parts[2:components]:
            for start in range(4, components):
                yield ".".join([*parts[:2], *parts[start:components]]), components


def home_of(name: str) -> Home | None:
    """Where `name` (`contrib.` and so on) lives today as it was, if anywhere."""
    known = load("contrib.json")
    for candidate, components in _candidates(name.split(".")):
        if candidate in known["homes"]:
            return Home(known["homes"][candidate], components)
        if candidate in known["homes_for"]:
            rule = known["homes_for"][candidate]
            return Home(
                rule["home"], components, tuple(rule["arguments"].split()), rule["positional"]
            )
        if candidate in _upgrade_homes():
            return Home(_upgrade_homes()[candidate], components)
    return None


def place_of(name: str) -> str | None:
    """Where tfspec has `name` (`contrib.` and so on), without `tfspec.`; None if nowhere.

    A module inside tf.contrib is its package, or the public module inside that, which has its
    names.
    """
    parts = name.split(".")
    if ".".join(parts[1:]) in inner_modules():
        return _public_module(parts)
    for candidate, components in _candidates(parts):
        if components == len(parts) > 1 and has(candidate):
            return candidate
    inside = [end for end in range(3, len(parts)) if ".".join(parts[1:end]) in inner_modules()]
    for end in reversed(inside):
        candidate = ".".join([_public_module(parts[:end]), *parts[end:]])
        if has(candidate):
            return candidate
    return None


def _public_module(parts: list[str]) -> str:
    """The innermost public module on the way to a module inside tf.contrib."""
    place = ".".join(parts[:2])
    for part in parts[2:]:
        place = f"{place}.{part}" if is_package(f"{place}.{part}") else place
    return place


def stand_in(name: str) -> str | None:
    """What differs in tfspec.contrib's version of `name` (maybe nothing: ''); None without one."""
    place = place_of(name)
    if place is None:
        return None
    differs = load("contrib.json")["differs"]
    beginnings = (b for b, _ in _candidates(place.split(".")))
    return next((differs[b] for b in beginnings if b in differs), "")


# Packages that kept parts of tf.contrib, and how they are called where they come from.
PACKAGES = {"tf_slim": "tf_slim", "tensorflow_gan": "tensorflow-gan"}


def package_behind(name: str) -> str:
    """The package of `PACKAGES` from which tfspec.contrib has `name` (`contrib.` and so on), or
    ''."""
    if name.split(".")[1] == "slim":
        return "tf_slim"
    package, _, last = name.rpartition(".")
    while not is_package(package):
        package, _, last = package.rpartition(".")
    if package == "contrib":
        return ""
    home = f"tfspec.{package}"
    importlib.import_module(home)  # loads nothing else
    target = _lazy.declared_names(home).get(last)
    modules = [target.module] if target else _lazy.starred_modules(home)
    found = next((m for m in modules if target or has_public(m, last)), "")
    return next((package for package in PACKAGES if found.startswith(package)), "")


@functools.cache
def inner_modules() -> frozenset[str]:
    """Modules inside tf.contrib from which programs took public names; without `contrib.`."""
    paths = [path.split(".") for path in load("contrib.json")["inner"]]
    return frozenset(".".join(p[:end]) for p in paths for end in range(2, len(p) + 1))


def remedy(name: str) -> str:
    """What to do about a name of tf.contrib that nothing stands in for."""
    remedies = load("contrib.json")["remedies"]
    return next(remedies[c] for c, _ in _candidates(name.split(".")) if c in remedies)


@functools.cache
def _upgrade_homes() -> dict[str, str]:
    """Plain renames of contrib names that tf_upgrade_v2 knows, into names that are there today."""
    renames = literal("tools/compatibility/all_renames_v2.py", "manual_symbol_renames")
    homes = {}
    for old, new in renames.items():
        new = new.removeprefix("tf.").removeprefix("compat.v1.")
        # Summaries of contrib and of TensorFlow 2 differ in when they write, not just in name.
        if old.startswith("tf.contrib.") and not old.startswith("tf.contrib.summary."):
            if table(V1).find(new):
                homes[old.removeprefix("tf.")] = new
    return homes
