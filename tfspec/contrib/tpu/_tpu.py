"""tf.contrib.tpu: what has another name or place today."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

CrossShardOptimizer = tf.compat.v1.tpu.CrossShardOptimizer
# It wrote checkpoints beside the steps that followed; this one writes before them.
AsyncCheckpointSaverHook = tf.compat.v1.train.CheckpointSaverHook


def TPUDistributionStrategy(  # noqa: N802 - the name that programs call
    tpu_cluster_resolver: Any = None, using_single_core: bool = False
) -> Any:
    """`tf.distribute.TPUStrategy`."""
    resolver = tpu_cluster_resolver or tf.distribute.cluster_resolver.TPUClusterResolver()
    return tf.distribute.TPUStrategy(resolver)
