"""Hooks of a TPUEstimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec.tpu._tpu_config import LoopLength

v1 = tf.compat.v1

# Where TensorFlow keeps the ops that open its TF2 summary writers in a graph: not public.
_WRITER_INITIALIZERS = "_SUMMARY_WRITER_V2"


class SummaryWriterHook(v1.train.SessionRunHook):
    """Opens the graph's TF2 summary writers, and writes out at the end what they hold."""

    def begin(self) -> None:
        self._open = v1.get_collection(_WRITER_INITIALIZERS)
        self._flush = [
            tf.raw_ops.FlushSummaryWriter(writer=op.inputs[0]) for op in self._open
        ]

    def after_create_session(self, session: Any, coord: Any) -> None:
        session.run(self._open)

    def end(self, session: Any) -> None:
        session.run(self._flush)


class HostCallHook(SummaryWriterHook):
    """Runs a host call with every step."""

    def __init__(self, fetches: Sequence[Any]) -> None:
        self._fetches = list(fetches)

    def before_run(self, run_context: Any) -> v1.train.SessionRunArgs:
        return v1.train.SessionRunArgs(self._fetches)


def speed_period(loop: LoopLength, log_steps: int | None) -> dict[str, int]:
    """How often the hook below logs, as its arguments; empty where it shouldn't.

    Args:
      loop: the training loop on a TPU, whose ends are the only times to log at.
      log_steps: steps between logs as the configuration wants them; of no account for a
        loop that goes by the clock, which logs once a loop.
    """
    if loop.unit == "seconds":
        return {"every_n_secs": loop.value}
    return {"every_n_steps": -(-log_steps // loop.value)} if log_steps else {}


class ExamplesPerSecondHook(v1.train.StepCounterHook):
    """Logs and summarizes steps per second, and examples per second besides.

    Args:
      batch_size: examples in a step.
      every_n_steps: steps between logs, or None.
      every_n_secs: seconds between logs, or None.
      output_dir: folder of the event file.
    """

    def __init__(
        self,
        batch_size: int,
        every_n_steps: int | None = None,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
    ) -> None:
        super().__init__(every_n_steps, every_n_secs, output_dir=output_dir)
        self._batch_size = batch_size
        self._folder = output_dir

    def _log_and_record(self, elapsed_steps: int, elapsed_time: float, global_step: int) -> None:
        super()._log_and_record(elapsed_steps, elapsed_time, global_step)
        examples_per_sec = self._batch_size * elapsed_steps / elapsed_time
        if self._folder:
            value = v1.Summary.Value(tag="examples/sec", simple_value=examples_per_sec)
            writer = v1.summary.FileWriterCache.get(self._folder)
            writer.add_summary(v1.Summary(value=[value]), global_step)
        v1.logging.info("%s: %g", "examples/sec", examples_per_sec)
