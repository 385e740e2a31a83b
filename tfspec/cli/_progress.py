"""A live line about training, for terminals."""

from __future__ import annotations

import datetime
import math
import shutil
import time
from typing import Any, TextIO

import tensorflow as tf

v1 = tf.compat.v1

SECONDS_BETWEEN_LOOKS = 0.2


class ProgressHook(v1.train.SessionRunHook):
    """Keeps one line of a terminal up to date: step, speed, loss and time left.

    It asks for a look a few times per second and at the last step, so it costs next to nothing.

    Args:
        steps: how many steps this call of `train` is to run; None if that isn't known.
        stream: the terminal.
        max_steps: the global step at which it is to end, in place of `steps`.
    """

    def __init__(self, steps: int | None, stream: TextIO, max_steps: int | None = None) -> None:
        self._steps = steps
        self._stream = stream
        self._max_steps = max_steps
        self._line_is_open = False

    def begin(self) -> None:
        self._global_step = v1.train.get_global_step()
        self._losses = v1.losses.get_losses()[-1:]

    def after_create_session(self, session: Any, coord: Any) -> None:
        self._last_step = math.inf if self._max_steps is None else math.ceil(self._max_steps)
        if self._steps is not None:
            self._last_step = int(session.run(self._global_step)) + math.ceil(self._steps)
        self._first_look: tuple[float, int] | None = None
        self._drawn_at = -math.inf

    def steps_until_due(self, global_step: int, seconds_per_step: float) -> int:
        """How many steps may run before the next look. The runner asks before each call."""
        if not seconds_per_step:
            return 1
        steps = int(SECONDS_BETWEEN_LOOKS / seconds_per_step)
        return int(max(1, min(steps, self._last_step - global_step)))

    def before_run(self, run_context: Any) -> v1.train.SessionRunArgs:
        return v1.train.SessionRunArgs(self._losses)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        now, step = time.monotonic(), int(run_context.session.run(self._global_step))
        if now < self._drawn_at + SECONDS_BETWEEN_LOOKS and step < self._last_step:
            return
        self._drawn_at = now
        is_known = self._last_step < math.inf
        text = f"step {step:,} of {self._last_step:,}" if is_known else f"step {step:,}"
        for loss in run_values.results:
            text += f"  loss {float(loss):.4g}"
        # Speed is counted from the first look on: the first step also compiles.
        self._first_look = self._first_look or (now, step)
        seconds, steps = now - self._first_look[0], step - self._first_look[1]
        if steps:
            text += f"  {steps / seconds:,.0f} steps/s"
            if is_known:
                left = round((self._last_step - step) * seconds / steps)
                text += f"  {datetime.timedelta(seconds=left)} left"
        self._draw(text)

    def end(self, session: Any) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the line as it is and moves on to the next one."""
        if self._line_is_open:
            self._stream.write("\n")
            self._stream.flush()
        self._line_is_open = False

    def _draw(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write(f"\r{text}\x1b[K")  # and nothing of a longer line before
        self._stream.flush()
        self._line_is_open = True
