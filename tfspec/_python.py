"""What Python has given up since the scripts were written."""

from __future__ import annotations

import base64
import collections
import collections.abc
import errno
import fractions
import functools
import inspect
import json
import math
import os
import threading
import time
from collections.abc import Callable
from typing import Any

_ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def put_back_names() -> None:
    """Gives Python's modules the names that they lack; those that they have stay what they are."""
    names: dict[Any, dict[str, Any]] = {
        base64: {"decodestring": base64.decodebytes, "encodestring": base64.encodebytes},  # 3.9
        collections: {name: getattr(collections.abc, name) for name in collections.abc.__all__},
        fractions: {"gcd": math.gcd},  # 3.9
        inspect: {"getargspec": _getargspec},  # 3.11
        os: {"errno": errno, "getcwdu": os.getcwd},
        threading.Thread: {"isAlive": threading.Thread.is_alive},  # 3.9
        time: {"clock": time.process_time},  # 3.8
    }
    for module, its in names.items():
        for name, value in its.items():
            if not hasattr(module, name):
                setattr(module, name, value)
    json.load, json.loads = map(_without_encoding, (json.load, json.loads))


def _getargspec(func: Callable[..., Any]) -> tuple:
    """The positional arguments of a function, as `inspect` told them until Python 3.11.

    Raises:
      ValueError: it has arguments that can only be given by name, or annotations.
    """
    full = inspect.getfullargspec(func)
    if full.kwonlyargs or full.annotations:
        raise ValueError(
            "Function has keyword-only parameters or annotations, use inspect.signature() API "
            "which can support them"
        )
    return _ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


def _without_encoding(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of `json` that takes `encoding`, which had no effect until Python 3.9."""
    if hasattr(function, "__wrapped__"):  # is one already
        return function

    @functools.wraps(function)
    def load(*args: Any, encoding: Any = None, **others: Any) -> Any:
        return function(*args, **others)

    return load
