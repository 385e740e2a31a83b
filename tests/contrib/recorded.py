"""Cases that TensorFlow 1.15 and tfspec run alike, and what TensorFlow 1.15 made of them.

A module `NAME_cases.py` has `CASES`: by name, a function of a TensorFlow 1 that builds a structure
of tensors, or of arrays that it has fetched itself. `data/NAME.npz` holds what TensorFlow 1.15
gave. To record it, run a Python 3.7 that has TensorFlow 1.15 in the repository's folder:
`python -m tests.contrib.recorded seq2seq rnn`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import zlib

import numpy as np

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def numbers(name, shape, scale=1.0):
    """The same for a name, whoever asks."""
    random = np.random.RandomState(zlib.crc32(name.encode()) % 2**31)
    return (scale * random.uniform(-1, 1, shape)).astype(np.float32)


def run(tf, case):
    """What a case gives: its values in order, shapes as known before, and names of variables."""
    with tf.Graph().as_default(), tf.Session() as session:
        fetches = tf.contrib.framework.nest.flatten(case(tf))
        variables = tf.global_variables()
        given = [v for v in variables if v.dtype.base_dtype == tf.float32]
        assigned = [v.assign(numbers(v.op.name, v.shape.as_list(), 1.5)) for v in given]
        if assigned:  # a session of an empty graph doesn't run
            session.run(assigned)
        tensors = [f for f in fetches if not isinstance(f, (np.ndarray, np.generic))]
        made = iter(session.run(tensors) if tensors else [])
        values = [
            f if isinstance(f, (np.ndarray, np.generic)) else next(made) for f in fetches
        ]
    shapes = [_known_shape(f) for f in fetches]
    return [_plain(v) for v in values], shapes, [v.op.name for v in variables]


def _plain(value):
    """Texts as such: an array of objects can't be read without running what is in the file."""
    value = np.asarray(value)
    if value.dtype.kind not in "OSU":
        return value
    texts = [v.decode() if isinstance(v, bytes) else str(v) for v in value.ravel()]
    return np.array(texts, str).reshape(value.shape)


def _known_shape(value):
    if value.shape is not None and getattr(value.shape, "rank", 0) is None:
        return None
    sizes = value.shape.as_list() if hasattr(value.shape, "as_list") else value.shape
    return [-1 if size is None else size for size in sizes]


def check(tf, module, name):
    """Whether a case gives what was recorded.

    Raises:
        AssertionError: it doesn't.
    """
    name_of = module.__name__.split(".")[-1]
    file = os.path.join(DATA, name_of[: -len("_cases")] + ".npz")
    recorded = np.load(file)
    facts = json.loads(str(recorded["facts"]))[name]
    values, shapes, variables = run(tf, module.CASES[name])
    assert variables == facts["variables"]
    assert len(values) == len(facts["shapes"])
    for number, (value, shape) in enumerate(zip(values, facts["shapes"])):  # noqa: B905 - Python 3.7
        expected = recorded["{}/{}".format(name, number)]  # noqa: UP032
        if value.dtype.kind == "U":
            assert value.tolist() == expected.tolist()
        else:
            assert value.dtype == expected.dtype
            largest = np.max(np.abs(expected), initial=1)  # sums lose digits by it
            np.testing.assert_allclose(value, expected, rtol=2e-5, atol=2e-5 * largest)
        if shape is not None:
            known = zip(shapes[number], shape)  # noqa: B905
            assert len(shapes[number]) == len(shape)
            assert all(there in (-1, here) for here, there in known), (shapes[number], shape)


def record(tf, name):
    module = importlib.import_module("tests.contrib." + name + "_cases")
    arrays, facts = {}, {}
    for case in module.CASES:
        values, shapes, variables = run(tf, module.CASES[case])
        facts[case] = {"shapes": shapes, "variables": variables}
        for number, value in enumerate(values):
            arrays["{}/{}".format(case, number)] = value  # noqa: UP032
    np.savez_compressed(os.path.join(DATA, name + ".npz"), facts=json.dumps(facts), **arrays)


if __name__ == "__main__":
    import tensorflow

    for given in sys.argv[1:]:
        record(tensorflow, given)
