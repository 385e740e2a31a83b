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


@pytest.mark.parametrize(
    ("eval_on_tpu", "modes"),
    [(True, ["train", "eval", "infer"]), (False, ["train", "infer"])],
)
def test_modes_that_run_on_the_tpu(eval_on_tpu, modes, started, tmp_path):
    config = tpu.RunConfig(model_dir=str(tmp_path))
    est = tpu.TPUEstimator(
        line(), config=config, train_batch_size=64, eval_batch_size=5, eval_on_tpu=eval_on_tpu
    )
    assert est._job(endless).cores == dict.fromkeys(modes, started)
    assert est.config.train_distribute is None


def test_evaluation_without_the_tpu(started, tmp_path):
    ran = []

    def model_fn(features, labels, mode, params):
        ran.append((mode, params["use_tpu"], params["batch_size"]))
        return line()(features, labels, mode, params)

    make(tmp_path, use_tpu=False).train(endless, steps=1)
    config = tpu.RunConfig(model_dir=str(tmp_path))
    est = tpu.TPUEstimator(
        model_fn, config=config, train_batch_size=64, eval_batch_size=5, eval_on_tpu=False
    )
    est.evaluate(endless, steps=1)
    assert ran == [("eval", False, 5)]


@pytest.mark.parametrize("method", ["evaluate", "predict"])
def test_what_one_host_alone_can_do(method, started, tmp_path):
    config = tpu.RunConfig(model_dir=str(tmp_path))
    make(tmp_path, use_tpu=False).train(endless, steps=1)
    est = tpu.TPUEstimator(
        line(), config=config, train_batch_size=64, eval_batch_size=64, predict_batch_size=64
    )
    with pytest.raises(ValueError, match=f"TPUEstimator.{method} is only supported with one host"):
        list(getattr(est, method)(endless))


def test_no_tpu_is_asked_for(seen, tmp_path):
    est = make(tmp_path, use_tpu=False, num_shards=16).train(endless, steps=1)
    assert est.get_variable_value("global_step") == 1
