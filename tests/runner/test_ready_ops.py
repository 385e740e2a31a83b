"""A Scaffold's own ready ops decide whether training may begin."""

from __future__ import annotations

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training.line_model import model_fn, ones

v1 = tf.compat.v1


def ready(missing):
    """An op as ready ops are: it lists what is not ready."""
    return tf.constant(missing, tf.string, [len(missing)])


@pytest.mark.parametrize("part", ["ready_op", "ready_for_local_init_op"])
@pytest.mark.parametrize("missing", [[], ["the_oven"]])
def test_ready_ops_of_the_scaffold(tmp_path, part, missing):
    def checked(features, labels, mode):
        scaffold = v1.train.Scaffold(**{part: ready(missing)})
        return model_fn(features, labels, mode)._replace(scaffold=scaffold)

    estimator = tfe.Estimator(checked, str(tmp_path))
    if missing:
        with pytest.raises(RuntimeError, match="Variables not initialized: the_oven"):
            estimator.train(ones(2))
    else:
        estimator.train(ones(2))
        assert estimator.get_variable_value("global_step") == 2
