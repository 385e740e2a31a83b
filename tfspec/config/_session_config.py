"""Session options that a run starts from when its RunConfig gives none."""

from __future__ import annotations

import tensorflow as tf

from tfspec.config._tf_config import ClusterPlace, TaskType


def default_session_config(
    device_filters: list[str] | None = None,
) -> tf.compat.v1.ConfigProto:
    """Soft placement and a single pass of the graph optimizer.

    Args:
      device_filters: devices of a cluster that the session may see; None for all.
    """
    config = tf.compat.v1.ConfigProto(
        allow_soft_placement=True, device_filters=device_filters or []
    )
    rewrite = config.graph_options.rewrite_options
    rewrite.meta_optimizer_iterations = rewrite.ONE
    return config


def session_config_of_place(place: ClusterPlace) -> tf.compat.v1.ConfigProto | None:
    """Options that keep tasks of a cluster from waiting for each other; None elsewhere.

    A worker sees itself and the parameter servers only, so that the death of another
    worker doesn't stop it.
    """
    if not place.cluster_spec.jobs:
        return None
    filters = {
        TaskType.MASTER: ["/job:ps", "/job:master"],
        TaskType.CHIEF: ["/job:ps", "/job:chief"],
        TaskType.WORKER: ["/job:ps", f"/job:worker/task:{place.task_id}"],
        TaskType.PS: ["/job:ps", "/job:worker", "/job:chief", "/job:master"],
    }.get(place.task_type)
    return default_session_config(filters) if filters else None
