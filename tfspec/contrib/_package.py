"""How the packages of tf.contrib find their names, and what they say about those that are gone."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from tfspec import _lazy, _python, check


def attach(package: str) -> _lazy.Namespace:
    """`_lazy.attach` for a package of tf.contrib, with its inner modules and its remedies."""
    found = _lazy.attach(package, _remedy)

    def load(name: str) -> Any:
        inner = f"{package}.{name}".removeprefix("tfspec.contrib.")
        if inner in check.inner_modules():
            return Inner(inner)
        if check.package_behind(f"contrib.{inner}") == "tf_slim":
            from tfspec import _tf  # imports TensorFlow

            _tf.prepare_for_slim()
        elif check.package_behind(f"contrib.{inner}") == "tensorflow_gan":
            _prepare_for_gan(inner)
        try:
            return found.getattr(name)
        except ModuleNotFoundError as error:
            missing = str(error.name).split(".")[0]
            raise ModuleNotFoundError(
                f"tf.contrib.{inner} is that of the package {missing}, which isn't installed: "
                f"pip install {check.PACKAGES.get(missing, missing)}",
                name=error.name,
            ) from error

    return _lazy.Namespace(load, found.dir, found.all)


def _prepare_for_gan(inner: str) -> None:
    """Gives tensorflow_gan what it looks for in Python and no longer finds there."""
    import tensorflow as tf

    if not hasattr(tf, "estimator"):
        raise ImportError(
            f"tf.contrib.{inner} is that of tensorflow_gan, which is made for tf.estimator: call "
            "tfspec.install() before, or run the script by tfspec run."
        )
    _python.put_back_names()


class Inner(ModuleType):
    """A module inside tf.contrib: it has the modules below, and all names of its package."""

    __path__: list[str] = []

    def __init__(self, path: str) -> None:
        super().__init__(f"tensorflow.contrib.{path}")
        self.__dict__["_path"] = path

    def __getattr__(self, name: str) -> Any:
        below = f"{self._path}.{name}"
        if below in check.inner_modules():
            value: Any = Inner(below)
        else:
            value = self._find(name)
        setattr(self, name, value)
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function that stood in the module's place once its package was imported.

        `contrib.framework.python.ops` had both a module and a function `arg_scope`.
        """
        way, _, name = self._path.rpartition(".")
        function = getattr(_public_modules(way)[0], name, None)
        if not callable(function):
            raise TypeError(f"module {self.__name__!r} is not callable")
        return function(*args, **kwargs)

    def _find(self, name: str) -> Any:
        """From the innermost public module on the path that has it."""
        package, *rest = _public_modules(self._path)
        for module in reversed(rest):
            if hasattr(module, name):
                return getattr(module, name)
        return getattr(package, name)


def _public_modules(path: str) -> list[ModuleType]:
    """The package that a path inside tf.contrib begins with, and public modules further on.

    `slim.python.slim.nets.vgg` gives `slim`, `slim.nets` and `slim.nets.vgg`.
    """
    first, *rest = path.split(".")
    found = [importlib.import_module(f"tfspec.contrib.{first}")]
    for name in rest:
        here = found[-1].__name__
        if here.startswith("tfspec.") and name in _lazy.declared_names(here):
            module = getattr(found[-1], name)
            found += [module] if isinstance(module, ModuleType) else []
    return found


def _remedy(name: str) -> str:
    path = name.removeprefix("tfspec.")
    home = check.home_of(path)
    return f"tf.{home.name}" if home else check.remedy(path)
