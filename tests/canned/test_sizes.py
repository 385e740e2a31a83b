"""Sizes of layers, as scripts give them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat.v1 import estimator

v1 = tf.compat.v1


@pytest.mark.parametrize(
    "sizes", [[3, 2], "3 2".split(), [3.0, 2.9], np.array([3, 2]), (3, "2")], ids=str
)
def test_layers_have_the_sizes_that_were_asked_for(sizes):
    columns = [tf.feature_column.numeric_column("x", (4,))]
    build = estimator.experimental.dnn_logit_fn_builder(
        1, sizes, columns, tf.nn.relu, None, None, False
    )
    with tf.Graph().as_default():
        build({"x": tf.zeros([5, 4])}, "train")
        shapes = [variable.shape.as_list() for variable in v1.trainable_variables()]
    assert shapes == [[4, 3], [3], [3, 2], [2], [2, 1], [1]]
