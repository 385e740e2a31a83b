"""What the graph optimizer fuses runs in one thread, to the bits that a session gives."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.graph.test_step_loop import graph
from tfspec import _tf
from tfspec.graph import FunctionSession, _onednn
from tfspec.graph._lift import NodeDef

v1 = tf.compat.v1
RUNS = 4  # the last of which one thread does
# Relative to the largest number. TensorFlow's own product for filters of three dimensions adds up
# blocks whose size depends, by the processor's caches, on the number of threads.
IN_BLOCKS = 1e-6


def weights(name, *shape):
    return v1.get_variable(name, shape, initializer=v1.random_normal_initializer(seed=3))


def unary_ops(x):
    return tf.math.log1p(tf.exp(-tf.abs(x)))


def swish(x):
    return x * tf.sigmoid(x)


def mish(x):
    return x * tf.tanh(tf.math.softplus(x))


def gelu(x):
    return 0.5 * x * (1.0 + tf.math.erf(x / 1.4142135))


def dense_gelu(x):
    return gelu(dense_bias(x))


def dense_bias(x):
    return tf.nn.bias_add(tf.matmul(tf.reshape(x, [-1, 24]), weights("w", 24, 5)), weights("b", 5))


def layer_norm(x):
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, weights("b", 4), weights("g", 4), 1e-6)


def fused_layer_norm(x):
    rows = tf.reshape(x, [1, -1, 24, 1])
    ones, zeros = tf.ones([8 * 6]), tf.zeros([8 * 6])
    rows = tf.transpose(rows, [0, 3, 2, 1])
    normal, _, _ = v1.nn.fused_batch_norm(rows, ones, zeros, epsilon=0.001)
    normal = tf.reshape(tf.transpose(normal, [0, 3, 2, 1]), [-1, 6, 6, 4])
    return normal * weights("g", 4) + weights("b", 4)


def instance_norm(x):
    mean, variance = tf.nn.moments(x, [1, 2], keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-5) * weights("g", 4) + weights("b", 4)


def attention(x):
    rows = tf.reshape(x, [-1, 2, 9, 8])
    scores = tf.matmul(rows, rows, transpose_b=True) * 0.35 + tf.ones([1, 1, 1, 9]) * 0.5
    return tf.matmul(tf.nn.softmax(scores), rows)


def conv_bias_relu(x):
    y = tf.nn.conv2d(x, weights("w", 3, 3, 4, 8), 1, "SAME")
    return tf.nn.relu(tf.nn.bias_add(y, weights("b", 8)))


def conv_batch_norm(x):
    y = tf.nn.conv2d(x, weights("w", 3, 3, 4, 8), 1, "SAME")
    y, _, _ = v1.nn.fused_batch_norm(
        y, weights("g", 8), weights("b", 8), tf.zeros([8]), tf.ones([8]), is_training=False
    )
    return tf.nn.relu(y)


def trained_batch_norm(x):
    y, _, _ = v1.nn.fused_batch_norm(x, weights("g", 4), weights("b", 4))
    return tf.nn.relu(y)


def depthwise(x):
    y = tf.nn.depthwise_conv2d(x, weights("w", 3, 3, 4, 1), [1, 1, 1, 1], "SAME")
    return tf.nn.relu6(tf.nn.bias_add(y, weights("b", 4)))


def separable(x):
    return tf.nn.separable_conv2d(
        x, weights("d", 3, 3, 4, 2), weights("p", 1, 1, 8, 6), [1, 1, 1, 1], "VALID"
    )


def transposed(x):
    return tf.nn.conv2d_transpose(x, weights("w", 2, 2, 3, 4), [8, 12, 12, 3], 2)


def padded_conv(x):
    x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return tf.nn.conv2d(x, weights("w", 3, 3, 4, 8), 2, "VALID")


def conv_3d(x):
    y = tf.nn.conv3d(x[..., None], weights("w", 3, 3, 3, 1, 2), [1] * 5, "SAME")
    return tf.nn.relu(tf.nn.bias_add(y, weights("b", 2)))


def pools(x):
    return tf.nn.max_pool2d(x, 2, 2, "VALID") + tf.nn.avg_pool2d(x, 3, 2, "SAME")


def einsum(x):
    return tf.einsum("bijk,kl->bijl", x, weights("w", 4, 5))


def hashed(x):
    names = tf.strings.as_string(tf.cast(x, tf.int32))
    return tf.cast(tf.strings.to_hash_bucket_fast(names, 10), tf.float32)


def many_sums(x):
    return tf.add_n([x, 2.0 * x, x, x - 1.0]) / 4.0 + tf.square(x - 1.0)


def same_twice(x):
    return tf.sin(x) * 2.0 + tf.sin(x) * 3.0


COMPUTATIONS = [
    unary_ops, swish, mish, gelu, dense_gelu, dense_bias, layer_norm, fused_layer_norm,
    instance_norm, attention, conv_bias_relu, conv_batch_norm, trained_batch_norm, depthwise,
    separable, transposed, padded_conv, conv_3d, pools, einsum, hashed, many_sums, same_twice,
]


def session_of_an_estimator():
    config = v1.ConfigProto()
    rewriting = config.graph_options.rewrite_options
    rewriting.meta_optimizer_iterations = rewriting.ONE
    return v1.Session(config=config)


def outcomes(session, compute, trained):
    """The values of some runs, or of a variable's gradients."""
    random = np.random.RandomState(5)
    data = random.randn(RUNS * 8, 6, 6, 4).astype(np.float32)
    x = v1.data.make_one_shot_iterator(tf.data.Dataset.from_tensor_slices(data).batch(8)).get_next()
    x = tf.reshape(x, [8, 6, 6, 4])
    y = compute(x)
    if trained:
        y = [y, tf.gradients(tf.reduce_sum(y * y), [x, *v1.trainable_variables()])]
    with session() as session:
        session.run(v1.global_variables_initializer())
        return [session.run(y) for _ in range(RUNS)]


