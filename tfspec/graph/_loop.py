"""Many steps in one call."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Collection, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._call import Call
from tfspec.graph._cut import Piece, closure, cut, op_of
from tfspec.graph._kept_input import TAKES_INPUT
from tfspec.graph._program import Program
from tfspec.graph._segments import Extra, group, split
from tfspec.graph._step_body import LoopWriter, Part, Plan
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
        self._kept = {tensor.name: Kept(tensor.dtype, tensor.shape) for tensor in tensors}

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
        values = {name: kept.read() for name, kept in self._kept.items()}
        return {
            name: None if value is None else value.numpy() for name, value in values.items()
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
        outputs = tuple(dict.fromkeys([*self._fetches, *carried]))
        flagged = [extra.names for extra in all_extras if not extra.cheap]
        order = Order(1 + len(flagged))
        returned = tuple(dict.fromkeys(
            [*self._fetches, *(name for extra in all_extras for name in extra.tensors)]
        ))
        small = self._program.is_small(self._step)
        parts = _Parts(self._program, optimized=small)
        step = parts.add(cut(self._program.lifted, outputs, self._targets))
        around = [
            (extra, *(piece and parts.add(piece) for piece in (extra.before, extra.after)))
            for extra in all_extras
        ]
        kept = [self._kept[name].handle for name in self._fetches]
        handles = [
            *self._program.handles(parts.handles), *kept, self._seen.handle, order.handle
        ]
        plan = Plan(
            step, around, returned, self._kept, self._watch, self._inputs, self._seen, order,
            flagged, len(handles),
        )
        with _tf.eager_mode():
            names = LoopWriter(plan, lambda name: self._program.tensor(name).dtype).write()
        dtypes = [tf.int32, *(self._program.tensor(name).dtype for name in returned)]
        self._call = Call(names[0], handles, dtypes, small)
        for name in names:
            weakref.finalize(self._call, _tf.forget_function, name)
        self._order, self._flagged, self._returned = order, flagged, returned
        self._extras = extras
        self._plan = plan  # the loop calls the functions of its parts by name


class _Parts:
    """Compiles the parts of a loop, which share state.

    Args:
      program: what they are parts of.
      optimized: see `Function`.
    """

    def __init__(self, program: Program, optimized: bool) -> None:
        self._program = program
        self._optimized = optimized
        self._places: dict[str, int] = {}

    @property
    def handles(self) -> list[str]:
        """Names of the state of all parts, in the order of the loop's handles."""
        return list(self._places)

    def add(self, piece: Piece) -> Part:
        """Compiles a piece."""
        places = [self._places.setdefault(name, len(self._places)) for name in piece.handles]
        function = self._program.build(piece, self._optimized)
        return Part(function, tuple(places), piece.feeds, piece.fetches)


def _inputs_of_unknown_size(program: Program, step: Collection[str]) -> tuple[str, ...]:
    """Inputs of a step whose sizes have to be seen to know how much there is to compute.

    Returns:
      Tensors, `op:index`, whose first size is that of the batch; none if all sizes are known,
      or if it makes no difference what they are.
    """
    small, large = (program.is_small(step, batch) for batch in _LIKELY_BATCHES)
    if small == large:
        return ()
    found = []
    for name in step:
        if TAKES_INPUT.search(program.lifted.nodes[name].op):
            unknown = (
                tensor.name
                for tensor in program.graph.get_operation_by_name(name).outputs
                if tensor.shape.rank and tensor.shape[0] is None
            )
            found += itertools.islice(unknown, 1)
    return tuple(found)

