"""tf.contrib.framework.arg_scope: default arguments for functions, inside a block."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

_Scope = dict[str, dict[str, Any]]
_current: contextvars.ContextVar[_Scope | None] = contextvars.ContextVar("arg_scope", default=None)


def _key(function: Any) -> str:
    return getattr(function, "_key_op", None) or f"{function.__module__}.{function.__qualname__}"


def add_arg_scope(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a function so that `arg_scope` can set its arguments."""
    key = _key(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{**(_current.get() or {}).get(key, {}), **kwargs})

    call._key_op = key
    call._has_arg_scope = True
    return call


@contextlib.contextmanager
def arg_scope(functions_or_scope: Sequence[Any] | _Scope, **kwargs: Any) -> Iterator[_Scope]:
    """Sets arguments of functions inside the block.

    Args:
        functions_or_scope: the functions, each decorated with `add_arg_scope`; or what an earlier
            `with arg_scope(...) as scope` gave, to be in force again.
        **kwargs: the arguments.

    Yields:
        All arguments that are in force in the block, for use in another.

    Raises:
        TypeError, ValueError: not functions that are decorated, or arguments beside a scope.
    """
    if isinstance(functions_or_scope, dict):
        if kwargs:
            raise ValueError(
                "When attempting to re-use a scope by suppling a dictionary, kwargs must be empty. "
                f"Given: {sorted(kwargs)}"
            )
        scope = functions_or_scope
    elif isinstance(functions_or_scope, list | tuple):
        scope = {key: dict(arguments) for key, arguments in (_current.get() or {}).items()}
        for function in functions_or_scope:
            if not _is_decorated(function):
                raise ValueError(
                    f"{function} is not decorated with @add_arg_scope: its arguments can't be set"
                )
            scope.setdefault(_key(function), {}).update(kwargs)
    else:
        raise TypeError(
            "list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict), "
            f"not {type(functions_or_scope).__name__}"
        )
    token = _current.set(scope)
    try:
        with _slim_scope(functions_or_scope, kwargs):
            yield scope
    finally:
        _current.reset(token)


def _is_decorated(function: Any) -> bool:
    return getattr(function, "_has_arg_scope", False) or _is_slim(function)


def _is_slim(function: Any) -> bool:
    return getattr(function, "__module__", "").startswith("tf_slim")


def _slim_scope(functions: Any, kwargs: dict[str, Any]) -> contextlib.AbstractContextManager:
    """The same for functions of tf_slim, which keep their own record."""
    theirs = [f for f in functions if _is_slim(f)] if not isinstance(functions, dict) else []
    if not theirs:
        return contextlib.nullcontext()
    import tf_slim

    return tf_slim.arg_scope(theirs, **kwargs)