@pytest.mark.parametrize(
    ("compute", "trained"),
    [(compute, False) for compute in COMPUTATIONS]
    + [(compute, True) for compute in COMPUTATIONS if compute is not hashed],  # of strings, none
    ids=lambda value: ("values", "gradients")[value] if value in (0, 1) else value.__name__,
)
def test_values_are_those_of_a_session(compute, trained):
    with graph():
        ours = outcomes(FunctionSession, compute, trained)
    with graph():
        expected = outcomes(session_of_an_estimator, compute, trained)
    within = IN_BLOCKS if trained and compute is conv_3d else 0.0
    for got, wanted in zip(tf.nest.flatten(ours), tf.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=within * np.abs(wanted).max())


def gradients_of_a_convolution(path):
    """Nodes as the optimizer leaves them, in which the filter's gradient waits for the bias's."""
    nodes = [NodeDef(name=name, op="Placeholder") for name in ("x", "shape", "dy")]
    nodes.append(NodeDef(name="bias", op="BiasAddGrad", input=["dy"]))
    nodes += [
        NodeDef(name=name, op="NoOp", input=[f"^{before}"])
        for name, before in zip(path, ["bias", *path], strict=False)
    ]
    waits = f"^{path[-1] if path else 'bias'}"
    filters = NodeDef(
        name="filter", op="Conv2DBackpropFilter", input=["x", "shape", "dy", waits, "^x"]
    )
    for node in (nodes[3], filters):
        node.attr["T"].type = tf.float32.as_datatype_enum
    return [*nodes, filters]


@pytest.mark.skipif(not _tf.uses_onednn(), reason="oneDNN has the op that computes both")
@pytest.mark.parametrize("path", [(), ("one",), ("one", "two")], ids=len)
def test_gradients_that_wait_for_each_other_make_no_cycle(path):
    """On some processors the optimizer has the one wait for the other, and both became one."""
    nodes = gradients_of_a_convolution(path)
    _onednn.merge_bias_gradients(nodes)
    filters = nodes[-1]
    merged = filters.op.endswith("WithBias")
    assert merged == (not path)
    assert list(filters.input) == (
        ["x", "shape", "dy", "^x"] if merged else ["x", "shape", "dy", f"^{path[-1]}", "^x"]
    )
    assert nodes[3].op == ("Identity" if merged else "BiasAddGrad")
