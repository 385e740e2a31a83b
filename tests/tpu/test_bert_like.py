"""A script in BERT's style leaves what it left on the original."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.tpu import bert_like
from tfspec.compat.v1 import estimator

# Written by `python bert_like.py FOLDER` on TensorFlow 2.15.1 and the original estimator.
RECORDED = json.loads(Path(__file__).with_suffix("").with_name("bert_like.json").read_text())


@pytest.mark.parametrize("use_tpu", [False, True], ids=["without TPU", "TPU asked for in vain"])
def test_script_leaves_what_it_left_on_the_original(use_tpu, tmp_path):
    found = bert_like.observe(estimator, str(tmp_path), use_tpu)
    assert found["metrics"] == pytest.approx(RECORDED["metrics"], rel=1e-3)
    assert found["weights"] == pytest.approx(RECORDED["weights"], rel=1e-4)
    np.testing.assert_allclose(found["predictions"], RECORDED["predictions"], atol=1e-5)
    assert [list(tag) for tag in found["tags"]] == RECORDED["tags"]
    for (step, tag, value), recorded in zip(found["host"], RECORDED["host"], strict=True):
        assert [step, tag] == recorded[:2]
        assert value == pytest.approx(recorded[2], rel=1e-3)


def test_tuned_model_is_served(tmp_path):
    def serving_input_fn():
        ids = tf.compat.v1.placeholder(tf.int32, [None, bert_like.LENGTH])
        return estimator.export.ServingInputReceiver({"input_ids": ids}, {"input_ids": ids})

    tuned = bert_like.fine_tune(estimator, str(tmp_path))
    export_dir = tuned.export_saved_model(str(tmp_path / "export"), serving_input_fn)
    served = tf.saved_model.load(export_dir.decode()).signatures["serving_default"]
    ids, classes = bert_like.examples(10)
    probabilities = served(input_ids=tf.constant(ids))["probabilities"].numpy()
    assert probabilities.argmax(axis=1).tolist() == classes.tolist()
