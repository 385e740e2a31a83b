"""Drives a step through a `MonitoredSession`, as many steps a call as its hooks allow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._schedule import Schedule

v1 = tf.compat.v1


def drive(
    creator: FunctionSessionCreator,
    hooks: Iterable[v1.train.SessionRunHook],
    fetches: Sequence[tf.Tensor | tf.Operation],
    counter: tf.Variable,
) -> tuple[int, Any]:
    """Runs steps until a hook requests a stop or the input ends.

    Args:
      creator: makes the session.
      hooks: all hooks; what they fetch comes with the last step of each call.
      fetches: what makes up a step.
      counter: the int64 scalar that every step increments by one, by which hooks go. If it
        turns out to move otherwise, each call runs one step from then on.

    Returns:
      The number of calls, and the values of those of `fetches` that are tensors as of the
      last step, by name; none if there was no step.
    """
    hooks = tuple(hooks)
    calls = 0
    with v1.train.MonitoredSession(session_creator=creator, hooks=hooks) as monitored:
        stepper = _Stepper(creator, hooks, fetches, counter)
        try:
            while not monitored.should_stop():
                calls += 1
                stepper.step(monitored.run)
        finally:
            values = stepper.last_values()
    return calls, values


class _Stepper:
    """One call after the other, each as long as the hooks' schedule says."""

    def __init__(self, creator, hooks, fetches, counter) -> None:
        self._creator = creator
        self._fetches = list(fetches)
        self._counter = counter
        self._schedule = Schedule(hooks)
        self._values: dict[str, Any] = {}
        self._session = None

    def step(self, run: Callable[[Any], Any]) -> None:
        """Runs one call through `run`, the monitored session's."""
        schedule = self._schedule
        session = self._creator.session
        if not schedule.every_step and session is not self._session:
            # The first session, or one made after a recovery.
            self._at = int(session.program.read(self._counter))
            if schedule.ends_after_one(self._at):
                schedule.every_step = True  # a single step needs no loop
            else:
                session.define_step(self._fetches, schedule.watched)
                self._session = session
        if schedule.every_step:
            self._keep(run(self._fetches))
            return
        steps = schedule.next_steps(self._at)
        schedule.announce(steps)
        session.plan(steps, schedule.cut_short)
        before, started = self._at, time.perf_counter()
        self._keep(run(self._fetches))
        seconds = time.perf_counter() - started
        self._at = int(session.program.read(self._counter))
        schedule.observe(max(1, session.steps_done), seconds, self._at - before)

    def _keep(self, values: Sequence[Any]) -> None:
        self._values = {
            item.name: value for item, value in zip(self._fetches, values, strict=True)
            if isinstance(item, tf.Tensor)
        }

    def last_values(self) -> dict[str, Any]:
        """Values of the step's tensors at the last step, even of a call that failed."""
        if self._session is None:
            return self._values
        kept = self._session.last_values()
        return kept if all(value is not None for value in kept.values()) else self._values
