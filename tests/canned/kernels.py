"""Which kernels give the same bits as those of the TensorFlow that made the recordings.

Rounding is a matter of the release and of the processor: kernels of matrix products choose their
code when they run. Each kernel here is given the same numbers wherever this runs.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np


def digests(tf: Any) -> dict[str, str]:
    """A digest of what each kernel gives, by its name."""
    random = np.random.RandomState(0)
    rows = (random.randn(64, 16) * 2).astype(np.float32)
    weights = random.randn(16, 8).astype(np.float32)
    positive = np.abs(rows) + np.float32(0.01)
    outputs = {
        "exp": tf.exp(rows),
        "log1p": tf.math.log1p(positive),
        "matmul": tf.matmul(rows, weights),
        "mean": tf.reduce_mean(rows, 0),
        "rsqrt": tf.math.rsqrt(positive),
        "sigmoid": tf.sigmoid(rows),
        "softmax": tf.nn.softmax(rows),
        "softplus": tf.nn.softplus(rows),
        "sum": tf.reduce_sum(rows, 1),
        "tanh": tf.tanh(rows),
    }
    return {name: hashlib.sha256(np.asarray(output)).hexdigest()[:16]
            for name, output in outputs.items()}  # fmt: skip
