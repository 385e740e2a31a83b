"""Writes the loop around a step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

import tensorflow as tf

from tfspec.graph._flatten import LOWERING
from tfspec.graph._function import Function
from tfspec.graph._segments import Extra
from tfspec.graph._variables import Kept, Order
from tfspec.graph._writer import Called, Node, Writer


@dataclasses.dataclass(frozen=True)
class Part:
    """A compiled part of a step.

    Attributes:
      function: what it is compiled to.
      handles: the places of its handles among those of the loop.
      feeds: names of the tensors that it takes, `op:index`.
      fetches: names of the tensors that it gives.
    """

    function: Function
    handles: tuple[int, ...]
    feeds: tuple[str, ...]
    fetches: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a loop does, and with what.

    Attributes:
      step: the step.
      around: what is fetched besides, each with the parts before and after the step.
      returned: names of the tensors whose last values the loop returns.
      kept: where the values of some of the step's tensors are kept, by name.
      watch: float tensors of the step; the loop ends when one is NaN.
      inputs: tensors of the step whose largest first size is written to `seen`.
      seen: see `inputs`.
      order: how many steps to run, and whether each of `flagged` is wanted with the last.
      flagged: those of `around` that run with the last step only.
      handles: how many handles the loop takes: those of the parts, then those of `kept`,
        `seen` and `order`.
    """

    step: Part
    around: Sequence[tuple[Extra, Part | None, Part | None]]
    returned: tuple[str, ...]
    kept: dict[str, Kept]
    watch: tuple[str, ...]
    inputs: tuple[str, ...]
    seen: Kept
    order: Order
    flagged: Sequence[tuple[str, ...]]
    handles: int


