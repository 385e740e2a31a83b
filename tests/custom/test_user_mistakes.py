"""What a newcomer gets wrong, and that the error says what to do about it."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tfspec.compat.v1 import estimator

X = np.random.RandomState(0).rand(20, 3).astype(np.float32)
Y = np.arange(20, dtype=np.int32) % 2


def input_fn():
    return tf.data.Dataset.from_tensor_slices((X, Y)).repeat().batch(4)


def good_spec(labels, logits, mode, **changed):
    """The EstimatorSpec of a classifier, with arguments left out (None) or replaced."""
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    given = {"loss": loss, "train_op": optimizer.minimize(loss, tf.train.get_global_step())}
    return estimator.EstimatorSpec(mode, **{**given, **changed})


def classifier(units=2, inputs=3, name="w", reshape_labels=None, **changed):
    def model_fn(features, labels, mode):
        logits = tf.matmul(features, tf.get_variable(name, [inputs, units]))
        if reshape_labels:
            labels = tf.reshape(labels, reshape_labels)
        return good_spec(labels, logits, mode, **changed)

    return model_fn


def returns_the_loss(features, labels, mode):
    return good_spec(labels, tf.matmul(features, tf.get_variable("w", [3, 2])), mode).loss


@pytest.mark.parametrize(
    ("model_fn", "error", "message"),
    [
        (classifier(loss=None), ValueError, "Missing loss.* needs the scalar loss"),
        (classifier(train_op=None), ValueError, r"Missing train_op.*optimizer\.minimize"),
        (returns_the_loss, ValueError, "should return an EstimatorSpec.*Received"),
        (classifier(inputs=4), ValueError, r"Dimensions must be equal, but are 3 and 4"),
        (classifier(reshape_labels=[-1, 2]), ValueError, r"labels.*Received.*\(None, 2\)"),
        (classifier(training_hooks=["hook"]), TypeError, "SessionRunHook"),
    ],
    ids=["no loss", "no train_op", "no spec", "weight shape", "label shape", "hook type"],
)
def test_wrong_model_fn(model_fn, error, message, tmp_path):
    with pytest.raises(error, match=message):
        estimator.Estimator(model_fn, str(tmp_path)).train(input_fn, steps=1)
    assert not list(tmp_path.glob("*ckpt*"))


@pytest.mark.parametrize(
    ("wrong_input", "error", "message"),
    [
        (lambda: None, ValueError, "Received: None. Is a return statement missing?"),
        (lambda: (X, Y, Y), ValueError, r"\(features, labels\).*Received: 3 elements"),
        (lambda: (tf.constant(X), tf.constant(Y[:15])), ValueError, r"\(15,\).*\(20, 2\)"),
        (
            lambda: tf.data.Dataset.from_tensor_slices((X, Y[:15])),
            ValueError,
            "20 and 15 are not compatible",
        ),
    ],
    ids=["nothing", "three things", "labels of another length", "data set of unequal parts"],
)
def test_wrong_input_fn(wrong_input, error, message, tmp_path):
    with pytest.raises(error, match=message):
        estimator.Estimator(classifier(), str(tmp_path)).train(wrong_input, steps=1)


def test_a_dataset_where_a_function_belongs(tmp_path):
    with tf.Graph().as_default(), pytest.raises(TypeError, match="input_fn.*function"):
        estimator.Estimator(classifier(), str(tmp_path)).train(input_fn(), steps=1)


def test_an_error_of_the_users_own_comes_through(tmp_path):
    def reads_a_column_that_is_not_there():
        return {}["no such column"]

    with pytest.raises(KeyError, match="no such column"):
        estimator.Estimator(classifier(), str(tmp_path)).train(
            reads_a_column_that_is_not_there, steps=1
        )


def test_an_op_that_fails_names_the_users_line(tmp_path):
    def model_fn(features, labels, mode):
        logits = tf.matmul(features, tf.get_variable("w", [3, 2]))
        with tf.control_dependencies([tf.assert_less(labels, 1, message="labels are 0 only")]):
            return good_spec(tf.identity(labels), logits, mode)

    with pytest.raises(tf.errors.InvalidArgumentError, match="labels are 0 only") as caught:
        estimator.Estimator(model_fn, str(tmp_path)).train(input_fn, steps=5)
    assert __file__ in str(caught.value)


@pytest.mark.parametrize("below", ["", "model"], ids=["a file", "below a file"])
def test_model_dir_that_cannot_be_made(below, tmp_path):
    occupied = tmp_path / "occupied"
    occupied.touch()
    model_dir = str(occupied / below)
    with pytest.raises(tf.errors.OpError, match="(?s)occupied.*Give a `model_dir`"):
        estimator.Estimator(classifier(), model_dir).train(input_fn, steps=1)


@pytest.mark.parametrize(
    ("other_model", "error", "message"),
    [
        (
            classifier(units=5),
            tf.errors.InvalidArgumentError,
            r"w is \[3, 5\] in the model, \[3, 2\] in the checkpoint",
        ),
        (classifier(name="v"), tf.errors.NotFoundError, r"v \[3, 2\] is not in the checkpoint"),
    ],
    ids=["shape", "name"],
)
def test_checkpoint_of_another_model(other_model, error, message, tmp_path):
    estimator.Estimator(classifier(), str(tmp_path)).train(input_fn, steps=1)
    before = sorted(path.name for path in tmp_path.glob("*ckpt*"))
    with pytest.raises(error, match=f"(?s){message}.*model_dir.*warm_start_from"):
        estimator.Estimator(other_model, str(tmp_path)).train(input_fn, steps=1)
    assert sorted(path.name for path in tmp_path.glob("*ckpt*")) == before
