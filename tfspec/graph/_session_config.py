"""Carries a session's `ConfigProto` over to the runtime that serves the whole process."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

_threading = tf.config.threading
_warned: set[str] = set()


def apply_session_config(config: Any) -> None:
    """Does what a session configuration asks for, as far as it still can be done.

    Thread counts and GPU memory belong to the process and are settled once its first op has
    run eagerly, as they were once its first session was open. A wish that comes too late is
    logged.

    Args:
      config: a `tf.compat.v1.ConfigProto`, or None.
    """
    if config is None:
        return
    _set(
        "intra_op_parallelism_threads", config.intra_op_parallelism_threads,
        _threading.get_intra_op_parallelism_threads,
        _threading.set_intra_op_parallelism_threads,
    )
    _set(
        "inter_op_parallelism_threads", config.inter_op_parallelism_threads,
        _threading.get_inter_op_parallelism_threads,
        _threading.set_inter_op_parallelism_threads,
    )
    if config.gpu_options.allow_growth:
        for gpu in tf.config.list_physical_devices("GPU"):
            _set(
                "gpu_options.allow_growth", True,
                lambda gpu=gpu: tf.config.experimental.get_memory_growth(gpu),
                lambda wish, gpu=gpu: tf.config.experimental.set_memory_growth(gpu, wish),
            )
    if config.log_device_placement:
        tf.debugging.set_log_device_placement(True)


def _set(name: str, wish: Any, get: Any, put: Any) -> None:
    if not wish or get() == wish:
        return
    try:
        put(wish)
    except RuntimeError:
        if name not in _warned:
            _warned.add(name)
            tf.compat.v1.logging.warning(
                "session_config.%s = %s comes too late: TensorFlow has started. Set it before "
                "the first op runs, see tf.config.", name, wish,
            )
