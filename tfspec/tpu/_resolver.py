"""Where TensorFlow finds a TPU."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


class TPUClusterResolver(tf.distribute.cluster_resolver.TPUClusterResolver):
    """TensorFlow's, for which an empty name means this machine, as it did in TensorFlow 1.

    Scripts give `""` where they are told to use no TPU.

    Args:
        tpu: the name or `grpc://` address of a TPU; `""` or `"local"` for this machine; None for
            what the environment names.
        *args: see `tf.distribute.cluster_resolver.TPUClusterResolver`.
        **others: the same.

    Raises:
        ValueError: None, and the environment names no TPU.
    """

    def __init__(self, tpu: str | bytes | None = None, *args: Any, **others: Any) -> None:
        super().__init__("local" if tpu in ("", b"") else tpu, *args, **others)
