"""Traces of runs: ops by name with their times, of the traced run alone."""

from __future__ import annotations

import collections
import json

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tfspec.graph import FunctionSession, trace_scope

v1 = tf.compat.v1
FULL = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)


@pytest.fixture
def product():
    with tf.Graph().as_default(), trace_scope():
        x = v1.placeholder(tf.float32, [None, 50], name="x")
        yield tf.matmul(x, tf.ones([50, 50]), name="product")


def names(metadata):
    return [
        node.node_name for device in metadata.step_stats.dev_stats for node in device.node_stats
    ]


def test_a_traced_run_tells_its_ops(product):
    metadata = v1.RunMetadata()
    with FunctionSession() as session:
        for _ in range(2):  # a second trace holds none of the first
            session.run(product, {"x:0": [[1.0] * 50]}, FULL, metadata)
    (device,) = metadata.step_stats.dev_stats
    (node,) = (node for node in device.node_stats if node.node_name == "product")
    assert "MatMul" in node.timeline_label and node.all_start_micros > 1e15
    assert 0 < node.all_end_rel_micros < 1e7


@pytest.mark.parametrize("options", [None, v1.RunOptions()], ids=["none", "no trace"])
def test_a_run_that_asks_for_no_trace_has_none(product, options):
    metadata = v1.RunMetadata()
    with FunctionSession() as session:
        session.run(product, {"x:0": [[1.0] * 50]}, options, metadata)
    assert not names(metadata)


def test_a_profile_of_the_programs_own_goes_on(product, tmp_path, caplog):
    metadata = v1.RunMetadata()
    with FunctionSession() as session:
        tf.profiler.experimental.start(str(tmp_path))
        try:
            value = session.run(product, {"x:0": [[1.0] * 50]}, FULL, metadata)
        finally:
            tf.profiler.experimental.stop()
    assert value.tolist() == [[50.0] * 50] and not names(metadata)
    assert "tf.profiler is recording already" in caplog.text
    assert list(tmp_path.rglob("*.xplane.pb"))


@pytest.mark.parametrize("every_step", [False, True], ids=["fused", "step by step"])
def test_profiler_hook_writes_timelines(tmp_path, every_step):
    class Watcher(v1.train.SessionRunHook):
        def before_run(self, run_context):
            return None

    def model_fn(features, labels, mode):
        w = v1.get_variable("w", initializer=1.0)
        loss = tf.reduce_mean((w * features - 2.0) ** 2, name="mean_error")
        return tfe.EstimatorSpec(
            mode,
            loss=loss,
            train_op=v1.train.AdamOptimizer().minimize(loss, v1.train.get_global_step()),
            training_hooks=[tfe.ProfilerHook(save_steps=20, output_dir=str(tmp_path))],
        )

    tfe.Estimator(model_fn, str(tmp_path)).train(
        lambda: tf.data.Dataset.from_tensors([1.0]).repeat(),
        hooks=[Watcher()] if every_step else [],
        max_steps=50,
    )
    assert sorted(path.name for path in tmp_path.glob("timeline*")) == [
        "timeline-20.json", "timeline-40.json",
    ]  # fmt: skip
    for path in tmp_path.glob("timeline*"):
        events = json.loads(path.read_text())["traceEvents"]
        ops = collections.Counter(event["args"]["name"] for event in events if event["ph"] == "X")
        for name in ("mean_error", "Adam/update_w/ResourceApplyAdam", "IteratorGetNext"):
            assert ops[name] == 1, name
        assert all(event["dur"] > 0 and event["ts"] > 0 for event in events if event["ph"] == "X")
    recorded = [
        event.tagged_run_metadata.tag
        for path in tmp_path.glob("events*")
        for event in v1.train.summary_iterator(str(path))
        if event.HasField("tagged_run_metadata")
    ]
    assert recorded == ["step_20", "step_40"]
