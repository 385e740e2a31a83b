"""`tf.train.Int64List`, to which scripts give booleans: protobuf 7 no longer takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

_Message = tf.compat.v1.train.Int64List


class _OfMessage(type):
    """What is asked of the class is asked of the message's."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _Message)

    def __getattr__(cls, name: str) -> Any:
        return getattr(_Message, name)


class _Int64List(metaclass=_OfMessage):
    """Makes a `tf.train.Int64List`.

    Args:
        value: integers or booleans, of Python or NumPy.

    Raises:
        TypeError: if one is anything else.
    """

    def __new__(cls, value: Iterable[Any] | None = None) -> Any:
        if value is None:
            return _Message()
        return _Message(
            value=[int(item) if isinstance(item, (bool, np.bool_)) else item for item in value]
        )


def _takes_booleans() -> bool:
    try:
        _Message(value=[True])
    except TypeError:
        return False
    return True


Int64List = _Message if _takes_booleans() else _Int64List
