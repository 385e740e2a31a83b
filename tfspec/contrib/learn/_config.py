"""tf.contrib.learn.RunConfig."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec import config

v1 = tf.compat.v1


class RunConfig(config.RunConfig):
    """`tf.estimator.RunConfig` with the arguments and defaults of tf.contrib.learn.

    Args:
        master, num_cores, evaluation_master: the devices are those of the process.
        log_device_placement, gpu_memory_fraction: for a session configuration, if none is given.
        tf_random_seed, save_summary_steps, save_checkpoints_secs, save_checkpoints_steps,
            keep_checkpoint_max, keep_checkpoint_every_n_hours, log_step_count_steps, protocol,
            model_dir, session_config: as for `tf.estimator.RunConfig`.
    """

    def __init__(
        self,
        master: str | None = None,
        num_cores: int = 0,
        log_device_placement: bool = False,
        gpu_memory_fraction: float = 1,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_secs: float | None = 600,
        save_checkpoints_steps: int | None = None,
        keep_checkpoint_max: int = 5,
        keep_checkpoint_every_n_hours: int = 10000,
        log_step_count_steps: int | None = 100,
        protocol: str | None = None,
        evaluation_master: str = "",
        model_dir: str | None = None,
        session_config: Any = None,
    ) -> None:
        if save_checkpoints_steps is not None:
            every = {"save_checkpoints_steps": save_checkpoints_steps}
        else:
            every = {"save_checkpoints_secs": save_checkpoints_secs}
        if session_config is None and log_device_placement:
            session_config = v1.ConfigProto(log_device_placement=True)
        super().__init__(
            model_dir=model_dir,
            tf_random_seed=tf_random_seed,
            save_summary_steps=save_summary_steps,
            session_config=session_config,
            keep_checkpoint_max=keep_checkpoint_max,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            log_step_count_steps=log_step_count_steps,
            protocol=protocol,
            **every,
        )

    @property
    def environment(self) -> str:
        """`local`, or `cloud` in a cluster."""
        return "cloud" if self.cluster_spec.as_dict() else "local"
