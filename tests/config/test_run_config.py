"""RunConfig: defaults, checks, replace, and what it makes of TF_CONFIG."""

from __future__ import annotations

import copy
import functools
import json
import pickle
from types import SimpleNamespace

import pytest
import tensorflow as tf

from tfspec.config import RunConfig, TaskType, default_session_config

CLUSTER = {"chief": ["a:1"], "worker": ["b:2", "c:2"], "ps": ["d:3"]}
MASTER_CLUSTER = {"master": ["a:1"], "worker": ["b:2"], "ps": ["d:3"]}


@pytest.fixture
def tf_config(monkeypatch):
    """Sets TF_CONFIG to the JSON of a value."""
    return lambda value: monkeypatch.setenv("TF_CONFIG", json.dumps(value))


def place(config: RunConfig) -> dict:
    names = "task_type task_id master evaluation_master is_chief"
    names += " num_worker_replicas num_ps_replicas global_id_in_cluster"
    return {name: getattr(config, name) for name in names.split()}


def local_place(**changes) -> dict:
    values = dict(
        task_type="worker",
        task_id=0,
        master="",
        evaluation_master="",
        is_chief=True,
        num_worker_replicas=1,
        num_ps_replicas=0,
        global_id_in_cluster=0,
    )
    return {**values, **changes}


def test_defaults():
    config = RunConfig()
    assert (config.save_checkpoints_secs, config.save_checkpoints_steps) == (600, None)
    assert (config.keep_checkpoint_max, config.keep_checkpoint_every_n_hours) == (5, 10000)
    assert (config.save_summary_steps, config.log_step_count_steps) == (100, 100)
    assert (config.session_creation_timeout_secs, config.checkpoint_save_graph_def) == (7200, True)
    for name in "model_dir tf_random_seed session_config train_distribute eval_distribute".split():
        assert getattr(config, name) is None
    assert config.cluster_spec == tf.train.ClusterSpec({})
    assert place(config) == local_place()


@pytest.mark.parametrize(
    "name, value, error, match",
    [
        ("model_dir", "", ValueError, "model_dir should be non-empty"),
        ("tf_random_seed", 1.0, ValueError, "tf_random_seed must be integer, got 1.0"),
        ("save_summary_steps", -1, ValueError, "save_summary_steps should be >= 0, got -1"),
        ("save_summary_steps", "a", TypeError, "save_summary_steps must be a number"),
        ("save_checkpoints_steps", -1, ValueError, "save_checkpoints_steps should be >= 0"),
        ("save_checkpoints_secs", -0.5, ValueError, "save_checkpoints_secs should be >= 0"),
        ("session_config", {}, ValueError, "session_config must be instance of ConfigProto"),
        ("keep_checkpoint_max", -1, ValueError, "keep_checkpoint_max should be >= 0"),
        ("keep_checkpoint_every_n_hours", 0, ValueError, "keep_checkpoint_every_n_.* be > 0"),
        ("log_step_count_steps", 0, ValueError, "log_step_count_steps should be > 0"),
        ("device_fn", 3, ValueError, 'device_fn must be callable with exactly one argument "op"'),
        ("device_fn", lambda op, a=1: "", ValueError, 'exactly one argument "op"'),
        ("device_fn", len, ValueError, 'exactly one argument "op"'),
        ("protocol", "http", ValueError, "protocol should be grpc or grpc.verbs, got 'http'"),
        ("experimental_max_worker_delay_secs", "5", ValueError, "must be an integer if set"),
        ("session_creation_timeout_secs", 0, ValueError, "timeout_secs should be > 0"),
    ],
)
def test_values_out_of_range_are_refused(name, value, error, match):
    with pytest.raises(error, match=match):
        RunConfig(**{name: value})
    with pytest.raises(error, match=match):
        RunConfig().replace(**{name: value})


class _Placer:
    def __call__(self, op):
        return "/cpu:0"

    def method(self, op):
        return "/cpu:0"


@pytest.mark.parametrize(
    "device_fn",
    [lambda op: "", _Placer(), _Placer().method, functools.partial(lambda d, op: d, "/cpu:0")],
)
def test_device_fn_may_be_any_callable_of_op(device_fn):
    assert RunConfig(device_fn=device_fn).device_fn is device_fn


def test_both_checkpoint_intervals_are_refused():
    with pytest.raises(ValueError, match="`save_checkpoints_steps` and .* cannot be both set"):
        RunConfig(save_checkpoints_steps=1, save_checkpoints_secs=1)
    with pytest.raises(ValueError, match="cannot be both set"):
        RunConfig().replace(save_checkpoints_steps=1, save_checkpoints_secs=1)


@pytest.mark.parametrize(
    "first, change, steps, secs",
    [
        ({}, {"save_checkpoints_steps": 7}, 7, None),
        ({"save_checkpoints_steps": 7}, {"save_checkpoints_secs": 9}, None, 9),
        ({"save_checkpoints_steps": 7}, {"save_checkpoints_secs": None}, 7, None),
        ({}, {"save_checkpoints_secs": None}, None, None),
        ({"save_checkpoints_steps": None}, {}, None, None),
    ],
)
def test_replacing_one_checkpoint_interval_unsets_the_other(first, change, steps, secs):
    config = RunConfig(**first).replace(**change)
    assert (config.save_checkpoints_steps, config.save_checkpoints_secs) == (steps, secs)


