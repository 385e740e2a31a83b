"""tf.contrib.layers: names of variables, defaults, arguments, numbers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfspec.contrib import framework, layers

v1 = tf.compat.v1


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        v1.set_random_seed(1)
        yield graph


def run(*fetches, feed=None):
    with v1.Session() as session:
        session.run([v1.global_variables_initializer(), v1.local_variables_initializer()])
        return session.run(fetches[0] if len(fetches) == 1 else fetches, feed)


def variables() -> dict[str, list[int]]:
    return {v.op.name: v.shape.as_list() for v in v1.global_variables()}


def test_names_and_shapes_of_variables():
    x = v1.placeholder(tf.float32, [None, 8, 8, 3])
    with framework.arg_scope(
        [layers.conv2d, layers.fully_connected],
        normalizer_fn=layers.batch_norm,
        weights_regularizer=layers.l2_regularizer(0.1),
    ):
        net = layers.flatten(layers.max_pool2d(layers.conv2d(x, 4, 3), 2))
        net = layers.fully_connected(net, 5)
    net = layers.stack(net, layers.fully_connected, [4, 3], scope="s")
    layers.layer_norm(net)
    layers.linear(net, 2, scope="out")
    layers.embed_sequence(v1.placeholder(tf.int64, [None, 5]), 10, 4)
    norm = {"beta": 1, "moving_mean": 1, "moving_variance": 1}
    assert variables() == {
        "Conv/weights": [3, 3, 3, 4],
        **{f"Conv/BatchNorm/{name}": [4] for name in norm},
        "fully_connected/weights": [64, 5],
        **{f"fully_connected/BatchNorm/{name}": [5] for name in norm},
        "s/fully_connected_1/weights": [5, 4],
        "s/fully_connected_1/biases": [4],
        "s/fully_connected_2/weights": [4, 3],
        "s/fully_connected_2/biases": [3],
        "LayerNorm/beta": [3],
        "LayerNorm/gamma": [3],
        "out/weights": [3, 2],
        "out/biases": [2],
        "EmbedSequence/embeddings": [10, 4],
    }
    assert len(v1.losses.get_regularization_losses()) == 2
    assert len(v1.get_collection(v1.GraphKeys.UPDATE_OPS)) == 4
    assert len(framework.get_model_variables()) == len(variables())


def test_defaults_and_numbers():
    x = np.array([[1.0, -2.0, 4.0]], np.float32)
    weights = v1.constant_initializer(1.0)
    dense = layers.fully_connected(x, 2, weights_initializer=weights)
    negative = layers.fully_connected(-x, 2, weights_initializer=weights)  # ReLU by default
    normed = layers.layer_norm(tf.constant(x), scale=False)
    unit = layers.unit_norm(tf.constant(x), 1)
    penalty = layers.l1_l2_regularizer(1.0, 2.0)(tf.constant(x))
    found = run(dense, negative, normed, unit, penalty)
    np.testing.assert_allclose(found[0], [[3.0, 3.0]])
    np.testing.assert_allclose(found[1], [[0.0, 0.0]])
    np.testing.assert_allclose(found[2], (x - 1.0) / x.std(), rtol=1e-5)
    np.testing.assert_allclose(found[3], x / np.sqrt(21.0), rtol=1e-5)
    assert found[4] == 7.0 + 21.0


def test_batch_norm_updates():
    x = tf.constant([[1.0], [3.0]])
    out = layers.batch_norm(x, decay=0.5, updates_collections=None, scope="in_place")
    frozen = layers.batch_norm(x, is_training=False, scope="frozen")
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        np.testing.assert_allclose(session.run(out), [[-1.0], [1.0]], atol=1e-3)
        assert session.run(framework.get_unique_variable("in_place/moving_mean")) == [1.0]
        np.testing.assert_allclose(session.run(frozen), [[1.0], [3.0]], rtol=1e-3)


@pytest.mark.parametrize("optimizer", ["SGD", v1.train.GradientDescentOptimizer])
def test_optimize_loss(optimizer):
    w = v1.get_variable("w", initializer=[3.0, 4.0])
    step = v1.train.get_or_create_global_step()
    train = layers.optimize_loss(
        tf.reduce_sum(w * w) / 2,
        step,
        0.1,
        optimizer,
        clip_gradients=1.0,
        gradient_multipliers={"w": 1.0},
        learning_rate_decay_fn=lambda rate, step: rate * 10,
    )
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        assert session.run(train) == 12.5
        np.testing.assert_allclose(session.run(w), [2.4, 3.2], rtol=1e-6)
        assert session.run(step) == 1
    assert "OptimizeLoss/learning_rate" in variables()
    tags = {op.name for op in w.graph.get_operations() if "Summary" in op.type}
    assert tags == {
        f"OptimizeLoss/{tag}"
        for tag in (
            "loss",
            "learning_rate_1",
            "global_norm/gradient_norm",
            "global_norm/clipped_gradient_norm",
        )
    }


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda x: layers.fully_connected(x, "3"), ValueError, "num_outputs type"),
        (lambda x: layers.conv2d(x, 3, 3), ValueError, "rank 2"),
        (lambda x: layers.layer_norm(x, begin_norm_axis=2), ValueError, "must be < rank"),
        (lambda x: layers.l2_regularizer(1), ValueError, "cannot be an integer"),
        (lambda x: layers.embed_sequence(x), ValueError, "Must specify vocab size"),
        (lambda x: layers.optimize_loss(x, None, 0.1, "SGD"), ValueError, "must be a scalar"),
        (lambda x: layers.stack(x, layers.linear, 3), ValueError, "need to be a list"),
        (lambda x: framework.arg_scope([tf.nn.relu]).__enter__(), ValueError, "not decorated"),
        (lambda x: framework.arg_scope(3).__enter__(), TypeError, "must either be"),
    ],
)
def test_mistakes(call, error, message):
    with pytest.raises(error, match=message):
        call(tf.zeros([2, 3]))
