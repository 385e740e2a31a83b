"""RunConfig: everything about a run that is not the model."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec.config import _tf_config
from tfspec.config._checks import check_field, check_intervals
from tfspec.config._session_config import session_config_of_place

_SAVE_CHECKPOINTS_SECS = 600  # used when neither steps nor seconds are given
_REPLACEABLE = (
    "model_dir",
    "tf_random_seed",
    "save_summary_steps",
    "save_checkpoints_steps",
    "save_checkpoints_secs",
    "session_config",
    "keep_checkpoint_max",
    "keep_checkpoint_every_n_hours",
    "log_step_count_steps",
    "train_distribute",
    "device_fn",
    "protocol",
    "eval_distribute",
    "experimental_distribute",
    "experimental_max_worker_delay_secs",
    "session_creation_timeout_secs",
    "checkpoint_save_graph_def",
)


class _NotGiven:
    """Default of the two checkpoint intervals, for which None means 'never'."""

    def __repr__(self) -> str:
        return "<not given>"


_NOT_GIVEN: Any = _NotGiven()


def _field(name: str, doc: str) -> property:
    def read(self: RunConfig) -> Any:
        return getattr(self, "_" + name)

    return property(read, doc=doc)


class RunConfig:
    """How an Estimator runs: directories, intervals, devices and place in a cluster.

    The place in a cluster comes from the environment variable `TF_CONFIG`, read once when the
    object is made: a JSON object with `cluster` (job names to lists of `host:port`) and `task`
    (`type` and `index`), and optionally `model_dir`, `session_master`, `eval_session_master`
    and `service`. Without it the run is local.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_steps: int | None = _NOT_GIVEN,
        save_checkpoints_secs: float | None = _NOT_GIVEN,
        session_config: tf.compat.v1.ConfigProto | None = None,
        keep_checkpoint_max: int | None = 5,
        keep_checkpoint_every_n_hours: float | None = 10000,
        log_step_count_steps: int | None = 100,
        train_distribute: tf.distribute.Strategy | None = None,
        device_fn: Callable[[tf.Operation], Any] | None = None,
        protocol: str | None = None,
        eval_distribute: tf.distribute.Strategy | None = None,
        experimental_distribute: Any = None,
        experimental_max_worker_delay_secs: int | None = None,
        session_creation_timeout_secs: int | None = 7200,
        checkpoint_save_graph_def: bool = True,
    ):
        """Checks the settings and reads `TF_CONFIG`.

        Args:
          model_dir: directory of checkpoints, summaries and exports; None for a temporary one.
          tf_random_seed: seed of the graph's random operations; None for a fresh one each time.
          save_summary_steps: steps between summaries; None for no summaries.
          save_checkpoints_steps: steps between checkpoints; None for no saving by steps.
          save_checkpoints_secs: seconds between checkpoints; None for no saving by time. 600 if
            neither this nor `save_checkpoints_steps` is given.
          session_config: options of the session that runs the graph.
          keep_checkpoint_max: how many recent checkpoints to keep; None or 0 for all.
          keep_checkpoint_every_n_hours: hours between checkpoints that are kept for good.
          log_step_count_steps: steps between logs of the loss and of steps per second; None for
            none.
          train_distribute: strategy that training is spread with.
          device_fn: function from an operation, its argument `op`, to a device; None to place
            operations round robin on parameter servers if there are any.
          protocol: protocol of the servers of a cluster, 'grpc' or 'grpc+verbs'.
          eval_distribute: strategy that evaluation is spread with.
          experimental_distribute: object with `train_distribute`, `eval_distribute` and
            `remote_cluster`, in place of the two arguments above.
          experimental_max_worker_delay_secs: longest delay in seconds of the start of a worker;
            0 for none, None for the default, which grows with the worker's index to 60.
          session_creation_timeout_secs: seconds a worker waits for the chief's session.
          checkpoint_save_graph_def: whether checkpoints come with `graph.pbtxt` and `.meta`.

        Raises:
          ValueError: a setting is out of range, both checkpoint intervals are given, or
            `TF_CONFIG` is incomplete or contradicts itself or `model_dir`.
          TypeError: a setting or `service` in `TF_CONFIG` has the wrong type.
        """
        if save_checkpoints_steps is _NOT_GIVEN and save_checkpoints_secs is _NOT_GIVEN:
            save_checkpoints_secs = _SAVE_CHECKPOINTS_SECS
        steps = None if save_checkpoints_steps is _NOT_GIVEN else save_checkpoints_steps
        secs = None if save_checkpoints_secs is _NOT_GIVEN else save_checkpoints_secs
        check_intervals(steps, secs)
        tf_config = _tf_config.read_tf_config()
        self._set(
            model_dir=_tf_config.model_dir_of(tf_config, model_dir),
            tf_random_seed=tf_random_seed,
            save_summary_steps=save_summary_steps,
            save_checkpoints_steps=steps,
            save_checkpoints_secs=secs,
            session_config=session_config,
            keep_checkpoint_max=keep_checkpoint_max,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            log_step_count_steps=log_step_count_steps,
            train_distribute=train_distribute,
            device_fn=device_fn,
            protocol=protocol,
            eval_distribute=eval_distribute,
            experimental_max_worker_delay_secs=experimental_max_worker_delay_secs,
            session_creation_timeout_secs=session_creation_timeout_secs,
            checkpoint_save_graph_def=checkpoint_save_graph_def,
        )
        self._service = tf_config.get("service")
        self._set_experimental_distribute(experimental_distribute)
        self._set_place(self._find_place(tf_config))

    model_dir = _field("model_dir", "Directory of checkpoints, summaries and exports.")
    tf_random_seed = _field("tf_random_seed", "Seed of the graph's random operations.")
    save_summary_steps = _field("save_summary_steps", "Steps between summaries.")
    save_checkpoints_steps = _field("save_checkpoints_steps", "Steps between checkpoints.")
    save_checkpoints_secs = _field("save_checkpoints_secs", "Seconds between checkpoints.")
    session_config = _field("session_config", "Options of the session, a `ConfigProto`.")
    keep_checkpoint_max = _field("keep_checkpoint_max", "How many recent checkpoints are kept.")
    keep_checkpoint_every_n_hours = _field(
        "keep_checkpoint_every_n_hours", "Hours between checkpoints that are kept for good."
    )
    log_step_count_steps = _field("log_step_count_steps", "Steps between logs of progress.")
    train_distribute = _field("train_distribute", "Strategy that training is spread with.")
    eval_distribute = _field("eval_distribute", "Strategy that evaluation is spread with.")
    device_fn = _field("device_fn", "Function from an operation to its device.")
    protocol = _field("protocol", "Protocol of the servers of a cluster.")
    experimental_max_worker_delay_secs = _field(
        "experimental_max_worker_delay_secs", "Longest delay in seconds of a worker's start."
    )
    session_creation_timeout_secs = _field(
        "session_creation_timeout_secs", "Seconds a worker waits for the chief's session."
    )
    checkpoint_save_graph_def = _field(
        "checkpoint_save_graph_def", "Whether checkpoints come with their graph."
    )
    service = _field("service", "The object `service` of `TF_CONFIG`, for the platform's use.")
    cluster_spec = _field("cluster_spec", "The training cluster, a `tf.train.ClusterSpec`.")
    task_type = _field("task_type", "Job of this process, such as 'worker'.")
    task_id = _field("task_id", "Index of this process within its job.")
    global_id_in_cluster = _field(
        "global_id_in_cluster",
        "Rank of this process in the training cluster (chief first, then the other jobs by "
        "name, parameter servers last); None for an evaluator.",
    )
    master = _field("master", "Address of the session that trains, '' for this process.")
    evaluation_master = _field("evaluation_master", "Address of the session that evaluates.")
    is_chief = _field("is_chief", "Whether this process writes checkpoints and summaries.")
    num_ps_replicas = _field("num_ps_replicas", "Number of parameter servers.")
    num_worker_replicas = _field("num_worker_replicas", "Number of processes that train.")

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with some settings changed.

        Args:
          **kwargs: settings by the names of the constructor's arguments. Giving one of
            `save_checkpoints_steps` and `save_checkpoints_secs` a value unsets the other.

        Returns:
          A copy of the same class, with attributes that were added to this one. Strategies are
          shared with it, all else is copied.

        Raises:
          ValueError: a name that can't be replaced, such as that of a cluster property, or a
            value out of range.
          TypeError: a value of the wrong type.
        """
        for name in kwargs:
            if name not in _REPLACEABLE:
                raise ValueError(
                    f"Replacing {name} is not supported. Allowed properties are "
                    f"{list(_REPLACEABLE)}."
                )
        steps = kwargs.get("save_checkpoints_steps")
        secs = kwargs.get("save_checkpoints_secs")
        check_intervals(steps, secs)
        changes = dict(kwargs)
        if steps is not None:
            changes["save_checkpoints_secs"] = None
        if secs is not None:
            changes["save_checkpoints_steps"] = None
        strategies = (self._train_distribute, self._eval_distribute)
        shared = {id(s): s for s in strategies if s is not None}
        new = copy.deepcopy(self, shared)
        experimental = changes.pop("experimental_distribute", None)
        new._set(**changes)
        if experimental is not None:
            new._set_experimental_distribute(experimental)
        return new

    def _set(self, **fields: Any) -> None:
        for name, value in fields.items():
            check_field(name, value)
        for name, value in fields.items():
            setattr(self, "_" + name, value)

    def _set_experimental_distribute(self, given: Any) -> None:
        self._experimental_distribute = given
        for name in ("train_distribute", "eval_distribute"):
            strategy = getattr(given, name) if given else None
            if not strategy:
                continue
            if getattr(self, "_" + name):
                raise ValueError(
                    f"Either `{name}` or `experimental_distribute.{name}` can be set."
                )
            self._set(**{name: strategy})

    def _find_place(self, tf_config: dict[str, Any]) -> _tf_config.ClusterPlace:
        """The place in the cluster; under a training strategy the strategy sees to it."""
        remote = getattr(self._experimental_distribute, "remote_cluster", None)
        cluster = _tf_config.cluster_spec_of(tf_config)
        if remote and cluster.jobs:
            raise ValueError(
                'Cannot set both "cluster_spec" of TF_CONFIG and '
                "`experimental_distribute.remote_cluster`"
            )
        self._distribute_coordinator_mode = None
        if self._train_distribute and (remote or cluster.jobs):
            self._distribute_coordinator_mode = (
                "standalone_client" if remote else "independent_worker"
            )
            return _tf_config.local_place({}, tf.train.ClusterSpec(remote) if remote else cluster)
        return _tf_config.place_in_cluster(tf_config)

    def _set_place(self, place: _tf_config.ClusterPlace) -> None:
        for name, value in vars(place).items():
            setattr(self, "_" + name, value)
        under_strategy = self._distribute_coordinator_mode is not None
        if self._session_config is None and not under_strategy:
            self._session_config = session_config_of_place(place)