@pytest.mark.parametrize("name", ["master", "cluster_spec", "no_such_field"])
def test_replace_refuses_what_is_no_setting(name):
    with pytest.raises(ValueError, match=f"Replacing {name} is not supported.*'model_dir'"):
        RunConfig().replace(**{name: 1})


def test_replace_copies_and_leaves_the_original_alone():
    class Extended(RunConfig):
        pass

    config = Extended(model_dir="a", session_config=tf.compat.v1.ConfigProto())
    config.extra = {"list": [1]}
    new = config.replace(model_dir="b", tf_random_seed=3)
    new.extra["list"].append(2)
    new.session_config.allow_soft_placement = True
    assert (type(new), new.model_dir, new.tf_random_seed) == (Extended, "b", 3)
    assert (config.model_dir, config.tf_random_seed, config.extra) == ("a", None, {"list": [1]})
    assert not config.session_config.allow_soft_placement


def test_a_failed_replace_changes_nothing():
    config = RunConfig(model_dir="a")
    with pytest.raises(ValueError, match="keep_checkpoint_max"):
        config.replace(model_dir="b", keep_checkpoint_max=-1)
    assert config.model_dir == "a"


def test_copies_and_pickles():
    config = RunConfig(model_dir="a", save_checkpoints_steps=3)
    for twin in (copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert (twin.model_dir, twin.save_checkpoints_steps) == ("a", 3)
        assert place(twin) == place(config)


def test_properties_are_read_only():
    with pytest.raises(AttributeError):
        RunConfig().model_dir = "b"


@pytest.mark.parametrize(
    "value, expected",
    [
        ({"task": {"type": "worker", "index": 0}}, local_place()),
        ({"session_master": "m"}, local_place(master="m")),
        ({"eval_session_master": "e"}, local_place(evaluation_master="e")),
        ({"environment": "google"}, local_place()),
        (
            {"cluster": {"chief": ["a:1"]}, "task": {"type": "chief", "index": 0}},
            local_place(task_type="chief"),
        ),
        (
            {"cluster": {"chief": ["a:1"]}, "task": {"type": "chief", "index": 0},
             "session_master": "m", "eval_session_master": "e"},
            local_place(task_type="chief", master="m"),
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "chief", "index": 0}},
            local_place(task_type="chief", master="grpc://a:1", num_worker_replicas=3,
                        num_ps_replicas=1),
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "worker", "index": "1"}},
            local_place(task_id=1, master="grpc://c:2", is_chief=False, num_worker_replicas=3,
                        num_ps_replicas=1, global_id_in_cluster=2),
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "ps", "index": 0}},
            local_place(task_type="ps", master="grpc://d:3", is_chief=False,
                        num_worker_replicas=3, num_ps_replicas=1, global_id_in_cluster=3),
        ),
        (
            {"cluster": MASTER_CLUSTER, "task": {"type": "master", "index": 0}},
            local_place(task_type="master", master="grpc://a:1", num_worker_replicas=2,
                        num_ps_replicas=1),
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "evaluator", "index": 4},
             "eval_session_master": "e"},
            local_place(task_type="evaluator", task_id=4, evaluation_master="e", is_chief=False,
                        num_worker_replicas=0, global_id_in_cluster=None),
        ),
        (
            {"cluster": {**CLUSTER, "zoo": ["e:5", "f:5"], "ant": ["g:5"]},
             "task": {"type": "zoo", "index": 1}},
            local_place(task_type="zoo", task_id=1, master="grpc://f:5", is_chief=False,
                        num_worker_replicas=3, num_ps_replicas=1, global_id_in_cluster=5),
        ),
    ],
)  # fmt: skip
def test_place_in_the_cluster(tf_config, value, expected):
    tf_config(value)
    config = RunConfig()
    assert place(config) == expected
    outside = expected["global_id_in_cluster"] is None
    assert config.cluster_spec.as_dict() == ({} if outside else value.get("cluster", {}))


