"""The text of graphs, against protobuf's own."""

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import text_format

from tfspec.checkpoints import graph_text

v1 = tf.compat.v1


def of_a_model():
    x = v1.placeholder(tf.float32, [None, 4], "x")
    net = v1.layers.dense(x, 8, activation=tf.nn.relu)
    loss = tf.reduce_mean(net, name="loss")
    v1.train.AdamOptimizer().minimize(loss, v1.train.get_or_create_global_step())
    v1.summary.scalar("loss", loss)
    v1.train.Saver()


def of_constants():
    tf.constant(np.arange(1024).reshape(-1, 4).astype(np.uint8))  # every byte
    tf.constant(np.random.RandomState(0).randn(300))
    tf.constant(np.zeros(300))
    tf.constant([b"a\x00'\"\\\n\xff", "ü".encode()])
    tf.constant(1.5), tf.constant([True, False]), tf.constant(2 + 3j)
    tf.constant(np.arange(300, dtype=np.int64))


def of_functions():
    dataset = tf.data.Dataset.range(5).map(lambda i: i * i).filter(lambda i: i > 1).batch(2)
    value = v1.data.make_one_shot_iterator(dataset).get_next()
    tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])
    tf.cond(value[0] > 1, lambda: value, lambda: value + 1)


def of_devices():
    with tf.device("/device:CPU:0"), v1.colocate_with(tf.constant(1)):
        tf.identity(tf.constant("text"), name="A.b/c-d")
    with tf.control_dependencies([tf.no_op()]):
        tf.strings.join([tf.constant("a"), tf.constant("b")])


@pytest.mark.parametrize("build", [of_a_model, of_constants, of_functions, of_devices, list])
@pytest.mark.parametrize("shapes", [False, True])
def test_same_text(build, shapes):
    with tf.Graph().as_default() as graph:
        build()
    graph_def = graph.as_graph_def(add_shapes=shapes)
    assert graph_text(graph_def) == text_format.MessageToString(graph_def)


def test_other_fields():
    graph_def = v1.GraphDef(version=3)
    node = graph_def.node.add(name="a b", op="NoOp")
    node.experimental_debug_info.original_node_names.append("c")
    graph_def.node.add(op="NoOp", input=["", "^a"])
    assert graph_text(graph_def) == text_format.MessageToString(graph_def)
