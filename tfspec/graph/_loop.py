"""Many steps in one call."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._call import Call
from tfspec.graph._cut import Piece, closure, cut, op_of
from tfspec.graph._kept_input import TAKES_INPUT
from tfspec.graph._program import Program
from tfspec.graph._segments import Extra, group, split
from tfspec.graph._variables import Kept, Order

_LIKELY_BATCHES = (1, 4096)


class StepLoop:
    """A step of a program, compiled into a loop.

    Args:
      program: the program.
      fetches: tensors of the step, `op:index`; the last step's values are returned.
      targets: names of the step's other ops.
      watch: float tensors of the step; the loop ends with the step at which one is NaN.
    """

    def __init__(
        self,
        program: Program,
        fetches: Sequence[str],
        targets: Sequence[str],
        watch: Sequence[str] = (),
    ) -> None:
        self._program = program
        self._fetches = tuple(fetches)
        self._targets = tuple(targets)
        self._watch = tuple(watch)
        self._step = closure(program.lifted, [*map(op_of, self._fetches), *self._targets])
        self._groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._extras: dict[tuple[str, ...], Extra] = {}
        self._call = None
        self._batch: int | None = None  # as it was in the first step
        self._inputs = _inputs_of_unknown_size(program, self._step)
        self._seen = Kept(tf.int32, [])
        tensors = map(program.tensor, self._fetches)
        self._kept = [Kept(tensor.dtype, tensor.shape) for tensor in tensors]

    def run(self, steps: int, extras: Sequence[str] = ()) -> tuple[int, dict[str, Any]]:
        """Runs up to `steps` steps.

        Args:
          steps: how many, at least one. Fewer are run if a watched tensor becomes NaN.
          extras: tensors and ops to run besides with the last step.

        Returns:
          The number of steps run, and eager tensors by name: the step's fetches and the
          tensors among `extras`, as of the last step. Extras that are not part of the step
          mean nothing if fewer steps were run than asked for.

        Raises:
          tf.errors.OpError: what a step raised. All steps before it have been applied, and
            `last()` tells their values.
        """
        with self._program.lock:
            groups = self._groups_of(tuple(extras))
            if self._call is None or any(names not in self._extras for names in groups):
                self._compile(groups)
        with _tf.eager_mode():
            self._order.write([steps, *(names in groups for names in self._flagged)])
            done, *values = self._call()
            done = int(done)
        if self._batch is None and self._inputs:
            self._look_at_batch()
        return done, dict(zip(self._returned, values, strict=True))

    def _groups_of(self, extras: tuple[str, ...]) -> list[tuple[str, ...]]:
        if extras not in self._groups:
            self._groups[extras] = group(self._program, self._step, extras)
        return self._groups[extras]

    def last(self) -> dict[str, Any]:
        """The values of the step's fetches at the last step that succeeded, None before."""
        values = [kept.read() for kept in self._kept]
        return {
            name: None if value is None else value.numpy()
            for name, value in zip(self._fetches, values, strict=True)
        }

    def _look_at_batch(self) -> None:
        """Has the pool run the step if the batches turn out so large that this is better."""
        self._batch = self._program.batch = int(self._seen.read())
        if not self._program.is_small(self._step):
            self._call.use_pool()

    # Compilation.

    def _compile(self, groups: list[tuple[str, ...]]) -> None:
        extras = dict(self._extras)
        for names in groups:
            if names not in extras:
                extras[names] = split(self._program, self._step, names)
        all_extras = list(extras.values())
        carried = dict.fromkeys(name for extra in all_extras for name in extra.carried)
        carried.update(dict.fromkeys([*self._watch, *self._inputs]))
        self._outputs = tuple(dict.fromkeys([*self._fetches, *carried]))
        self._flagged = [extra.names for extra in all_extras if not extra.cheap]
        self._order = Order(1 + len(self._flagged))
        self._returned = tuple(dict.fromkeys(
            [*self._fetches, *(name for extra in all_extras for name in extra.tensors)]
        ))
        small = self._program.is_small(self._step)
        parts = _Parts(self._program, optimized=small)
        step = parts.add(cut(self._program.lifted, self._outputs, self._targets))
        around = [
            (extra, *(piece and parts.add(piece) for piece in (extra.before, extra.after)))
            for extra in all_extras
        ]
        handles = [
            *self._program.handles(parts.handles),
            *(kept.handle for kept in self._kept),
            self._seen.handle,
            self._order.handle,
        ]
        with _tf.eager_mode():
            function = self._trace(parts, step, around, len(handles))
        dtypes = [tensor.dtype for tensor in function.outputs]
        name = tf.compat.as_str(function.name)
        self._call = Call(name, handles, dtypes, small)
        self._function = function  # which lives as long as this
        self._extras = extras
        self._parts = parts  # the loop calls their functions by name

    def _trace(self, parts: _Parts, step: int, around: list, handles: int):
        """Builds the loop: before-parts, step, after-parts, until the count is reached."""
        program, returned = self._program, self._returned
        shapes = [program.tensor(name).shape for name in returned]

        def loop(*arguments):
            *state, seen, order = arguments
            count, *flags = self._order.read(order)
            due = {
                names: tf.cast(flag, tf.bool)
                for names, flag in zip(self._flagged, flags, strict=True)
            }

            def body(i, stop, *values):
                last = tf.equal(i + 1, count)
                now = {name: tf.logical_and(last, flag) for name, flag in due.items()}
                named = dict(zip(returned, values, strict=True))
                computed = self._body(parts, state, step, around, now, named)
                if self._inputs:
                    sizes = [tf.shape(computed[name])[0] for name in self._inputs]
                    self._seen.write(seen, tf.reduce_max(sizes) if sizes[1:] else sizes[0])
                stop = self._is_nan(named) if self._watch else stop
                return (i + 1, stop, *(named[name] for name in returned))

            start = [_zeros(program.tensor(name)) for name in returned]
            results = tf.while_loop(
                lambda i, stop, *_: tf.logical_and(i < count, tf.logical_not(stop)),
                body,
                (tf.constant(0), tf.constant(False), *start),
                shape_invariants=(tf.TensorShape([]), tf.TensorShape([]), *shapes),
                parallel_iterations=1,  # a step begins when the one before it has ended
            )
            return [results[0], *results[2:]]

        signature = [tf.TensorSpec([], tf.resource)] * handles
        return tf.function(loop, autograph=False).get_concrete_function(*signature)

    def _body(self, parts, state, step, around, now, named) -> dict[str, tf.Tensor]:
        """One step: writes the values of everything that is returned into `named`.

        Returns:
          All that the step itself computed.
        """
        early: dict[tuple[str, ...], dict[str, tf.Tensor]] = {}
        for extra, before, _ in around:
            if before is not None:
                early[extra.names] = self._maybe(
                    now.get(extra.names), parts, before, state, {}, otherwise=named
                )
        known = [value for values in early.values() for value in values.values()]
        with tf.control_dependencies(known):
            computed = parts.run(step, state, {})
        named.update({name: computed[name] for name in self._fetches})
        named.update({name: computed[name] for name in self._watch})
        for kept, name in zip(self._kept, self._fetches, strict=True):
            position = self._fetches.index(name) + len(parts.handles)
            kept.write(state[position], computed[name])
        for extra, _, after in around:
            given = {**computed, **early.get(extra.names, {})}
            if after is not None:
                given.update(self._maybe(
                    now.get(extra.names), parts, after, state, given, otherwise=named
                ))
            named.update({name: given[name] for name in extra.tensors})
        return computed

    def _maybe(self, flag, parts, number, state, feeds, otherwise):
        """Runs a part if `flag` (a scalar, or None for always) says so; as `_Parts.run`."""
        if flag is None:
            return parts.run(number, state, feeds)
        fetches = parts.piece(number).fetches

        def compute():
            values = parts.run(number, state, feeds)
            return [*(values[name] for name in fetches), tf.constant(True)]

        def skip():
            kept = [
                otherwise[name] if name in otherwise else _zeros(self._program.tensor(name))
                for name in fetches
            ]
            return [*kept, tf.constant(False)]  # a part of ops alone has nothing to return

        *values, _ = tf.cond(flag, compute, skip)
        return dict(zip(fetches, values, strict=True))

    def _is_nan(self, named: dict[str, tf.Tensor]) -> tf.Tensor:
        found = [tf.reduce_any(tf.math.is_nan(named[name])) for name in self._watch]
        return tf.reduce_any(tf.stack(found)) if len(found) > 1 else found[0]


