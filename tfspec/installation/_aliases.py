"""Which modules of TensorFlow's past are to be importable, and what stands behind each."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfspec._lazy import member
from tfspec.check import internal_modules, moved_modules
from tfspec.source import has_internal_name
from tfspec.summaries import has_tensorboard

STALE_LAYERS = "tf_keras.legacy_tf_layers"  # where TensorFlow looks for what tf_slim asks it for

# Module that a program imports: module of tfspec that it gets, with all that is below.
_SAME = {
    "tensorflow.estimator": "tfspec.estimator",
    "tensorflow.compat.v1.estimator": "tfspec.compat.v1.estimator",
    "tensorflow.compat.v2.estimator": "tfspec.estimator",
    "tensorflow.compat.v1.layers": "tfspec.compat.v1.layers",
    "tensorflow.compat.v1.nn.rnn_cell": "tfspec.compat.v1.nn.rnn_cell",
    "tensorflow.contrib": "tfspec.contrib",
    "tensorflow.examples.tutorials.mnist": "tfspec.contrib.learn.datasets.mnist",
    "tensorflow_estimator.estimator": "tfspec.compat.v1.estimator",
    "tensorboard.plugins.projector": "tfspec.contrib.tensorboard.plugins.projector",
    "tensorboard.summary.v2": "tfspec.summaries._plugins",
}
# Packages on the way, and what stands in them without being imported.
_WAYS: dict[str, dict[str, str]] = {
    "tensorflow.examples": {},
    "tensorflow.examples.tutorials": {},
    "tensorflow.python.training.tracking": {},
    "tensorflow_estimator": {"estimator": "compat.v1.estimator"},
    "tensorflow_estimator.python": {},
    # For tf.summary's functions and the projector, and only where the package isn't installed.
    "tensorboard": {},
    "tensorboard.plugins": {"projector": "contrib.tensorboard.plugins.projector"},
    "tensorboard.summary": {},
}
_INTERNAL = ("tensorflow.python.", "tensorflow_estimator.python.")


def find(name: str) -> Callable[[], ModuleType] | None:
    """What makes or gets the module for an import of `name`; None if it isn't ours."""
    if name.startswith("tensorboard") and has_tensorboard():
        return None
    for old, new in _SAME.items():
        if name == old or name.startswith(f"{old}."):
            return _follow(new, name[len(old) + 1 :].split(".") if name != old else [])
    if f"{name}.".startswith(f"{STALE_LAYERS}."):
        return lambda: _stale_layers(name)
    # Not where the module still is: TensorFlow imports it by itself, before all of it is there.
    # But those that asked tensorflow_estimator, which tfspec stands in for, are of no use there.
    home = moved_modules().get(name)
    if home and (home.startswith("tfspec.") or not has_internal_name(name)):
        return _moved(home)
    if name in _WAYS:
        return lambda: _package(name, _WAYS[name])
    for prefix in _INTERNAL:
        internal = name.removeprefix(prefix)
        if internal != name and internal.split(".")[0] == "estimator":
            return _internal(name, internal)
    return None


def _moved(name: str) -> Callable[[], ModuleType] | None:
    """A module inside TensorFlow, by its present name; None if it isn't there."""
    from tfspec import _tf  # imports TensorFlow

    module = _tf.module_inside(name)
    return None if module is None else lambda: module


def _follow(module: str, rest: list[str]) -> Callable[[], ModuleType] | None:
    """`module.a.b`, if the names lead to a module."""
    value = importlib.import_module(module)
    for part in rest:
        try:
            value = member(value, part)
        except (AttributeError, ModuleNotFoundError):
            return None
    return (lambda: value) if isinstance(value, ModuleType) else None


def _internal(name: str, internal: str) -> Callable[[], ModuleType] | None:
    """A module of the original estimator's own files, with the public names that it held."""
    homes = internal_modules()
    if not any(f"{module}.".startswith(f"{internal}.") for module in homes):
        return None
    return lambda: _package(name, homes.get(internal, {}))


def _package(name: str, homes: dict[str, str]) -> ModuleType:
    """A module whose names are those of tfspec that `homes` gives."""

    def load(attribute: str) -> Any:
        home = homes.get(attribute)
        if home is None and name.startswith("tensorboard") and not attribute.startswith("__"):
            raise ModuleNotFoundError(
                f"{name}.{attribute} is that of the package tensorboard, which isn't installed: "
                "pip install tensorboard",
                name=f"{name}.{attribute}",
            )
        if home is None:
            raise AttributeError(
                f"module {name!r} has no attribute {attribute!r}: only names that were public "
                "are there. See tfspec.estimator and tfspec.compat.v1.estimator."
            )
        module, _, last = f"tfspec.{home}".rpartition(".")
        value = getattr(importlib.import_module(module), last)
        setattr(package, attribute, value)
        return value

    package = ModuleType(name, "What tfspec has of a module of the original estimator.")
    package.__path__ = []
    package.__all__ = sorted(homes)
    package.__getattr__ = load
    package.__dir__ = lambda: sorted({*vars(package), *homes})
    return package


def _stale_layers(name: str) -> ModuleType:
    from tfspec import _tf  # imports TensorFlow

    return _tf.stale_layers(name)
