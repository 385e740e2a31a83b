"""Gives a program that sets no seed one, so that two of its runs can be compared."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy as np
import tensorflow as tf


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seeds Python's, NumPy's and TensorFlow's random numbers until the block ends.

    Args:
        seed: what every graph has for a seed to which the program gives none.
    """
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)
    own = tf.Graph.seed

    def get(graph: tf.Graph) -> int | None:
        given = own.fget(graph)
        return seed if given is None else given

    tf.Graph.seed = property(get, own.fset)
    try:
        yield
    finally:
        tf.Graph.seed = own
