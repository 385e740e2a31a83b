"""TrainSpec and EvalSpec: what they keep and what they refuse."""

from __future__ import annotations

import pytest
import tensorflow as tf

import tfspec.estimator as tfe
from tests.training.line_model import RecordingExporter, ones

HOOK = tf.compat.v1.train.SessionRunHook()
LISTENER = tf.compat.v1.train.CheckpointSaverListener()
A, B = RecordingExporter("a"), RecordingExporter("b")


def test_train_spec_keeps_its_arguments():
    input_fn = ones()
    spec = tfe.TrainSpec(input_fn, 5, hooks=(h for h in [HOOK]), saving_listeners=[LISTENER])
    assert spec == (input_fn, 5, (HOOK,), (LISTENER,))
    assert spec._fields == ("input_fn", "max_steps", "hooks", "saving_listeners")
    assert tfe.TrainSpec(input_fn) == (input_fn, None, (), ())


@pytest.mark.parametrize(
    "given, kept",
    [(None, ()), (A, (A,)), ([A, B], (A, B)), ((e for e in [A, B]), (A, B))],
    ids=["none", "one", "list", "generator"],
)
def test_eval_spec_keeps_exporters_as_a_tuple(given, kept):
    assert tfe.EvalSpec(ones(), exporters=given).exporters == kept


def test_eval_spec_defaults():
    assert tfe.EvalSpec(len) == (len, 100, None, (), (), 120, 600)
    assert tfe.EvalSpec(len, steps=None).steps is None


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        ({"input_fn": 3}, TypeError, "`input_fn` must be callable, given: 3"),
        ({"max_steps": 0}, ValueError, "Must specify max_steps > 0, given: 0"),
        ({"hooks": [3]}, TypeError, "All hooks must be `SessionRunHook` instances, given: 3"),
        ({"hooks": HOOK}, TypeError, "`hooks` must be an iterable of `SessionRunHook`"),
        (
            {"saving_listeners": [HOOK]},
            TypeError,
            "All saving_listeners must be `CheckpointSaverListener` instances",
        ),
    ],
)
def test_train_spec_refuses(arguments, error, match):
    with pytest.raises(error, match=match):
        tfe.TrainSpec(**{"input_fn": ones(), **arguments})


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        ({"input_fn": 3}, TypeError, "`input_fn` must be callable, given: 3"),
        ({"steps": 0}, ValueError, "Must specify steps > 0, given: 0"),
        ({"name": 3}, TypeError, "`name` must be string, given: 3"),
        ({"hooks": [3]}, TypeError, "All hooks must be `SessionRunHook` instances, given: 3"),
        ({"start_delay_secs": -1}, ValueError, "Must specify start_delay_secs >= 0, given: -1"),
        ({"throttle_secs": -1}, ValueError, "Must specify throttle_secs >= 0, given: -1"),
        ({"exporters": 3}, TypeError, "`exporters` must be an Exporter, an iterable of Exp"),
        ({"exporters": [A, 3]}, TypeError, "`exporters` must be an Exporter, an iterable of Exp"),
        ({"exporters": [A, A]}, ValueError, "`exporters` must have unique names.*'a', 'a'"),
        ({"exporters": RecordingExporter("")}, ValueError, "name that is `None` or empty"),
        ({"exporters": RecordingExporter(3)}, ValueError, "An Exporter must have a string name"),
    ],
)
def test_eval_spec_refuses(arguments, error, match):
    with pytest.raises(error, match=match):
        tfe.EvalSpec(**{"input_fn": ones(), **arguments})
