"""tf.contrib.gan, which is the package tensorflow_gan."""

from __future__ import annotations

import importlib.util

import pytest

from tests.launch.conftest import folder  # noqa: F401
from tests.launch.tools import RUN, python, write
from tfspec.check import WORKS, judge

# In the style of the public templates for TPUs.
PROGRAM = """
import tensorflow as tf
tfgan = tf.contrib.gan

def generator_fn(inputs):
    return tf.layers.dense(inputs, 3)

def discriminator_fn(data, inputs):
    return tf.layers.dense(data, 1)

def model_fn(features, labels, mode, params):
    gan_model = tfgan.gan_model(generator_fn, discriminator_fn, labels, features)
    loss = train_op = None
    if mode == tf.estimator.ModeKeys.TRAIN:
        gan_loss = tfgan.gan_loss(gan_model, add_summaries=False)
        loss = gan_loss.generator_loss
        ops = tfgan.gan_train_ops(
            gan_model, gan_loss, tf.train.RMSPropOptimizer(0.05), tf.train.RMSPropOptimizer(0.05))
        train_op = tf.group(
            ops.generator_train_op, ops.discriminator_train_op,
            tf.train.get_global_step().assign_add(1))
    return tf.estimator.EstimatorSpec(
        mode, predictions=gan_model.generated_data, loss=loss, train_op=train_op)

def input_fn():
    data = tf.random_normal((100, 5)), tf.random_uniform((100, 3))
    return tf.data.Dataset.from_tensor_slices(data).repeat().batch(16)

est = tf.estimator.Estimator(model_fn, "own", params={})
est.train(input_fn, max_steps=5)
print(est.get_variable_value("global_step"), sorted(
    name for name in est.get_variable_names() if name.endswith("kernel")))

gan = tfgan.estimator.GANEstimator(
    "canned",
    generator_fn=lambda inputs, mode: generator_fn(inputs), discriminator_fn=discriminator_fn,
    generator_loss_fn=tfgan.losses.wasserstein_generator_loss,
    discriminator_loss_fn=tfgan.losses.wasserstein_discriminator_loss,
    generator_optimizer=tf.train.AdamOptimizer(0.1),
    discriminator_optimizer=tf.train.AdamOptimizer(0.1))
gan.train(input_fn, max_steps=5)
print(gan.get_variable_value("global_step"))
"""


@pytest.mark.skipif(importlib.util.find_spec("tensorflow_gan") is None, reason="not installed")
def test_a_script_with_gans(folder):  # noqa: F811
    write(folder, job=PROGRAM)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.returncode == 0, done.stderr
    names = "['Discriminator/dense/kernel', 'Generator/dense/kernel']"
    assert done.stdout.splitlines() == [f"5 {names}", "5"]


@pytest.mark.parametrize("name", ["gan_model", "GANModel", "losses.wasserstein_generator_loss"])
def test_check_names_the_package(name):
    judgement = judge(f"tensorflow.contrib.gan.{name}", "tf1")
    assert (judgement.verdict, judgement.remedy) == (WORKS, "pip install tensorflow-gan")


def test_what_is_missing_without_tf_estimator(tmp_path):
    done = python("-c", "import tfspec.contrib as c; c.gan.gan_model", cwd=tmp_path)
    assert "ImportError" in done.stderr and "tfspec.install()" in done.stderr
