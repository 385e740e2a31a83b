"""What of a session's `ConfigProto` reaches the runtime."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import tensorflow as tf
from tfspec.graph import FunctionSession, trace_scope
{before}
config = tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=2)
with tf.Graph().as_default(), trace_scope():
    three = tf.constant(1) + 2
    with FunctionSession(config=config) as session:
        assert session.run(three) == 3
print(tf.config.threading.get_intra_op_parallelism_threads(),
      tf.config.threading.get_inter_op_parallelism_threads())
"""


@pytest.mark.parametrize(
    ("before", "threads", "warning"),
    [("", "1 2", False), ("tf.zeros([])", "0 0", True)],
    ids=["in time", "too late"],
)
def test_thread_counts_count_until_tensorflow_has_started(before, threads, warning):
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(before=before)],
        capture_output=True, text=True, check=True,
    )
    assert result.stdout.strip() == threads
    assert ("comes too late" in result.stderr) == warning