@pytest.mark.parametrize(
    "value, error, match",
    [
        ([], TypeError, "TF_CONFIG must be a JSON object"),
        ({"task": 3}, TypeError, '"task" in TF_CONFIG must be a JSON object'),
        ({"service": 789}, TypeError, 'If "service" is set in TF_CONFIG, it must be a dict. Given'),
        ({"model_dir": ""}, ValueError, "model_dir in TF_CONFIG should be non-empty"),
        ({"task": {"type": "chief"}}, ValueError, "task type must be WORKER"),
        ({"task": {"index": 1}}, ValueError, "task index must be 0"),
        ({"cluster": CLUSTER}, ValueError, "task type must be set"),
        ({"cluster": CLUSTER, "task": {"type": "ps"}}, ValueError, "task index must be set"),
        (
            {"cluster": CLUSTER, "task": {"type": "ps", "index": -1}},
            ValueError, "Task index must be non-negative number",
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "ps", "index": "x"}},
            ValueError, "must be a whole number, got 'x'",
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "ps", "index": 1}},
            ValueError, "1 is not a valid task_id for task_type ps in the cluster_spec",
        ),
        (
            {"cluster": CLUSTER, "task": {"type": "cook", "index": 0}},
            ValueError, "cook is not a valid task_type in the cluster_spec",
        ),
        ({"cluster": {"worker": ["a"]}}, ValueError, 'it must have one "chief" node'),
        ({"cluster": {"chief": ["a", "b"]}}, ValueError, 'must have only one "chief" node'),
        ({"cluster": {"master": ["a", "b"]}}, ValueError, 'must have only one "master" node'),
        (
            {"cluster": {"master": ["a"], "chief": ["b"]}},
            ValueError, "`master` node exists in `cluster`, job `chief` is not supported",
        ),
        (
            {"cluster": MASTER_CLUSTER, "task": {"type": "evaluator", "index": 0}},
            ValueError, "task_type `evaluator` is not supported",
        ),
    ],
)  # fmt: skip
def test_contradictions_in_tf_config_are_refused(tf_config, value, error, match):
    tf_config(value)
    with pytest.raises(error, match=match):
        RunConfig()


def test_tf_config_that_is_not_json(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{cluster")
    with pytest.raises(ValueError, match="TF_CONFIG must be JSON, got '{cluster'"):
        RunConfig()


def test_model_dir_and_service_of_tf_config(tf_config):
    tf_config({"model_dir": "there", "service": {"key": [1]}})
    config = RunConfig()
    assert (config.model_dir, config.service) == ("there", {"key": [1]})
    assert RunConfig(model_dir="there").model_dir == "there"
    with pytest.raises(ValueError, match="must have the same value as the model_dir in TF_CONFIG"):
        RunConfig(model_dir="elsewhere")


@pytest.mark.parametrize(
    "cluster, task_type, index, filters",
    [
        (CLUSTER, TaskType.CHIEF, 0, ["/job:ps", "/job:chief"]),
        (CLUSTER, TaskType.WORKER, 1, ["/job:ps", "/job:worker/task:1"]),
        (CLUSTER, TaskType.PS, 0, ["/job:ps", "/job:worker", "/job:chief", "/job:master"]),
        (MASTER_CLUSTER, TaskType.MASTER, 0, ["/job:ps", "/job:master"]),
        (CLUSTER, TaskType.EVALUATOR, 0, None),
        ({**CLUSTER, "cook": ["e:1"]}, "cook", 0, None),
    ],
)
def test_device_filters(tf_config, cluster, task_type, index, filters):
    tf_config({"cluster": cluster, "task": {"type": task_type, "index": index}})
    expected = None if filters is None else default_session_config(filters)
    assert RunConfig().session_config == expected
    given = tf.compat.v1.ConfigProto(log_device_placement=True)
    assert RunConfig(session_config=given).session_config is given


def test_default_session_config_places_softly_and_optimizes_once():
    config = default_session_config()
    assert config.allow_soft_placement
    assert config.graph_options.rewrite_options.meta_optimizer_iterations == 1
    assert not config.device_filters


def test_a_training_strategy_takes_the_cluster_over(tf_config):
    tf_config({"cluster": CLUSTER, "task": {"type": "ps", "index": 0}})
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    config = RunConfig(train_distribute=strategy)
    assert config.cluster_spec.as_dict() == CLUSTER
    assert (place(config), config.session_config) == (local_place(), None)
    assert config.replace(model_dir="b").train_distribute is strategy


def test_experimental_distribute_stands_in_for_both_strategies():
    train = tf.distribute.OneDeviceStrategy("/cpu:0")
    evaluate = tf.distribute.OneDeviceStrategy("/cpu:0")
    both = SimpleNamespace(
        train_distribute=train, eval_distribute=evaluate, remote_cluster={"worker": ["a:1"]}
    )
    config = RunConfig(experimental_distribute=both)
    assert (config.train_distribute, config.eval_distribute) == (train, evaluate)
    assert config.cluster_spec.as_dict() == {"worker": ["a:1"]}
    with pytest.raises(ValueError, match="Either `train_distribute` or"):
        RunConfig(train_distribute=train, experimental_distribute=both)


def test_remote_cluster_and_tf_config_exclude_each_other(tf_config):
    tf_config({"cluster": CLUSTER, "task": {"type": "chief", "index": 0}})
    strategy = tf.distribute.OneDeviceStrategy("/cpu:0")
    remote = SimpleNamespace(
        train_distribute=strategy, eval_distribute=None, remote_cluster={"worker": ["a:1"]}
    )
    with pytest.raises(ValueError, match="Cannot set both .*remote_cluster"):
        RunConfig(experimental_distribute=remote)


@pytest.mark.parametrize("name", ["train_distribute", "eval_distribute"])
def test_the_coordinator_style_parameter_server_strategy_is_refused(name):
    kind = tf.distribute.ParameterServerStrategy
    with pytest.raises(ValueError, match="Please use `tf.compat.v1.distribute.experimental.Para"):
        RunConfig(**{name: kind.__new__(kind)})
