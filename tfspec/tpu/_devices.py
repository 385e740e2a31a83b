"""The TPU, if there is one."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.tpu._run_config import RunConfig
from tfspec.tpu._tpu_config import InputPipelineConfig, TPUConfig

_logging = tf.compat.v1.logging
_experimental = tf.tpu.experimental

# How a replica of so many cores lies in the mesh of chips (x, y, z, core).
_CORES_SHAPE = {
    1: (1, 1, 1, 1), 2: (1, 1, 1, 2), 4: (1, 2, 1, 2), 8: (2, 2, 1, 2), 16: (4, 2, 1, 2),
    32: (4, 4, 1, 2), 64: (8, 4, 1, 2), 128: (8, 8, 1, 2),
}


class TPUSystem:
    """A TPU that this process can reach.

    Args:
      resolver: how it is reached.
      metadata: what it consists of.

    Attributes:
      metadata: see above.
      device_assignment: the cores of each replica, once it is started; None if each has one.
    """

    def __init__(self, resolver: Any, metadata: Any) -> None:
        self._resolver = resolver
        self.metadata = metadata
        self.device_assignment = None

    def check(self, config: RunConfig) -> None:
        """Raises ValueError if the settings ask for something else than this TPU."""
        tpu_config, metadata = config.tpu_config, self.metadata
        cores = tpu_config.num_cores_per_replica or 1
        per_host_v2 = tpu_config.per_host_input_for_training == InputPipelineConfig.PER_HOST_V2
        if not per_host_v2 and cores > metadata.num_of_cores_per_host:
            raise ValueError(
                "Except the PER_HOST_V2 mode, the num of cores required by model parallelism "
                "specified by TPUConfig.num_cores_per_replica should be less than or equal to the "
                f"num_cores_per_host. num_cores_per_replica: {cores}, num_cores_per_host: "
                f"{metadata.num_of_cores_per_host}"
            )
        replicas = metadata.num_cores // cores
        if tpu_config.num_shards not in (None, replicas):
            raise ValueError(
                "TPUConfig.num_shards is not set correctly. According to TPU system metadata for "
                f"Tensorflow master ({config.master}): num_replicas should be ({replicas}), got "
                f"({tpu_config.num_shards}). Please set it accordingly or leave it as `None`"
            )

    def replicas(self, tpu_config: TPUConfig) -> int:
        """Number of replicas of the model."""
        return self.metadata.num_cores // (tpu_config.num_cores_per_replica or 1)

    def strategy(self, tpu_config: TPUConfig) -> tf.distribute.TPUStrategy:
        """Starts the TPU, which clears its memory, and returns the strategy that runs on it."""
        with _tf.eager_mode():
            topology = _experimental.initialize_tpu_system(self._resolver)
            if tpu_config.num_cores_per_replica:
                self.device_assignment = _experimental.DeviceAssignment.build(
                    topology,
                    computation_shape=_CORES_SHAPE[tpu_config.num_cores_per_replica],
                    num_replicas=self.replicas(tpu_config),
                )
            return tf.distribute.TPUStrategy(self._resolver, self.device_assignment)


def find_tpu(config: RunConfig) -> TPUSystem | None:
    """The TPU that `cluster` or `master` of the configuration names, or that is in this machine.

    Returns:
      The TPU, None if no TPU is seen.

    Raises:
      ValueError: its settings don't fit the TPU.
    """
    resolver_type = tf.distribute.cluster_resolver.TPUClusterResolver
    with _tf.eager_mode():
        resolver = config.cluster
        if not isinstance(resolver, resolver_type):
            resolver = resolver_type(config.master or "local")
        if resolver.master() not in ("", "local"):
            tf.config.experimental_connect_to_cluster(resolver)
        system = TPUSystem(resolver, resolver.get_tpu_system_metadata())
    if not system.metadata.num_cores:
        _logging.warning(
            "Cannot find any TPU cores in the system (use_tpu=True, Tensorflow master %r). "
            "Running on what is there: %s.",
            config.master, [device.name for device in system.metadata.devices],
        )
        return None
    system.check(config)
    return system
