"""How many steps may pass before a hook must see one.

A hook that TensorFlow ships acts at steps, or times, that can be known in advance. Any other
hook that looks at runs is shown every step, unless it says itself when it wants to see one,
by a method `steps_until_due(global_step, seconds_per_step) -> int`.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import tensorflow as tf

from tfspec import _tf

_train = tf.compat.v1.train

# A call can't be interrupted and no clock is read inside it.
MAX_SECONDS = 0.4
_FIRST_STEPS = 8
_GROWTH = 8

NEVER = 1 << 30


def steps_until_timer(timer: Any, step: int, seconds_per_step: float) -> int:
    """Steps until `timer` triggers if the next step has number `step`; at least 1."""
    if _tf.never_triggers(timer):
        return NEVER
    if not isinstance(timer, _train.SecondOrStepTimer):
        return 1
    seconds, steps, last_time = _tf.timer_period(timer)
    last_step = timer.last_triggered_step()
    if last_step is None:
        return 1
    if steps is not None:
        return max(1, last_step + steps - step + 1)
    left = last_time + seconds - time.time()
    return max(1, math.ceil(left / seconds_per_step)) if seconds_per_step else 1


def _by_counter(kind: type) -> Callable[[Any, int, float], int]:
    """For hooks that number their own runs."""

    def due(hook: Any, global_step: int, seconds_per_step: float) -> int:
        step = _tf.run_counter(kind, hook)
        if step is None:
            return 1
        return steps_until_timer(_tf.hook_field(hook, "timer"), step, seconds_per_step)

    return due


def _alone(kind: type) -> Callable[[Any, int, float], int]:
    """For hooks whose run is traced, in which there should be no other step."""
    due = _by_counter(kind)
    return lambda hook, step, seconds: max(1, due(hook, step, seconds) - 1)


def _by_global_step(hook: Any, global_step: int, seconds_per_step: float) -> int:
    """For hooks that look at the global step after a run."""
    return steps_until_timer(_tf.hook_field(hook, "timer"), global_step + 1, seconds_per_step)


def _stop_at_step(hook: Any, global_step: int, seconds_per_step: float) -> int:
    last = _tf.hook_field(hook, "stop step")
    return 1 if last is None else max(1, last - global_step)


def _waiter(hook: Any, global_step: int, seconds_per_step: float) -> int:
    return NEVER if _tf.hook_field(hook, "has started") else 1


def _never(hook: Any, global_step: int, seconds_per_step: float) -> int:
    return NEVER


def _eval_progress(hook: Any, global_step: int, seconds_per_step: float) -> int:
    """For the hook that ends an evaluation; `global_step` counts evaluation steps here."""
    total, frequency = _tf.eval_progress(hook)
    if total is None:
        return 1
    return max(1, min(total - global_step, frequency - global_step % frequency))


_SHIPPED: dict[type, Callable[[Any, int, float], int]] = {
    _train.LoggingTensorHook: _by_counter(_train.LoggingTensorHook),
    _train.SummarySaverHook: _by_counter(_train.SummarySaverHook),
    _train.ProfilerHook: _alone(_train.ProfilerHook),
    _train.StepCounterHook: _by_global_step,
    _train.CheckpointSaverHook: _by_global_step,
    _train.StopAtStepHook: _stop_at_step,
    _train.NanTensorHook: _never,  # the loop watches the tensor for it
    _train.GlobalStepWaiterHook: _waiter,
    _train.FinalOpsHook: _never,
}


def _defines(hook: Any, name: str, kind: type) -> bool:
    """Whether a hook's class overrides a method of `kind`."""
    return getattr(type(hook), name, None) is not getattr(kind, name)


def shipped_kind(hook: Any) -> type | None:
    """The shipped class whose schedule a hook follows, None for one of its own making."""
    for kind in _SHIPPED:
        if isinstance(hook, kind) and not (
            _defines(hook, "before_run", kind) or _defines(hook, "after_run", kind)
        ):
            return kind
    if _tf.eval_progress(hook) is not None:
        return type(hook)
    base = _train.SessionRunHook
    if not (_defines(hook, "before_run", base) or _defines(hook, "after_run", base)):
        return base
    return None


