"""tf.contrib.framework: branches that may be known already, and names of scopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


def smart_constant_value(pred: Any) -> bool | None:
    """What is known of a bool, 0, 1 or a tensor of bool; None for nothing.

    Raises:
        TypeError: anything else.
    """
    if isinstance(pred, tf.Tensor):
        value = tf.get_static_value(pred)
        return None if value is None else bool(value)
    if isinstance(pred, bool) or pred in (0, 1):
        return bool(pred)
    raise TypeError(
        "`pred` must be a Tensor, or a Python bool, or 1 or 0. "
        f"Found instead: {type(pred)}"
    )


def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """`tf.cond`, or what one of the functions returns where it is known which.

    Raises:
        TypeError: a function isn't one.
    """
    for what, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(f"`{what}` must be callable.")
    known = smart_constant_value(pred)
    if known is None:
        return v1.cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()


def smart_case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    name: str = "smart_case",
) -> Any:
    """`tf.case`, or what one function returns where it is known that its turn comes."""
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    open_pairs: list[Any] = []
    for pred, function in pairs:
        known = smart_constant_value(pred)
        if known is None:
            open_pairs.append((pred, function))
        elif known:
            if not open_pairs:
                return function()
            default = function
            break
    if not open_pairs:
        return default()
    return v1.case(open_pairs, default, exclusive, name=name)


def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """A name in a scope; the marks of control inputs and locations stay in front."""
    if not import_scope:
        return name
    front, rest = _marked(name, ("^", "loc:@"))
    return f"{front}{import_scope.rstrip('/')}/{rest}"


def strip_name_scope(name: str, export_scope: str | None) -> str:
    """A name without the scope that it is in."""
    if not export_scope:
        return name
    front, rest = _marked(name, ("^", "loc:@"))
    return front + rest.removeprefix(f"{export_scope.rstrip('/')}/")


def _marked(name: str, marks: Sequence[str]) -> tuple[str, str]:
    mark = next((mark for mark in marks if name.startswith(mark)), "")
    return mark, name.removeprefix(mark)
