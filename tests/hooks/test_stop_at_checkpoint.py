"""A worker's hook that stops once the last step is saved."""

from __future__ import annotations

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training.line_model import estimator, ones
from tfspec.estimator import experimental

v1 = tf.compat.v1


class Worker(tfe.RunConfig):
    is_chief = property(lambda self: False)


@pytest.fixture
def naps(monkeypatch):
    """The waits, which take no time here."""
    naps = []
    monkeypatch.setattr("tfspec.hooks._stop_at_checkpoint.time.sleep", naps.append)
    return naps


def test_the_chief_stops_at_the_step(tmp_path):
    est = estimator(tmp_path)
    hook = experimental.make_stop_at_checkpoint_step_hook(est, 7)
    est.train(ones(), hooks=[hook])
    assert est.get_variable_value("global_step") == 7


@pytest.mark.parametrize("saved_step, stops", [(None, False), (2, False), (3, True)])
def test_a_worker_stops_when_the_step_is_saved(tmp_path, naps, saved_step, stops):
    est = tfe.Estimator(lambda features: None, config=Worker(str(tmp_path)))
    if saved_step is not None:
        estimator(tmp_path).train(ones(), steps=saved_step)
    hook = experimental.make_stop_at_checkpoint_step_hook(est, 3, wait_after_file_check_secs=5)
    with tf.Graph().as_default():
        step = v1.assign_add(v1.train.create_global_step(), 1)
        with v1.train.SingularMonitoredSession(hooks=[hook]) as session:
            for _ in range(2):
                session.run(step)
            assert not naps
            session.run(step)
            assert session.should_stop() == stops
    assert naps == ([] if stops else [5])


def test_the_last_step_is_needed(tmp_path):
    est = tfe.Estimator(lambda features: None, config=Worker(str(tmp_path)))
    with pytest.raises(ValueError, match="last_step must be specified"):
        experimental.make_stop_at_checkpoint_step_hook(est, None)
    with pytest.raises(TypeError, match="`estimator` must have type"):
        experimental.make_stop_at_checkpoint_step_hook(object(), 3)
