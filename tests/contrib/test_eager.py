"""tf.contrib.eager, and the graph of k-means."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat import v1 as tf1
from tfspec.contrib import eager, factorization


def test_gradients_by_variables():
    w, b = eager.Variable(3.0), eager.Variable(1.0)
    frozen = eager.Variable(5.0, trainable=False)

    def loss(x, scale=1.0):
        return (w * w * x + b + frozen) * scale

    value, pairs = eager.implicit_value_and_gradients(loss)(2.0, scale=10.0)
    assert float(value) == 240.0
    assert [(float(g), v) for g, v in pairs] == [(120.0, w), (10.0, b)]
    tf1.train.GradientDescentOptimizer(0.1).apply_gradients(eager.implicit_gradients(loss)(2.0))
    assert float(w) == pytest.approx(3.0 - 0.1 * 12.0)
    with pytest.raises(ValueError, match="No trainable variables"):
        eager.implicit_gradients(lambda: frozen * 2.0)()


def test_gradients_by_arguments():
    def f(x, y):
        return x * x * y

    assert [float(g) for g in eager.gradients_function(f)(3.0, 2.0)] == [12.0, 9.0]
    value, gradients = eager.value_and_gradients_function(f, params=[1])(3.0, 2.0, dy=2.0)
    assert float(value) == 18.0 and [float(g) for g in gradients] == [18.0]
    second = eager.gradients_function(lambda x: eager.gradients_function(f)(x, 2.0)[0])
    assert float(second(3.0)[0]) == 4.0
    with pytest.raises(ValueError, match="None"):
        eager.gradients_function(lambda x: None)(1.0)
    with pytest.raises(ValueError, match="'x'"):
        eager.gradients_function(f, params=["x"])


def test_iterator():
    elements = eager.Iterator(tf.data.Dataset.range(4))
    assert [int(elements.next()), int(next(elements)), int(elements.get_next())] == [0, 1, 2]
    assert [int(element) for element in elements] == [3]
    with pytest.raises(tf.errors.OutOfRangeError):
        elements.get_next()


def test_network():
    class Net(eager.Network):
        def __init__(self):
            super().__init__()
            self.layer = self.track_layer(tf1.layers.Dense(2))
            self.hidden = [self.track_layer(tf1.layers.Dense(1))]

        def call(self, x):
            return self.hidden[0](self.layer(x))

    net = Net()
    assert net(tf.ones([4, 3])).shape == [4, 1]
    assert [v.shape.as_list() for v in net.trainable_variables] == [[3, 2], [2], [2, 1], [1]]


def test_k_means_in_a_session():
    points = np.array([[0, 0], [0, 1], [9, 9], [9, 8]], np.float32)
    with tf.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf.float32, [None, 2])
        model = factorization.KMeans(x, 2, distance_metric="squared_euclidean")
        _, index, scores, _, init, train = model.training_graph()
        feed = {x: points}
        session.run(tf1.global_variables_initializer(), feed)
        session.run(init, feed)
        for _ in range(3):
            session.run(train, feed)
        found, distances = session.run([index[0], scores[0]], feed)
    assert found[0] == found[1] != found[2] == found[3]
    np.testing.assert_allclose(distances, 0.25, rtol=1e-5)