class _Parts:
    """The compiled parts of a loop and the state that they share.

    Args:
      program: what they are parts of.
      optimized: see `Function`.
    """

    def __init__(self, program: Program, optimized: bool) -> None:
        self._program = program
        self._optimized = optimized
        self._parts: list[tuple[Piece, Any, list[int]]] = []
        self.handles: list[str] = []

    def add(self, piece: Piece) -> int:
        """Compiles a piece; returns its number."""
        for name in piece.handles:
            if name not in self.handles:
                self.handles.append(name)
        places = [self.handles.index(name) for name in piece.handles]
        self._parts.append((piece, self._program.build(piece, self._optimized), places))
        return len(self._parts) - 1

    def piece(self, number: int) -> Piece:
        return self._parts[number][0]

    def run(
        self, number: int, state: Sequence[tf.Tensor], feeds: dict[str, tf.Tensor]
    ) -> dict[str, tf.Tensor]:
        """Calls a part inside a function being traced; returns its fetches by name."""
        piece, function, places = self._parts[number]
        arguments = [state[place] for place in places]
        values = function.trace([*arguments, *(feeds[name] for name in piece.feeds)])
        named = dict(zip(piece.fetches, values, strict=True))
        for name, value in named.items():
            # The piece does not know the shapes of the variables behind its handles.
            value.set_shape(self._program.tensor(name).shape)
        return named


def _inputs_of_unknown_size(program: Program, step: Collection[str]) -> list[str]:
    """Inputs of a step whose sizes have to be seen to know how much there is to compute.

    Returns:
      Tensors, `op:index`, whose first size is that of the batch; none if all sizes are known,
      or if it makes no difference what they are.
    """
    small, large = (program.is_small(step, batch) for batch in _LIKELY_BATCHES)
    if small == large:
        return []
    found = []
    for name in step:
        if TAKES_INPUT.search(program.lifted.nodes[name].op):
            unknown = (
                tensor.name
                for tensor in program.graph.get_operation_by_name(name).outputs
                if tensor.shape.rank and tensor.shape[0] is None
            )
            found += itertools.islice(unknown, 1)
    return found


def _zeros(tensor: tf.Tensor) -> tf.Tensor:
    """Something of a graph tensor's dtype and rank to stand for no value yet."""
    if tensor.shape.rank is None:
        return tf.zeros([0], tensor.dtype)
    return tf.zeros([0 if size is None else size for size in tensor.shape], tensor.dtype)
