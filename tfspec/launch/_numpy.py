"""What NumPy has given up since the scripts were written."""

from __future__ import annotations

import builtins
import functools
import types
from collections.abc import Callable
from typing import Any

# Python's own types: until NumPy 1.24.
_TYPES = {name: name for name in ("bool", "int", "float", "complex", "object", "str")}
_TYPES |= {"long": "int", "unicode": "str"}
# Other names of what is still there: most until NumPy 2.0.
_RENAMED = {
    "Inf": "inf",
    "Infinity": "inf",
    "NaN": "nan",
    "PINF": "inf",
    "alltrue": "all",
    "complex_": "complex128",
    "cumproduct": "cumprod",
    "float_": "float64",
    "infty": "inf",
    "mat": "asmatrix",
    "product": "prod",
    "round_": "round",
    "row_stack": "vstack",
    "sometrue": "any",
    "string_": "bytes_",
    "trapz": "trapezoid",
    "unicode_": "str_",
}


def put_back_names() -> None:
    """Gives NumPy the names that it lacks; those that it has stay what they are."""
    import numpy

    found: dict[str, Any] = {old: getattr(builtins, new) for old, new in _TYPES.items()}
    found |= {old: getattr(numpy, new, None) for old, new in _RENAMED.items()}
    found |= {
        "NINF": -numpy.inf,
        "asscalar": lambda a: a.item(),
        "in1d": lambda ar1, ar2, *args, **kw: numpy.isin(numpy.ravel(ar1), ar2, *args, **kw),
    }
    for name, value in found.items():
        if value is not None and name not in vars(numpy):
            setattr(numpy, name, value)
    numpy.sum = _summing_generators(numpy.sum)


def _summing_generators(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's sum, which refuses generators today; it had Python sum them up."""

    @functools.wraps(function)
    def sum_(a: Any, *args: Any, **others: Any) -> Any:
        if isinstance(a, types.GeneratorType):
            return builtins.sum(a)
        return function(a, *args, **others)

    return sum_
