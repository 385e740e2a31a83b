"""TPUConfig, the RunConfig that holds one, EmbeddingConfigSpec: what they take and refuse."""

from __future__ import annotations

import copy
import json

import pytest
import tensorflow as tf

from tfspec.compat.v1 import estimator

tpu = estimator.tpu
EmbeddingConfigSpec = tpu.experimental.EmbeddingConfigSpec
PER_HOST_V2 = tpu.InputPipelineConfig.PER_HOST_V2


def resolver(address="grpc://somewhere"):
    cluster = tf.train.ClusterSpec({"worker": ["a:1", "b:1"], "coordinator": ["c:1"]})
    return tf.distribute.cluster_resolver.SimpleClusterResolver(cluster, master=address)


@pytest.mark.parametrize("loop", [1, 100, "100", "300s", "1m", "2h"])
def test_lengths_of_a_loop(loop):
    assert tpu.TPUConfig(iterations_per_loop=loop).iterations_per_loop == loop


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        *(
            (dict(iterations_per_loop=loop), ValueError, "must be positive integer.*Got")
            for loop in (0, -1, 1.5, None, "", "-1h", "0s", "1.5s", "1d", "abc")
        ),
        (dict(num_shards=0), ValueError, "num_shards must be positive, got 0"),
        (dict(num_shards=1.0), TypeError, "num_shards must be int, got <class 'float'>"),
        (dict(num_cores_per_replica=7), ValueError, "must be 1, 2, 4, 8, 16, 32, 64, 128; got 7"),
        (dict(initial_infeed_sleep_secs=-1), ValueError, "must be positive, got -1"),
        (dict(eval_training_input_configuration=3), ValueError, "PER_HOST_V1 or SLICED; got 3"),
        (dict(input_partition_dims=[[1, 2]]), ValueError, "only supported in PER_HOST_V2"),
        (dict(input_partition_dims=[[1], [1], [1]]), ValueError, "with one or two elements"),
        (dict(input_partition_dims=5), ValueError, "with one or two elements"),
        (
            dict(input_partition_dims=[[1, 2]], per_host_input_for_training=PER_HOST_V2),
            ValueError,
            "requires setting num_cores_per_replica",
        ),
    ],
)
def test_settings_refused(settings, error, message):
    with pytest.raises(error, match=f"(?s){message}"):
        tpu.TPUConfig(**settings)


def test_settings_in_their_canonical_form():
    assert tpu.TPUConfig().per_host_input_for_training == tpu.InputPipelineConfig.PER_HOST_V1
    per_shard = tpu.TPUConfig(per_host_input_for_training=False)
    assert per_shard.per_host_input_for_training == tpu.InputPipelineConfig.PER_SHARD_V1
    split = tpu.TPUConfig(
        input_partition_dims=[{"image": [1, 2]}, None],
        num_cores_per_replica=2,
        per_host_input_for_training=PER_HOST_V2,
    )
    assert split.input_partition_dims == [{"image": [1, 2]}, None]


@pytest.mark.parametrize(
    ("tf_config", "given", "addresses"),
    [
        ({}, {}, ("", "")),
        ({}, dict(master="m"), ("m", "m")),
        ({}, dict(master="m", evaluation_master="e"), ("m", "e")),
        (dict(session_master="m"), {}, ("m", "m")),
        (dict(session_master="m", eval_session_master="e"), dict(master="n"), ("n", "e")),
        (
            dict(cluster={"chief": ["a:1"]}, task={"type": "evaluator", "index": 0}),
            dict(master="m"),
            ("m", ""),
        ),
        ({}, dict(cluster=resolver()), ("grpc://somewhere",) * 2),
    ],
)
def test_addresses(tf_config, given, addresses, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", json.dumps(tf_config))
    config = tpu.RunConfig(**given)
    assert (config.master, config.evaluation_master) == addresses


def test_session_config_stays_as_given(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", json.dumps(
        {"cluster": {"chief": ["a:1"], "worker": ["b:1"]}, "task": {"type": "chief", "index": 0}}
    ))
    given = tf.compat.v1.ConfigProto(inter_op_parallelism_threads=3)
    assert tpu.RunConfig().session_config is None
    assert tpu.RunConfig(session_config=given).session_config == given


