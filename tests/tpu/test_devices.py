"""A TPU that isn't there: how it is looked for, and what is checked once one is seen."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tests.tpu.test_tpu_estimator import endless, line
from tfspec.compat.v1 import estimator

tpu = estimator.tpu


@pytest.fixture
def seen(monkeypatch):
    """A TPU of 4 hosts with 8 cores each, as far as TensorFlow tells."""
    metadata = tf.tpu.experimental.TPUSystemMetadata(
        num_cores=32, num_hosts=4, num_of_cores_per_host=8, topology=None, devices=()
    )
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver
    monkeypatch.setattr(resolver, "get_tpu_system_metadata", lambda self: metadata)


@pytest.fixture
def started(seen, monkeypatch):
    """The strategy of the TPU that is seen: one that needs none."""
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    monkeypatch.setattr(tf.tpu.experimental, "initialize_tpu_system", lambda resolver: None)
    monkeypatch.setattr(tf.distribute, "TPUStrategy", lambda resolver, assignment: strategy)
    return strategy


def make(model_dir, batch_size=64, use_tpu=True, **tpu_config):
    config = tpu.RunConfig(model_dir=str(model_dir), tpu_config=tpu.TPUConfig(**tpu_config))
    return tpu.TPUEstimator(line(), config=config, train_batch_size=batch_size, use_tpu=use_tpu)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(num_cores_per_replica=16), "cores_per_replica: 16, num_cores_per_host: 8"),
        (dict(num_shards=16), r"num_replicas should be \(32\), got \(16\)"),
        (dict(num_shards=32, num_cores_per_replica=2), r"should be \(16\), got \(32\)"),
    ],
)
def test_settings_that_do_not_fit_the_tpu(settings, message, seen, tmp_path):
    with pytest.raises(ValueError, match=message):
        make(tmp_path, **settings).train(endless, steps=1)


def test_a_tpu_that_is_seen_is_started(seen, tmp_path):
    with pytest.raises(tf.errors.OpError, match="TPU"):
        make(tmp_path).train(endless, steps=1)


def test_batch_size_that_replicas_cannot_share(started, tmp_path):
    with pytest.raises(ValueError, match="size 60 must be divisible by number of replicas 32"):
        make(tmp_path, batch_size=60).train(endless, steps=1)
    broadcast = tpu.InputPipelineConfig.BROADCAST
    est = make(tmp_path, batch_size=60, per_host_input_for_training=broadcast)
    assert est.train(endless, steps=1).get_variable_value("global_step") == 1


def test_the_run_is_under_the_strategy(started, tmp_path):
    ran = []

    def model_fn(features, labels, mode, params):
        ran.append(params["use_tpu"])
        return line()(features, labels, mode, params)

    config = tpu.RunConfig(model_dir=str(tmp_path))
    est = tpu.TPUEstimator(
        model_fn, config=config, train_batch_size=64, eval_batch_size=5, eval_on_tpu=False
    )
    job = est._job(endless)
    assert (job.config.train_distribute, job.config.eval_distribute) == (started, None)
    assert est.config.train_distribute is None
    est.train(endless, steps=2)
    est.evaluate(endless, steps=1)
    assert ran == [True, False]


def test_no_tpu_is_asked_for(seen, tmp_path):
    est = make(tmp_path, use_tpu=False, num_shards=16).train(endless, steps=1)
    assert est.get_variable_value("global_step") == 1
