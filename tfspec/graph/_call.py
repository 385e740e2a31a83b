"""How a compiled function is called.

Either the runtime's pool of threads runs it, op by op as they become ready, or one thread from
end to end. Which is better depends on how much there is to compute; see `_work`.
"""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._flatten import CannotBeFlat
from tfspec.graph._one_thread import OneThread, threads


class Call:
    """Calls a function that takes nothing but resource handles.

    Args:
      name: of the function, which somebody else keeps.
      handles: the handles.
      dtypes: of what it returns.
      small: whether there is so little to compute that one thread is faster than many.
      trials: how often the pool runs it before one thread does: preparing that pays where a
        function is called again and again. None for always.
      optimize: whether the runtime is to optimize it before its first run by the pool, if
        that is not small: it takes longer than it saves where there will be few runs.
    """

    def __init__(
        self,
        name: str,
        handles: Sequence[tf.Tensor],
        dtypes: Sequence[tf.DType],
        small: bool,
        trials: int | None = 0,
        optimize: bool = True,
    ) -> None:
        self._name, self._handles, self._dtypes = name, list(handles), list(dtypes)
        self._optimize = optimize and not small
        self._trials = trials if small and handles else None
        self._single: OneThread | None = None

    def __call__(self) -> Sequence[tf.Tensor]:
        """Runs the function, while executing eagerly; returns what it returns.

        Raises:
          tf.errors.OpError: what an op raised.
        """
        single = self._single or self._prepared()
        if single is not None and threads.take():
            try:
                return single()
            finally:
                threads.give_back()
        return _tf.call_function(
            self._name, self._handles, len(self._dtypes), optimize=self._optimize
        )

    def _prepared(self) -> OneThread | None:
        """What runs it in one thread, once it has been tried often enough."""
        if self._trials is None:
            return None
        if self._trials > 0:
            self._trials -= 1
            return None
        try:
            self._single = OneThread(self._name, self._handles, self._dtypes)
        except CannotBeFlat:
            pass
        self._trials = None
        return self._single

    def use_pool(self) -> None:
        """Has the pool run the function from now on, as one that is not small."""
        self._single = self._trials = None
        self._optimize = True
