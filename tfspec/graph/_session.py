"""A session that runs compiled functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._blame import blame
from tfspec.graph._loop import StepLoop
from tfspec.graph._program import Program
from tfspec.graph._session_config import apply_session_config
from tfspec.graph._step_stats import step_stats

_COMPILED_FUNCTION = re.compile(
    r"\{\{function_node [^}]*\}\} ?"
    r"| \[Op:\w*\](?: name: ?)?$"
)


class FunctionSession(_tf.SessionShell):
    """A `tf.compat.v1.Session` without a native session behind it.

    Hooks, savers, queue runners and `MonitoredSession` take it for what it claims to be:
    `run`, `make_callable`, `as_default`, `graph`, `close` keep their meaning, fetch and feed
    errors their type and wording. What is run is compiled once for each set of fetches and
    feeds, and works whether or not the program disabled eager execution.

    Args:
      graph: the graph to run; the default graph if None. It may grow later.
      config: a `ConfigProto`, or None; see `apply_session_config` for what of it counts.
      program: a `Program` over the same graph to run on, so that state is shared; a new one
        if None.
    """

    def __init__(
        self,
        graph: tf.Graph | None = None,
        config: Any = None,
        program: Program | None = None,
    ) -> None:
        super().__init__(graph, config)
        apply_session_config(config)
        self.program = program if program is not None else Program(self.graph)
        self._owns_program = program is None
        self.steps_done = 0
        self._step: StepLoop | None = None
        self._step_names: frozenset[str] = frozenset()
        self._planned: tuple[int, Callable[[int, int], None] | None] | None = None

    def _execute(
        self,
        targets: Sequence[tf.Operation],
        fetches: Sequence[tf.Tensor],
        feeds: dict[tf.Tensor, Any],
        options: Any,
        run_metadata: Any,
    ) -> list[Any]:
        fetches = [_readable(tensor) for tensor in fetches]
        try:
            with _tf.eager_mode():
                if run_metadata is None:
                    return self._run_flat(targets, fetches, feeds)
                with step_stats(options, run_metadata):
                    return self._run_flat(targets, fetches, feeds)
        except tf.errors.OpError as error:
            raise self._named(error, [*fetches, *targets]) from error.__cause__

    def _named(
        self, error: tf.errors.OpError, fetches: Sequence[tf.Tensor | tf.Operation]
    ) -> tf.errors.OpError:
        """The error, naming the op that failed but not the compiled function around it."""
        names = [item.op.name if isinstance(item, tf.Tensor) else item.name for item in fetches]
        error = blame(self.program, error, names)
        message = _COMPILED_FUNCTION.sub("", error.message)
        return type(error)(error.node_def, error.op, message)

    def explain(
        self, error: tf.errors.OpError, fetches: Sequence[tf.Tensor]
    ) -> tf.errors.OpError:
        """The error of a compiled function as `run` raises it: with the op and the user's line.

        Args:
          error: what the function raised.
          fetches: what it was to compute.
        """

        def fail() -> None:
            raise self._named(error, fetches) from error.__cause__

        try:
            self._do_call(fail)
        except tf.errors.OpError as explained:
            return explained
        return error

    def define_step(
        self, fetches: Sequence[tf.Tensor | tf.Operation], watch: Sequence[tf.Tensor] = ()
    ) -> None:
        """Says what a step is, so that `plan` can ask for many of them.

        Args:
          fetches: the tensors and ops that every run of a step fetches.
          watch: float tensors of the step; at the first NaN in one a run ends early.
        """
        fetches = list(dict.fromkeys(fetches))
        tensors = [item.name for item in fetches if isinstance(item, tf.Tensor)]
        ops = [item.name for item in fetches if isinstance(item, tf.Operation)]
        watched = list(dict.fromkeys(tensor.name for tensor in watch))
        key = (tuple(tensors), tuple(ops), tuple(watched))
        loops = self.program.loops
        if key not in loops:
            loops[key] = StepLoop(self.program, *key)
        self._step = loops[key]
        self._step_names = frozenset([*tensors, *ops])

    def plan(self, steps: int, cut_short: Callable[[int, int], None] | None = None) -> None:
        """Makes the next run that fetches the whole step run `steps` of them.

        What it fetches besides is computed with the last step, whose values it returns. A run
        with feeds runs one step.

        Args:
          steps: how many, at least 1.
          cut_short: called with `steps` and the number of steps run where the latter is
            smaller, before anybody sees the run's values.
        """
        self._planned = (steps, cut_short)
        self.steps_done = 0

    def last_values(self) -> dict[str, Any]:
        """The step's fetches by name at the last step that succeeded, None before."""
        return self._step.last()

    def _run_flat(self, targets, fetches, feeds) -> list[Any]:
        late = self._read_late(fetches, feeds) if self.program.of_references else ()
        if late and (targets or len(late) < len(fetches)):
            first = {tensor.name: tensor for tensor in fetches if tensor.name not in late}
            values = dict(
                zip(first, self._run_at_once(targets, first.values(), feeds), strict=True)
            )
            values.update(zip(late, self._run_at_once((), late.values(), {}), strict=True))
            return [values[tensor.name] for tensor in fetches]
        return self._run_at_once(targets, fetches, feeds)

    def _read_late(self, fetches, feeds) -> dict[str, tf.Tensor]:
        """Those fetches, by name, that are a variable's value.

        A reference variable's shares its memory, so that a run that writes the variable returns
        what it wrote, not what the variable was: the first step logs `step = 1`.
        """
        given = self._step_names.union(tensor.name for tensor in feeds)
        return {
            tensor.name: tensor
            for tensor in fetches
            if tensor.name not in given and _is_a_variables_value(tensor)
        }

    def _run_at_once(self, targets, fetches, feeds) -> list[Any]:
        if feeds:
            return self._run_fed(targets, fetches, feeds)
        tensors = tuple([tensor.name for tensor in fetches])
        ops = tuple([op.name for op in targets])
        if self._planned and self._step_names.issubset((*tensors, *ops)):
            return self._run_planned(tensors, ops)
        return [value.numpy() for value in self.program.call(tensors, ops)(())]

    def _run_planned(self, tensors: tuple[str, ...], ops: tuple[str, ...]) -> list[Any]:
        (steps, cut_short), self._planned = self._planned, None
        extras = [name for name in (*tensors, *ops) if name not in self._step_names]
        done, values = self._step.run(steps, extras)
        self.steps_done = done
        if done < steps and cut_short is not None:
            cut_short(steps, done)
        return [values[name].numpy() for name in tensors]

    def _run_fed(self, targets, fetches, feeds) -> list[Any]:
        if self._planned:
            self._planned, self.steps_done = None, 1
        fed = {tensor.name: value for tensor, value in feeds.items()}
        names = tuple(tensor.name for tensor in fetches if tensor.name not in fed)
        call = self.program.call(names, tuple(op.name for op in targets), tuple(fed))
        values = [tf.constant(value, tensor.dtype) for tensor, value in feeds.items()]
        computed = dict(zip(names, (value.numpy() for value in call(values)), strict=True))
        return [
            fed[tensor.name] if tensor.name in fed else computed[tensor.name]
            for tensor in fetches
        ]

    def close(self) -> None:
        """Frees the state that the session made; running anything afterwards fails."""
        if not self._closed:
            super().close()
            if self._owns_program:
                self.program.close()


def _is_a_variables_value(tensor: tf.Tensor) -> bool:
    """Whether a tensor is what is read of a variable, by an op that waits for nothing."""
    op = tensor.op
    while op.type == "Identity" and not op.control_inputs:
        op = op.inputs[0].op
    return op.type == "ReadVariableOp" and not op.control_inputs


def _readable(tensor: tf.Tensor) -> tf.Tensor:
    """A variable's value where its handle is fetched.

    Scripts fetch `"w:0"`, which was the value while variables were references; a resource
    variable calls its handle so.
    """
    if tensor.dtype == tf.resource and tensor.op.type == "VarHandleOp":
        for op in tensor.consumers():
            if op.name == f"{tensor.op.name}/Read/ReadVariableOp":
                return op.outputs[0]
    return tensor
