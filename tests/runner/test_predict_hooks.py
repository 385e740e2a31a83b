"""Hooks of predict find their graph in every callback, and callers of predict don't."""

from __future__ import annotations

import tensorflow as tf

import tfspec.estimator as tfe
from tests.training.line_model import model_fn, ones

v1 = tf.compat.v1


class Looks(v1.train.SessionRunHook):
    def __init__(self):
        self.graphs = []

    def look(self, *args):
        self.graphs.append(v1.get_default_graph())
        assert v1.train.get_global_step() is not None

    begin = after_create_session = before_run = after_run = end = look


def test_graph_of_prediction_hooks(tmp_path):
    hook, outside = Looks(), v1.get_default_graph()
    for _ in tfe.Estimator(model_fn, str(tmp_path)).predict(ones(2), hooks=[hook]):
        assert v1.get_default_graph() is outside
    # The third run finds the end of the input.
    assert len(hook.graphs) == 2 + 2 * 2 + 1 + 1 and len(set(map(id, hook.graphs))) == 1
    assert hook.graphs[0] is not outside