def _due(hook: Any) -> Callable[[int, float], int] | None:
    """A function of global step and speed; None if the hook must see every step."""
    own = getattr(hook, "steps_until_due", None)
    if own is not None:
        return own
    kind = shipped_kind(hook)
    if kind is None:
        return None
    if kind is _train.SessionRunHook:
        return lambda global_step, seconds: NEVER
    rule = _SHIPPED.get(kind, _eval_progress)
    return lambda global_step, seconds: rule(hook, global_step, seconds)


def _stop(hook: Any, kind: type | None) -> int | None:
    """The step after which a shipped hook stops the run, if it does so and knows it."""
    if kind is _train.StopAtStepHook:
        return _tf.hook_field(hook, "stop step")
    progress = _tf.eval_progress(hook) if kind is not None else None
    return progress[0] if progress else None


class Schedule:
    """The number of steps of each call, for a set of hooks.

    Args:
      hooks: all hooks of the run.
    """

    def __init__(self, hooks: Iterable[Any]) -> None:
        hooks = tuple(hooks)
        self._kinds = [(hook, shipped_kind(hook)) for hook in hooks]
        rules = [_due(hook) for hook in hooks]
        self.every_step = any(rule is None for rule in rules)
        self._rules = [rule for rule in rules if rule is not None]
        self._seconds_per_step = 0.0
        self._allowed = 1
        self._runs = 0

    @property
    def watched(self) -> list[tf.Tensor]:
        """Tensors at whose first NaN a call must end."""
        return [
            _tf.hook_field(hook, "watched tensor") for hook, kind in self._kinds
            if kind is _train.NanTensorHook
        ]

    def next_steps(self, global_step: int) -> int:
        """How many steps the next call may take; the hooks are told to expect its last."""
        if self.every_step:
            return 1
        return max(1, min(self._allowed, self.all_due(global_step)))

    def all_due(self, global_step: int) -> int:
        """Steps until the first of the hooks must see one, if none must see every step.

        Scripts divide sizes to get numbers of steps: a fraction is due with the step after it.
        """
        due = (rule(global_step, self._seconds_per_step) for rule in self._rules)
        return math.ceil(min(due, default=NEVER))

    def ends_after_one(self, global_step: int) -> bool:
        """Whether a hook will stop the run after one more step."""
        stops = (_stop(hook, kind) for hook, kind in self._kinds)
        return any(stop is not None and stop - 1 <= global_step < stop for stop in stops)

    def announce(self, steps: int) -> None:
        """Brings the hooks' own counters to the last step of a call of `steps`."""
        if steps > 1:
            for hook, kind in self._kinds:
                _tf.advance_run_counter(kind, hook, steps - 1)

    def cut_short(self, steps: int, done: int) -> None:
        """Takes back what `announce` told where fewer steps were run."""
        for hook, kind in self._kinds:
            _tf.advance_run_counter(kind, hook, done - steps)
            _tf.withdraw_due(kind, hook)

    @contextlib.contextmanager
    def timed(self, steps: int) -> Iterator[None]:
        """Learns from a call of `steps` steps that takes place inside."""
        started = time.perf_counter()
        yield
        self.observe(steps, time.perf_counter() - started, steps)

    def observe(self, steps: int, seconds: float, advanced: int) -> None:
        """Learns from a call.

        Args:
          steps: how many steps it ran.
          seconds: how long it took.
          advanced: by how much the counter that schedules go by went up.
        """
        self._runs += 1
        if advanced != steps:  # steps can't be told from the counter: look at each
            self.every_step = True
        if self._runs == 1:
            # The first call compiles: how long steps are at most is all that it tells.
            affordable = int(2 * MAX_SECONDS * steps / max(seconds, 1e-9))
            self._allowed = max(1, min(_FIRST_STEPS, affordable))
            return
        self._seconds_per_step = seconds / steps
        longest = max(1, int(MAX_SECONDS / max(self._seconds_per_step, 1e-9)))
        self._allowed = min(longest, max(self._allowed, steps * _GROWTH))