class LoopWriter:
    """Writes a loop of steps: before-parts, step, after-parts, until the count is reached.

    Each part waits for the one before it, as everything in a session's run waited for the run
    before.

    Args:
      plan: what to write.
      dtype_of: the dtype of the tensor of a name.
    """

    def __init__(self, plan: Plan, dtype_of: Callable[[str], tf.DType]) -> None:
        self._plan = plan
        self._dtype_of = dtype_of
        self._dtypes = [dtype_of(name) for name in plan.returned]
        self._carried = [
            tf.int32, tf.bool, *self._dtypes, tf.int32, *[tf.bool] * len(plan.flagged),
            *[tf.resource] * plan.handles,
        ]
        self._written: list[str] = []

    def write(self) -> list[str]:
        """Makes the loop known to the runtime.

        Returns:
          The name of a function that takes the handles and returns the number of steps, int32,
          and the tensors of `returned`; then those of all functions written for it.
        """
        plan, loop = self._plan, Writer("loop", [tf.resource] * self._plan.handles)
        count, *flags = plan.order.read(loop, loop.arguments[-1])
        flags = [loop.add("Cast", [flag], SrcT=tf.int32, DstT=tf.bool).output for flag in flags]
        start = [loop.constant(0), loop.constant(False, tf.bool)]
        start += [loop.nothing(dtype) for dtype in self._dtypes]
        node = loop.add(
            "While", [*start, count, *flags, *loop.arguments], name="while", T=self._carried,
            cond=Called(self._condition()), body=Called(self._body()), parallel_iterations=1,
            **{LOWERING: True},
        )
        results = [node.outputs[0], *node.outputs[2:2 + len(self._dtypes)]]
        self._written.append(loop.define(results, [tf.int32, *self._dtypes], [node]))
        return self._written[::-1]

    def _condition(self) -> str:
        more = Writer("more", self._carried)
        i, stop = more.arguments[:2]
        less = more.add("Less", [i, more.arguments[2 + len(self._dtypes)]], T=tf.int32)
        going = more.add("LogicalNot", [stop])
        both = more.add("LogicalAnd", [less.output, going.output])
        self._written.append(more.define([both.output], [tf.bool], []))
        return self._written[-1]

    def _body(self) -> str:
        plan, body = self._plan, Writer("body", self._carried)
        i, stop, *rest = body.arguments
        values, (count, *rest) = rest[:len(self._dtypes)], rest[len(self._dtypes):]
        flags, state = rest[:len(plan.flagged)], rest[len(plan.flagged):]
        following = body.add("AddV2", [i, body.constant(1)], T=tf.int32).output
        last = body.add("Equal", [following, count], T=tf.int32).output
        now = {
            names: body.add("LogicalAnd", [last, flag]).output
            for names, flag in zip(plan.flagged, flags, strict=True)
        }
        named = dict(zip(plan.returned, values, strict=True))
        ran, computed = self._parts(body, state, now, named)
        if plan.inputs:
            ran.append(plan.seen.write(body, state[-2], self._largest(body, computed)))
        if plan.watch:
            stop = self._any_nan(body, computed)
        results = [following, stop, *(named[name] for name in plan.returned), count, *flags]
        self._written.append(body.define([*results, *state], self._carried, ran))
        return self._written[-1]

    def _parts(
        self, body: Writer, state: Sequence[str], now: dict, named: dict[str, str]
    ) -> tuple[list[Node], dict[str, str]]:
        """One step: puts the values of everything that is returned into `named`.

        Returns:
          What has to run, and all that the step itself computed.
        """
        plan = self._plan
        ran: list[Node] = []
        early: dict[tuple[str, ...], dict[str, str]] = {}

        def run(part: Part, flag: str | None, feeds: dict[str, str]) -> dict[str, str]:
            node = self._maybe(body, part, flag, state, feeds, named, ran[-1:])
            ran.append(node)
            return dict(zip(part.fetches, node.outputs, strict=True))

        for extra, before, _ in plan.around:
            if before is not None:
                early[extra.names] = run(before, now.get(extra.names), {})
        computed = run(plan.step, None, {})
        step = ran[-1]
        named.update({name: computed[name] for name in named.keys() & computed.keys()})
        first = plan.handles - 2 - len(plan.kept)
        keeps = [  # only when all of the step has succeeded
            kept.write(body, state[first + index], computed[name], [step])
            for index, (name, kept) in enumerate(plan.kept.items())
        ]
        for extra, _, after in plan.around:
            given = {**computed, **early.get(extra.names, {})}
            if after is not None:
                given.update(run(after, now.get(extra.names), given))
            named.update({name: given[name] for name in extra.tensors})
        return [*ran, *keeps], computed

    def _maybe(
        self,
        body: Writer,
        part: Part,
        flag: str | None,
        state: Sequence[str],
        feeds: dict[str, str],
        otherwise: dict[str, str],
        after: Iterable[Node],
    ) -> Node:
        """Runs a part if `flag` says so, or None is its name; what it gives else means nothing
        but for what has a value in `otherwise`."""
        arguments = [*(state[place] for place in part.handles), *(feeds[n] for n in part.feeds)]
        if flag is None:
            return part.function.write(body, arguments, after)
        old = {name: otherwise[name] for name in part.fetches if name in otherwise}
        types = [*part.function.takes, *map(self._dtype_of, old)]
        dtypes = part.function.dtypes
        then = Writer("then", types)
        call = part.function.write(then, then.arguments[:len(arguments)])
        skip = Writer("else", types)
        kept = dict(zip(old, skip.arguments[len(arguments):], strict=True))
        values = [
            kept[name] if name in kept else skip.nothing(dtype)
            for name, dtype in zip(part.fetches, dtypes, strict=True)
        ]
        branches = then.define(call.outputs, dtypes, [call]), skip.define(values, dtypes, [])
        self._written += branches
        return body.add(
            "If", [flag, *arguments, *old.values()], after, name="if", Tcond=tf.bool, Tin=types,
            Tout=dtypes, then_branch=Called(branches[0]), else_branch=Called(branches[1]),
            **{LOWERING: True},
        )

    def _largest(self, body: Writer, computed: dict[str, str]) -> str:
        """The largest first size of the inputs, an int32 scalar."""
        bounds = [body.constant(bound) for bound in ([0], [1], [1])]
        sizes = []
        for name in self._plan.inputs:
            shape = body.add("Shape", [computed[name]], T=self._dtype_of(name))
            sizes.append(body.add(
                "StridedSlice", [shape.output, *bounds], T=tf.int32, Index=tf.int32,
                shrink_axis_mask=1,
            ).output)
        largest = sizes[0]
        for size in sizes[1:]:
            largest = body.add("Maximum", [largest, size], T=tf.int32).output
        return largest

    def _any_nan(self, body: Writer, computed: dict[str, str]) -> str:
        """Whether any watched tensor has a NaN, a bool scalar."""
        found = []
        for name in self._plan.watch:
            flat = body.add(
                "Reshape", [computed[name], body.constant([-1])], T=self._dtype_of(name)
            )
            nan = body.add("IsNan", [flat.output], T=self._dtype_of(name))
            found.append(body.add("Any", [nan.output, body.constant(0)]).output)
        any_of = found[0]
        for other in found[1:]:
            any_of = body.add("LogicalOr", [any_of, other]).output
        return any_of
