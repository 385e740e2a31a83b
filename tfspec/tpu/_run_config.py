"""RunConfig with a TPUConfig."""

from __future__ import annotations

import copy
from typing import Any

import tensorflow as tf

from tfspec import config
from tfspec.config import TaskType
from tfspec.tpu._tpu_config import TPUConfig

_NOT_GIVEN: Any = object()


class RunConfig(config.RunConfig):
    """How a `TPUEstimator` runs: a `RunConfig` with a `TPUConfig` and addresses of TPUs.

    Args:
      tpu_config: a `TPUConfig`; the default one if None. Without a `tpu_job_name`, its job is
        named by `tpu_worker_job_name` of the object `service` in `TF_CONFIG`.
      evaluation_master: address of the session that evaluates; `master` if None.
      master: address of the session that trains, '' for this process; if None, that of
        `TF_CONFIG`, or '' without one.
      cluster: a `tf.distribute.cluster_resolver.ClusterResolver` that gives the address and the
        cluster, instead of `master`.
      **kwargs: the arguments of `tfspec.estimator.RunConfig`.

    Raises:
      ValueError: both `master` and `cluster` are given, or as `tfspec.estimator.RunConfig`.
      TypeError: `tpu_config` or `cluster` has the wrong type, or as `tfspec.estimator.RunConfig`.

    Behaviour: tf.compat.v1.estimator.tpu.RunConfig of TensorFlow 2.15.
    """

    def __init__(
        self,
        tpu_config: TPUConfig | None = None,
        evaluation_master: str | None = None,
        master: str | None = None,
        cluster: tf.distribute.cluster_resolver.ClusterResolver | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if cluster is not None and master is not None:
            raise ValueError(
                f"Both master and cluster are set. Got {master!r} and {cluster!r}; give one."
            )
        self._tpu_config = self._with_job_name(_checked(tpu_config or TPUConfig()))
        self._cluster = cluster
        if cluster is not None:
            self._set_cluster(cluster)
        elif master is not None:
            self._master = master
        if evaluation_master is not None:
            self._evaluation_master = evaluation_master
        elif not self._evaluation_master and self._task_type != TaskType.EVALUATOR:
            # An evaluator runs beside the TPU's job; everything else evaluates where it trains.
            self._evaluation_master = self._master

    @property
    def tpu_config(self) -> TPUConfig:
        """The settings for TPUs."""
        return self._tpu_config

    @property
    def cluster(self) -> tf.distribute.cluster_resolver.ClusterResolver | None:
        """The cluster resolver that was given."""
        return self._cluster

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with some settings changed, `tpu_config` or those of the base class.

        Raises:
          ValueError: a name that can't be replaced, or a value out of range.
          TypeError: a value of the wrong type.
        """
        tpu_config = kwargs.pop("tpu_config", _NOT_GIVEN)
        if tpu_config is not _NOT_GIVEN:
            tpu_config = _checked(tpu_config)
        new = super().replace(**kwargs)
        if tpu_config is not _NOT_GIVEN:
            new._tpu_config = tpu_config
        return new

    def __deepcopy__(self, memo: dict[int, Any]) -> RunConfig:
        # A resolver holds connections: copies share it.
        memo[id(self._cluster)] = self._cluster
        new = object.__new__(type(self))
        memo[id(self)] = new
        vars(new).update(copy.deepcopy(vars(self), memo))
        return new

    def _set_place(self, place: Any) -> None:
        given = self._session_config
        super()._set_place(place)
        self._session_config = given  # TPU workers are not to be filtered out

    def _with_job_name(self, tpu_config: TPUConfig) -> TPUConfig:
        name = (self.service or {}).get("tpu_worker_job_name")
        if tpu_config.tpu_job_name is not None or not name:
            return tpu_config
        return tpu_config._replace(tpu_job_name=name)

    def _set_cluster(self, cluster: Any) -> None:
        if not isinstance(cluster, tf.distribute.cluster_resolver.ClusterResolver):
            raise TypeError(
                "cluster must be a tf.distribute.cluster_resolver.ClusterResolver, "
                f"got {cluster!r} of type {type(cluster).__name__}."
            )
        self._master = cluster.master()
        self._cluster_spec = cluster.cluster_spec()
        if self._session_config is None:
            self._session_config = tf.compat.v1.ConfigProto(
                allow_soft_placement=True, isolate_session_state=True
            )
        if self._cluster_spec:
            self._session_config.cluster_def.CopyFrom(self._cluster_spec.as_cluster_def())


def _checked(tpu_config: Any) -> TPUConfig:
    if not isinstance(tpu_config, TPUConfig):
        raise TypeError(
            f"tpu_config must be a TPUConfig, got {tpu_config!r} of type "
            f"{type(tpu_config).__name__}."
        )
    return tpu_config
