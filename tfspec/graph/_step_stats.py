"""What each op of a run took, as `RunMetadata` tells it.

Functions of the runtime keep no step statistics. The profiler sees their ops, so what it
records is put into the form that `Timeline` and `ProfilerHook` read.
"""

from __future__ import annotations

import collections
import contextlib
import glob
import os
import re
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._one_thread import threads

_HOST_PLANE = "/host:CPU"  # the launch of what other devices run is seen there too
_DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"
# Of an op that ends on another thread than it begins on, like a read of the input.
_ASYNC = ("ExecutorState::ProcessAsync::Start", "ExecutorState::ProcessAsync::Done")
_OP_EVENTS = 3  # the level of detail at which cheap ops are events too

# What the loop around a step puts before the names of the step's ops.
_LOOP = re.compile(r"^while/body/_\d+/(if(_\d+)?/(then|else)/_\d+/)?part(_\d+)?/")


@contextlib.contextmanager
def step_stats(options: Any, metadata: Any) -> Iterator[None]:
    """Fills `metadata.step_stats` with the ops run inside, if `options` ask for a trace.

    Args:
      options: a `RunOptions`, or None.
      metadata: the `RunMetadata` to fill, or None.
    """
    if metadata is None or not _tf.is_traced(options):
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        profiler = tf.profiler.experimental
        began = time.time_ns()
        try:
            profiler.start(folder, profiler.ProfilerOptions(_OP_EVENTS, python_tracer_level=0))
        except tf.errors.AlreadyExistsError:
            tf.compat.v1.logging.warning(
                "No trace of this run: the program's own tf.profiler is recording already."
            )
            yield
            return
        try:
            with threads.kept_for_pool():  # one thread tells the profiler nothing of its ops
                yield
        finally:
            profiler.stop()
        for path in glob.glob(os.path.join(folder, "**", "*.xplane.pb"), recursive=True):
            _add(_tf.profile(path), began * 1000, metadata.step_stats)


def _add(profile: Any, began: int, stats: Any) -> None:
    """Adds the ops of a profile that began at a time to a `StepStats`, in their order."""
    ops = sorted(op for plane in profile.planes if plane.name == _HOST_PLANE for op in _ops(plane))
    if not ops:
        return
    nodes = stats.dev_stats.add(device=_DEVICE).node_stats
    for begin, end, thread, name, kind in ops:
        name = _LOOP.sub("", name)
        micros, nanos = (end - begin) // 10**6, (end - begin) // 10**3
        begin += began  # the profile counts from its start
        nodes.add(
            node_name=name,
            timeline_label=f"{name} = {kind}()",
            thread_id=thread,
            all_start_micros=begin // 10**6,
            all_start_nanos=begin // 10**3,
            op_end_rel_micros=micros,
            op_end_rel_nanos=nanos,
            all_end_rel_micros=max(1, micros),  # a viewer shows nothing of length zero
            all_end_rel_nanos=nanos,
        )


def _ops(plane: Any) -> Iterator[tuple[int, int, int, str, str]]:
    """Begin and end in picoseconds, thread, name and type of each op."""
    seen = set()
    in_parts: dict[tuple, list] = collections.defaultdict(list)
    for thread, line in enumerate(sorted(plane.lines, key=lambda line: line.name)):
        for event in line.events:
            kind = plane.event_metadata[event.metadata_id]
            begin = line.timestamp_ns * 1000 + event.offset_ps
            end = begin + event.duration_ps
            name, _, op_type = kind.name.rpartition(":")
            if name and op_type == kind.display_name:
                seen.add((name, op_type))
                yield begin, end, thread, name, op_type
            elif kind.name in _ASYNC:
                about = {
                    plane.stat_metadata[stat.metadata_id].name: stat for stat in event.stats
                }
                name, op_type = (
                    plane.stat_metadata[about[key].ref_value].name
                    for key in ("name", "kernel_type")
                )
                in_parts[name, op_type].append((begin, end, thread))
    for (name, op_type), events in in_parts.items():
        if (name, op_type) not in seen:  # TensorFlow 2.15 has them whole as well
            begin, _, thread = min(events)
            yield begin, max(end for _, end, _ in events), thread, name, op_type
