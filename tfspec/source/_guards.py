"""Conditions that can be settled by reading: what version of TensorFlow and Python is here."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

# What `tf.__version__` is taken to be: 2.16 and later agree in every test that scripts make.
TENSORFLOW_VERSION = "2.21.0"

KNOWN = {
    "tensorflow.__version__": TENSORFLOW_VERSION,
    "tensorflow.VERSION": TENSORFLOW_VERSION,
    "tensorflow.version.VERSION": TENSORFLOW_VERSION,
    "tensorflow.compat.v1.__version__": TENSORFLOW_VERSION,
    "tensorflow.compat.v1.VERSION": TENSORFLOW_VERSION,
    "tensorflow.compat.v1.version.VERSION": TENSORFLOW_VERSION,
    "sys.version_info": (3, 10, 0),
    "sys.version_info.major": 3,
    "six.PY2": False,
    "six.PY3": True,
}

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_CALLS: dict[str, Callable[..., Any]] = {
    "int": int,
    "float": float,
    "str": str,
    "tuple": tuple,
    "list": list,
    "len": len,
    "bool": bool,
    "LooseVersion": lambda text: _release(text),
    "StrictVersion": lambda text: _release(text),
    "Version": lambda text: _release(text),
    "parse_version": lambda text: _release(text),
    "parse": lambda text: _release(text),
}
_METHODS = {"split", "startswith", "endswith", "strip", "rsplit", "partition"}


class Unknown(Exception):
    """The expression says nothing without running it."""


def _release(text: str) -> tuple[int, ...]:
    """A version's leading numbers without trailing zeros, so that 2.0 equals 2.0.0."""
    if not isinstance(text, str):
        raise Unknown
    numbers = [int(n) for n in re.match(r"[\d.]*", text).group().split(".") if n]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


class Evaluator:
    """Works out expressions over version numbers.

    Args:
        path_of: gives the dotted path that a name or attribute expression stands for, or None.
        value_of: gives the expression that a plain name was assigned once, or None.
    """

    def __init__(
        self,
        path_of: Callable[[ast.expr], str | None],
        value_of: Callable[[ast.Name], ast.expr | None],
    ) -> None:
        self._path_of = path_of
        self._value_of = value_of
        self._items: dict[str, Any] = {}
        self._depth = 0

    def truth(self, test: ast.expr) -> bool | None:
        """Whether `test` holds, or None where reading doesn't tell."""
        try:
            return bool(self._value(test))
        except (Unknown, ValueError, TypeError, IndexError, KeyError, OverflowError):
            return None

    def _value(self, node: ast.expr) -> Any:
        self._depth += 1
        try:
            if self._depth > 30:
                raise Unknown
            handler = getattr(self, f"_{type(node).__name__}", None)
            if handler is None:
                raise Unknown
            return handler(node)
        finally:
            self._depth -= 1

    def _Constant(self, node: ast.Constant) -> Any:
        return node.value

    def _Name(self, node: ast.Name) -> Any:
        if node.id in self._items:
            return self._items[node.id]
        path = self._path_of(node)
        if path in KNOWN:
            return KNOWN[path]
        value = self._value_of(node)
        if value is None:
            raise Unknown
        return self._value(value)

    def _Attribute(self, node: ast.Attribute) -> Any:
        path = self._path_of(node)
        if path not in KNOWN:
            raise Unknown
        return KNOWN[path]

    def _Tuple(self, node: ast.Tuple | ast.List) -> Any:
        items = [self._value(item) for item in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items

    _List = _Tuple

    def _Subscript(self, node: ast.Subscript) -> Any:
        value = self._value(node.value)
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            return value[slice(*(part and self._value(part) for part in parts))]
        return value[self._value(node.slice)]

    def _Call(self, node: ast.Call) -> Any:
        if node.keywords:
            raise Unknown
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name == "map" and len(node.args) == 2:
            each = _CALLS.get(getattr(node.args[0], "id", ""))
            if each:
                return [each(item) for item in self._value(node.args[1])]
        if name in _METHODS and isinstance(function, ast.Attribute):
            value = self._value(function.value)
            if isinstance(value, str):
                return getattr(value, name)(*map(self._value, node.args))
        if name in _CALLS:
            return _CALLS[name](*map(self._value, node.args))
        raise Unknown

    def _GeneratorExp(self, node: ast.GeneratorExp | ast.ListComp) -> Any:
        (loop,) = node.generators
        if loop.ifs or not isinstance(loop.target, ast.Name):
            raise Unknown
        found = []
        for item in self._value(loop.iter):
            self._items[loop.target.id] = item
            found.append(self._value(node.elt))
        self._items.pop(loop.target.id, None)
        return found

    _ListComp = _GeneratorExp

    def _Compare(self, node: ast.Compare) -> bool:
        left = self._value(node.left)
        for operation, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._value(right_node)
            if type(operation) not in _COMPARE:
                raise Unknown
            if not _COMPARE[type(operation)](left, right):
                return False
            left = right
        return True

    def _UnaryOp(self, node: ast.UnaryOp) -> Any:
        value = self._value(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub):
            return -value
        raise Unknown

    def _BoolOp(self, node: ast.BoolOp) -> bool:
        truths = [self.truth(value) for value in node.values]
        decisive = isinstance(node.op, ast.Or)
        if decisive in truths:
            return decisive
        if None in truths:
            raise Unknown
        return not decisive
