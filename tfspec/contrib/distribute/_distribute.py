"""tf.contrib.distribute: strategies that took a number of GPUs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf

v1 = tf.compat.v1


def AllReduceCrossDeviceOps(  # noqa: N802 - the name that programs call
    all_reduce_alg: str = "nccl", num_packs: int = 1, **others: Any
) -> Any:
    """NCCL, or hierarchical copies for `hierarchical_copy`."""
    if all_reduce_alg == "hierarchical_copy":
        return tf.distribute.HierarchicalCopyAllReduce(num_packs)
    return tf.distribute.NcclAllReduce(num_packs)


def MirroredStrategy(  # noqa: N802
    devices: Sequence[str] | None = None,
    num_gpus: int | None = None,
    num_gpus_per_worker: int | None = None,
    cross_device_ops: Any = None,
    auto_shard_dataset: bool = False,
    **others: Any,
) -> tf.distribute.MirroredStrategy:
    """`tf.distribute.MirroredStrategy` over `devices`, or the first `num_gpus` GPUs.

    Where there are fewer GPUs than asked for, it takes what there is.
    """
    count = num_gpus if num_gpus is not None else num_gpus_per_worker
    if devices is None and count is not None:
        there = len(tf.config.list_logical_devices("GPU"))
        devices = [f"/gpu:{index}" for index in range(min(count, there))] or ["/cpu:0"]
    return v1.distribute.MirroredStrategy(devices, cross_device_ops)


def CollectiveAllReduceStrategy(  # noqa: N802
    num_gpus_per_worker: int = 0, **others: Any
) -> Any:
    """`MultiWorkerMirroredStrategy`, over all GPUs that a worker has."""
    return v1.distribute.experimental.MultiWorkerMirroredStrategy()


def ParameterServerStrategy(num_gpus_per_worker: int = 0, **others: Any) -> Any:  # noqa: N802
    """`ParameterServerStrategy`, configured by TF_CONFIG."""
    return v1.distribute.experimental.ParameterServerStrategy()


def TPUStrategy(  # noqa: N802
    tpu_cluster_resolver: Any, steps_per_run: int | None = None, **others: Any
) -> Any:
    """`tf.distribute.TPUStrategy`, which runs as many steps per call as the loop has."""
    return tf.distribute.TPUStrategy(tpu_cluster_resolver)


class DistributeConfig(NamedTuple):
    """What a `RunConfig` takes as `experimental_distribute`.

    Attributes:
        train_distribute, eval_distribute: the strategies for training and for evaluation.
        remote_cluster: a cluster to train on from outside.
    """

    train_distribute: Any = None
    eval_distribute: Any = None
    remote_cluster: Any = None