def test_cluster():
    config = tpu.RunConfig(cluster=resolver())
    assert sorted(config.cluster_spec.jobs) == ["coordinator", "worker"]
    assert {job.name for job in config.session_config.cluster_def.job} == {"coordinator", "worker"}
    assert copy.deepcopy(config).cluster is config.cluster
    assert config.replace(model_dir="/tmp/m").cluster is config.cluster


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (dict(master="m", cluster=resolver()), ValueError, "Both master and cluster are set"),
        (dict(cluster=3), TypeError, "cluster must be a .*ClusterResolver, got 3"),
        (dict(tpu_config=3), TypeError, "tpu_config must be a TPUConfig, got 3"),
        (dict(unknown=3), TypeError, "unexpected keyword"),
    ],
)
def test_run_config_refuses(given, error, message):
    with pytest.raises(error, match=message):
        tpu.RunConfig(**given)


def test_job_name_of_the_service(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", json.dumps({"service": {"tpu_worker_job_name": "job"}}))
    assert tpu.RunConfig(tpu_config=tpu.TPUConfig(9)).tpu_config == tpu.TPUConfig(
        9, tpu_job_name="job"
    )
    own = tpu.TPUConfig(tpu_job_name="own")
    assert tpu.RunConfig(tpu_config=own).tpu_config == own


def test_replace():
    config = tpu.RunConfig(master="m", tpu_config=tpu.TPUConfig(7), save_checkpoints_secs=5)
    new = config.replace(tpu_config=tpu.TPUConfig(8), save_checkpoints_steps=3)
    assert type(new) is tpu.RunConfig
    assert (new.tpu_config.iterations_per_loop, config.tpu_config.iterations_per_loop) == (8, 7)
    assert (new.master, new.save_checkpoints_steps, new.save_checkpoints_secs) == ("m", 3, None)
    with pytest.raises(ValueError, match="Replacing master is not supported"):
        config.replace(master="n")
    with pytest.raises(TypeError, match="tpu_config must be a TPUConfig"):
        config.replace(tpu_config=None)


CATEGORIES = tf.feature_column.categorical_column_with_identity("c", 4)
PLAIN = tf.feature_column.embedding_column(CATEGORIES, 2)
SGD = tf.tpu.experimental.embedding.SGD(0.1)


def for_tpu(**placed):
    return tf.compat.v1.tpu.experimental.embedding_column(CATEGORIES, 2, **placed)


def test_embedding_columns_by_where_they_are_looked_up():
    tensor_core = for_tpu(embedding_lookup_device="tpu_tensor_core", tensor_core_shape=[8, 2])
    columns = [for_tpu(), PLAIN, tensor_core]
    spec = EmbeddingConfigSpec(columns, SGD, partition_strategy="mod")
    assert spec.feature_columns == columns[:2]
    assert spec.tensor_core_feature_columns == columns[2:]
    assert (spec.optimization_parameters, spec.partition_strategy) == (SGD, "mod")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, ValueError, "Exactly one of `feature_columns` and the pair"),
        (dict(feature_to_config_dict={"a": 1}), ValueError, "Exactly one of `feature_columns`"),
        (
            dict(feature_to_config_dict={"a": 1}, table_to_config_dict={"t": 1}),
            TypeError,
            "feature a must be of type `FeatureConfig`.*int",
        ),
        (dict(feature_columns=[PLAIN]), ValueError, "optimization_parameters must be.*NoneType"),
        (
            dict(feature_columns=[CATEGORIES], optimization_parameters=SGD),
            TypeError,
            "All feature columns must be supported types.*IdentityCategoricalColumn",
        ),
        (dict(feature_columns=PLAIN, optimization_parameters=SGD), TypeError, "into a list"),
        (
            dict(feature_columns=[PLAIN], optimization_parameters=SGD, partition_strategy="x"),
            ValueError,
            'Invalid partition_strategy x. Must be one of "mod" or "div"',
        ),
    ],
)
def test_embedding_config_refuses(given, error, message):
    with pytest.raises(error, match=message):
        EmbeddingConfigSpec(**given)
