"""A model_fn's calls of TensorFlow 2's summaries, with the package tensorboard or without it."""

from __future__ import annotations

import sys

import pytest
import tensorflow as tf

from tfspec.compat.v1 import estimator
from tfspec.summaries import has_tensorboard, without_tensorboard

v1 = tf.compat.v1


def tensorboards() -> set[str]:
    return {name for name in sys.modules if name.split(".")[0] == "tensorboard"}


def model_fn(features, labels, mode, params=None):
    scale = v1.get_variable("scale", [], initializer=v1.ones_initializer())
    loss = tf.reduce_sum(scale * features)
    tf.summary.scalar("loss/mine", loss)
    tf.summary.histogram("scales", scale[None])
    train_op = v1.assign_add(v1.train.get_global_step(), 1)
    make = estimator.tpu.TPUEstimatorSpec if params else estimator.EstimatorSpec
    return make(mode, predictions={"scale": scale[None]}, loss=loss, train_op=train_op)


def input_fn(params=None):
    return tf.data.Dataset.from_tensor_slices([1.0, 2.0]).batch(1, drop_remainder=True)


def plain(model_dir):
    return estimator.Estimator(model_fn, model_dir)


def tpu(model_dir):
    config = estimator.tpu.RunConfig(model_dir=model_dir)
    return estimator.tpu.TPUEstimator(
        model_fn, config=config, use_tpu=False, train_batch_size=1, eval_batch_size=1
    )


@pytest.mark.parametrize("make", [plain, tpu])
def test_without_a_writer_they_write_nothing(make, tmp_path):
    before = tensorboards()
    model = make(str(tmp_path))
    model.train(input_fn, steps=2)
    assert model.evaluate(input_fn, steps=2)["loss"] == 1.5
    if not has_tensorboard():
        assert tensorboards() == before
    tags = set()
    for file in tmp_path.glob("events*"):
        for event in v1.train.summary_iterator(str(file)):
            tags.update(value.tag for value in event.summary.value)
    assert "loss" in tags and not {"loss/mine", "scales"} & tags


@pytest.mark.skipif(has_tensorboard(), reason="tensorboard is installed")
def test_entered_again_and_left_at_last():
    before = tensorboards()
    with without_tensorboard():
        with without_tensorboard():
            pass
        with tf.Graph().as_default():
            tf.summary.scalar("a", 1.0)
    assert tensorboards() == before
