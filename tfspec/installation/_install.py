"""install() and uninstall()."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any

from tfspec.check import moved_names
from tfspec.installation._finder import Finder

# Attribute: the module of tfspec that fills it.
_V1 = {
    "contrib": "tfspec.contrib",
    "distribute.cluster_resolver": "tfspec.compat.v1.distribute.cluster_resolver",
    "estimator": "tfspec.compat.v1.estimator",
    "keras.estimator": "tfspec.compat.v1.keras.estimator",
    "layers": "tfspec.compat.v1.layers",
    "nn.rnn_cell": "tfspec.compat.v1.nn.rnn_cell",
}
_V2 = {"estimator": "tfspec.estimator", "keras.estimator": "tfspec.keras.estimator"}
_COMPAT = {"v1": _V1, "v2": _V2}
# By the module that gets them once it has been imported. `import tensorflow.compat.v1` makes a
# second copy of what `tf.compat.v1` is, and `tf.keras` becomes one of these when first used.
_FILLED = {
    "tensorflow": _V2,
    **{f"tensorflow._api.v2.compat.{v}": names for v, names in _COMPAT.items()},
    **{f"tensorflow.compat.{v}": names for v, names in _COMPAT.items()},
    # `import tensorflow.compat.v2 as tf` and then `tf.compat.v1`.
    **{
        f"tensorflow._api.v2.compat.{outer}.compat.{v}": names
        for outer in _COMPAT
        for v, names in _COMPAT.items()
    },
    "tf_keras.api._v1.keras": {"estimator": "tfspec.compat.v1.keras.estimator"},
    "tf_keras.api._v2.keras": {"estimator": "tfspec.keras.estimator"},
    "keras._tf_keras.keras": {"estimator": "tfspec.keras.estimator"},
}
_ABSENT = object()


class Installation:
    """What `install()` did. As a context manager it takes that back at the end.

    Where the names were in place already, the end of the block leaves them there.
    """

    def __init__(self, is_new: bool) -> None:
        self._is_new = is_new

    def __enter__(self) -> Installation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._is_new:
            uninstall()


class _State:
    """The names that were replaced, and the finder; there is one, or none."""

    def __init__(self) -> None:
        self.finder = Finder(frozenset(_FILLED), self._fill)
        self._replaced: list[tuple[ModuleType, str, Any]] = []
        self.callbacks: list[Callable[[], None]] = []

    def fill_what_is_loaded(self) -> None:
        for name in _FILLED:
            if _is_loaded(name):
                self._fill(name)

    def _fill(self, module: str) -> None:
        for path, source in _FILLED[module].items():
            *way, name = path.split(".")
            owner = sys.modules[module]
            for part in way:
                owner = getattr(owner, part)
            self._set(owner, name, source)
        if module == "tensorflow":
            self._fill_inside()
            for callback in self.callbacks:
                callback()

    def _fill_inside(self) -> None:
        from tfspec import _tf  # imports TensorFlow

        for owner, name, value in _tf.moved_names(moved_names()):
            self._replaced.append((owner, name, _ABSENT))
            setattr(owner, name, value)

    def _set(self, owner: ModuleType, name: str, source: str) -> None:
        value = importlib.import_module(source)
        if _is_lazy(owner):
            self._replaced.append((owner, name, vars(owner).get(name, _ABSENT)))
            vars(owner)[name] = value  # setattr() would load Keras
        else:
            self._replaced.append((owner, name, getattr(owner, name, _ABSENT)))
            setattr(owner, name, value)

    def restore(self) -> None:
        for owner, name, before in reversed(self._replaced):
            if before is not _ABSENT:
                setattr(owner, name, before)
            elif _is_lazy(owner):
                vars(owner).pop(name, None)
            else:
                delattr(owner, name)


def _is_lazy(module: ModuleType) -> bool:
    """Whether it is one of TensorFlow's modules that load at the first touch."""
    return type(module).__name__.endswith("LazyLoader")


_state: _State | None = None


def install(when_imported: Callable[[], None] | None = None) -> Installation:
    """Puts what TensorFlow dropped back in place, for the whole process.

    Fills `tf.estimator`, `tf.compat.v1.estimator`, `tf.compat.v1.contrib`, `tf.keras.estimator`,
    and, over tf_keras, `tf.compat.v1.layers` and `tf.compat.v1.nn.rnn_cell`. Lets
    `tf.compat.v1.distribute.cluster_resolver.TPUClusterResolver` take an empty name. Makes
    importable: these as modules, `tensorflow_estimator`, the public classes below
    `tensorflow.python.estimator`, `tensorflow.contrib` and
    `tensorflow.examples.tutorials.mnist`. Does nothing if that is so
    already. TensorFlow need not be imported yet, and is not imported here.

    Args:
        when_imported: called once TensorFlow is there with everything in place, at once if it is.

    Returns:
        A context manager: `with tfspec.install():` takes everything back at the end of the block.

    Behaviour: tf.estimator 2.15.
    """
    global _state
    is_new = _state is None
    if _state is None:
        _state = _State()
        sys.meta_path.insert(0, _state.finder)
        _state.fill_what_is_loaded()
    if when_imported is not None:
        if _is_loaded("tensorflow"):
            when_imported()
        else:
            _state.callbacks.append(when_imported)
    return Installation(is_new)


def uninstall() -> None:
    """Takes back what `install()` did; does nothing where it wasn't called.

    Modules that were imported meanwhile stay with those who have them.
    """
    global _state
    if _state is None:
        return
    state, _state = _state, None
    sys.meta_path.remove(state.finder)
    state.restore()
    for name in state.finder.names:
        sys.modules.pop(name, None)
        parent, _, last = name.rpartition(".")
        # The import system set it there; the modules of tfspec keep theirs.
        if parent in sys.modules and sys.modules[parent].__name__.startswith("tensorflow"):
            vars(sys.modules[parent]).pop(last, None)


def _is_loaded(name: str) -> bool:
    module = sys.modules.get(name)
    return module is not None and not getattr(module.__spec__, "_initializing", False)
