"""A traced graph, compiled piece by piece as it is asked for."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._call import Call
from tfspec.graph._cut import Piece, closure, cut
from tfspec.graph._function import Function
from tfspec.graph._kept_input import TAKES_INPUT
from tfspec.graph._lift import Lifted, StateStore, lift
from tfspec.graph._one_thread import can_have_one_thread
from tfspec.graph._trace import script_has_references
from tfspec.graph._uninitialized import check_initialized, values_given
from tfspec.graph._work import is_small

# A run of them may last until another thread's run lets it go on.
_MAY_WAIT = re.compile("Queue|Barrier|Stage|Stack|Accumulator|TakeGradient|Recv")
_VARIANT = tf.variant.as_datatype_enum
# Runs with these are steps, of which more will follow.
_REPEATED = re.compile(f"{TAKES_INPUT.pattern}|^Resource(Sparse)?Apply")
_TRIALS = 2  # runs after which it pays to prepare for many more
_BATCH = 64  # what stands for a size that nobody has seen yet

Flat = Callable[[Sequence[tf.Tensor]], Sequence[tf.Tensor]]


class Program:
    """Compiles pieces of one graph over one set of state.

    Every function it makes shares the state: what an initialization wrote, a train step
    reads. Safe to use from several threads.
    """

    def __init__(self, graph: tf.Graph) -> None:
        self.graph = graph
        self.state = StateStore()
        self.of_references = script_has_references()  # the script knows no other variables
        self._token = secrets.token_hex(8)
        self._lifted: Lifted | None = None
        self._library: set[str] = set()  # names of the functions that compiled ones call
        self._version = -1
        self._calls: dict[tuple, Flat] = {}
        self.batch = _BATCH
        self.loops: dict[tuple, Any] = {}  # the step loops over this program, by their step
        # Queue runners and hooks come from several threads; tracing is for one at a time.
        self.lock = threading.RLock()

    @property
    def lifted(self) -> Lifted:
        """The graph as it is now, less its state."""
        with self.lock:
            if self._lifted is None or self._version != self.graph.version:
                self._version = self.graph.version
                self._lifted = lift(self.graph.as_graph_def(), self._token)
                self._library.update(self._lifted.functions)
            return self._lifted

    def call(
        self, fetches: tuple[str, ...], targets: tuple[str, ...], feeds: tuple[str, ...] = ()
    ) -> Flat:
        """A function of the feeds' values that returns the fetches' values.

        Args:
          fetches: tensors, `op:index`, none of them fed.
          targets: names of ops to run besides.
          feeds: tensors, `op:index`.

        Returns:
          A function from eager tensors, one for each feed, to one for each fetch.
        """
        key = (fetches, targets, feeds)
        made = self._calls.get(key)
        if made is None:
            with self.lock:
                made = self._calls.get(key)
                if made is None:
                    made = self._calls[key] = self._compile(*key)
        return made

    def _compile(self, fetches, targets, feeds) -> Flat:
        piece = cut(self.lifted, fetches, targets, feeds)
        handles = self.handles(piece.handles)
        nodes = piece.graph_def.node
        if feeds:
            function = self.build(piece)
            used = [feeds.index(name) for name in piece.feeds]
            return self._noting(
                piece, lambda values: function([*handles, *(values[i] for i in used)], True)
            )
        small = self.is_small([node.name for node in nodes])
        repeated = any(_REPEATED.search(node.op) for node in nodes)
        function = self.build(piece, optimized=small and repeated)
        waits = any(_MAY_WAIT.search(node.op) for node in nodes)
        trials = None if waits else _TRIALS
        call = Call(function.name, handles, function.dtypes, small, trials, optimize=repeated)
        return self._noting(piece, lambda values, _keep=function: call())

    def _noting(self, piece: Piece, run: Flat) -> Flat:
        """`run` of a piece, after which it is known what variables have values."""
        given = values_given(piece)
        if not given:
            return run

        def noting(values: Sequence[tf.Tensor]) -> Sequence[tf.Tensor]:
            result = run(values)
            self.state.note_values(given)
            return result

        return noting

    def build(self, piece: Piece, optimized: bool = False) -> Function:
        """Compiles a piece to a function of handles and feeds, in this order.

        Args:
          piece: what to compute.
          optimized: see `Function`.

        Raises:
          tf.errors.FailedPreconditionError: if it reads a variable that has no value.
        """
        check_initialized(piece, self.lifted, self.state)
        with _tf.eager_mode():
            return Function(
                piece, lambda name: self.tensor(name).dtype, self.lifted.functions, optimized
            )

    def is_small(self, names: Sequence[str], batch: int | None = None) -> bool:
        """Whether there is so little to compute in some ops that one thread is best, and one
        thread may be taken for them.

        Args:
          names: of the ops.
          batch: what stands for sizes that are not known; the size seen last if None.
        """
        return can_have_one_thread() and is_small(self.graph, names, batch or self.batch)

    def handles(self, names: Sequence[str]) -> list[tf.Tensor]:
        """The resource handles that the named placeholders stand for."""
        lifted = self.lifted
        return [self.state.handle(name, lifted) for name in names]

    def tensor(self, name: str) -> tf.Tensor:
        """The graph's tensor of that name, `op:index`."""
        return self.graph.get_tensor_by_name(name)

    def read(self, variable: tf.Variable) -> Any:
        """A resource variable's value as it is now, a NumPy array or scalar."""
        with _tf.eager_mode():
            (handle,) = self.handles([variable.op.name])
            return tf.raw_ops.ReadVariableOp(resource=handle, dtype=variable.dtype).numpy()

    def all_have_values(self, op: str) -> bool:
        """Whether all that an op looks at are variables, and each of them has a value."""
        lifted = self.lifted
        used = [name for name in closure(lifted, [op]) if name in lifted.owners]
        return all(
            lifted.owners[name].op == "VarHandleOp" and self.state.has_value(name, lifted)
            for name in used
        )

    def device(self) -> str:
        """Name of the device on which the program's variables live, or the first device."""
        for name, owner in self.lifted.owners.items():
            if owner.op == "VarHandleOp" and owner.attr["dtype"].type != _VARIANT:
                return self.state.handle(name, self.lifted).device
        return tf.config.list_logical_devices()[0].name

    def close(self) -> None:
        """Frees the state and the compiled functions."""
        with self.lock:
            self._calls.clear()
            self.loops.clear()
            self.state.close()
            for name in self._library:
                _tf.forget_function(name)
            self._library.clear()
