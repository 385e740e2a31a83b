"""Which maps of an input pipeline stay in the thread of whoever asks, and what comes out."""

import numpy as np
import pytest
import tensorflow as tf

from tfspec import _tf
from tfspec.graph import FunctionSession, Program, trace_scope

v1 = tf.compat.v1
ROWS = np.arange(24, dtype=np.float64).reshape(12, 2)

CAN_BE_TOLD = any(
    attribute.name == "force_synchronous" for attribute in _tf.op_definition("MapDataset").attr
)


def rows():
    return tf.data.Dataset.from_tensor_slices((ROWS, ROWS[:, 0]))


def pack(x, y):
    return {"x": x}, y


def compute(x, y):
    return tf.cast(x, tf.float32) / 255.0, y


def parse(x, y):
    return tf.strings.to_number(tf.strings.as_string(x)), y


def draw(x, y):
    return x + tf.random.uniform([], seed=1, dtype=tf.float64), y


def large(x, y):
    return tf.tile(tf.reshape(x, [1, -1]), [10000, 1]) * 2.0, y


def read_lines():
    return tf.data.TextLineDataset([__file__]).map(lambda line: (line, tf.constant(1.0)))


PIPELINES = {
    "packs": (lambda: rows().map(pack), 1),
    "computes little": (lambda: rows().map(compute), 1),
    "after a shuffle and a repeat": (lambda: rows().shuffle(5, seed=1).repeat(2).map(pack), 1),
    "twice": (lambda: rows().map(compute).map(pack).batch(4), 2),
    "after a prefetch": (lambda: rows().batch(4).prefetch(2).map(pack), 1),
    "zipped": (lambda: tf.data.Dataset.zip((rows().map(compute), rows())), 1),
    "of batches that would be made ahead": (lambda: rows().batch(4).map(pack), 0),
    "parses": (lambda: rows().map(parse), 0),
    "after one that parses": (lambda: rows().map(parse).map(pack), 0),
    "draws": (lambda: rows().map(draw), 0),
    "computes much": (lambda: rows().map(large), 0),
    "of a file": (read_lines, 0),
    "inside another": (lambda: rows().batch(4).flat_map(
        lambda x, y: tf.data.Dataset.from_tensor_slices((x, y)).map(pack)), 0),
}


@pytest.mark.parametrize("name", PIPELINES)
def test_light_maps_stay_and_change_nothing(name):
    make, expected = PIPELINES[name]
    with tf.Graph().as_default(), trace_scope():
        dataset = make()
        iterator = v1.data.make_initializable_iterator(dataset)
        following = tf.nest.flatten(iterator.get_next())
        program = Program(tf.compat.v1.get_default_graph())
        maps = [node for node in program.lifted.nodes.values() if node.op == "MapDataset"]
        attributes = [node.attr["force_synchronous"] for node in maps if CAN_BE_TOLD]
        marked = [attribute for attribute in attributes if attribute.b]
        assert len(marked) == (expected if CAN_BE_TOLD else 0)
        with FunctionSession(program=program) as ours, v1.Session() as theirs:
            for session in (ours, theirs):
                session.run(iterator.initializer)
            for _ in range(3):
                for one, other in zip(ours.run(following), theirs.run(following), strict=True):
                    np.testing.assert_array_equal(one, other)
