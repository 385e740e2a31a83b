"""tf.contrib.training: TensorFlow 1.15's batches, settings and loops."""

from __future__ import annotations

import pytest

from tests.contrib import training_cases
from tests.contrib.recorded import check
from tfspec.compat import v1 as tf1
from tfspec.contrib import training


@pytest.mark.parametrize("name", training_cases.CASES)
def test_as_tensorflow_1_15(name):
    check(tf1, training_cases, name)


@pytest.fixture
def slim_training():
    """What of contrib.training is that of tf_slim."""
    pytest.importorskip("tf_slim")
    from tfspec.contrib import training

    return training


def line(training, folder, steps):
    """Fits a line, and returns the last loss."""
    with tf1.Graph().as_default():
        step = tf1.train.get_or_create_global_step()
        slope = tf1.get_variable("slope", [], initializer=tf1.zeros_initializer())
        loss = tf1.losses.mean_squared_error([2.0, 4.0], slope * [1.0, 2.0])
        train_op = training.create_train_op(
            loss,
            tf1.train.GradientDescentOptimizer(0.1),
            global_step=step,
            transform_grads_fn=training.clip_gradient_norms_fn(3.0),
            summarize_gradients=True,
        )
        hooks = [tf1.train.StopAtStepHook(num_steps=steps)]
        return training.train(train_op, folder, hooks=hooks, save_checkpoint_secs=0.01)


def test_loops_of_training_and_evaluation(slim_training, tmp_path):
    training, folder = slim_training, str(tmp_path)
    assert line(training, folder, 1) == 10
    assert line(training, folder, 30) < 1e-3
    with tf1.Graph().as_default():
        tf1.train.get_or_create_global_step()
        slope = tf1.get_variable("slope", [])
        mean, update = tf1.metrics.mean(slope * [1.0, 3.0])
        tf1.summary.scalar("mean", mean)
        hooks = [
            training.StopAfterNEvalsHook(2),
            training.SummaryAtEndHook(str(tmp_path / "eval")),
        ]
        path = tf1.train.latest_checkpoint(folder)
        assert training.wait_for_new_checkpoint(folder) == path
        found = training.evaluate_once(path, eval_ops=update, final_ops=mean, hooks=hooks)
        assert found == pytest.approx(4, abs=0.1)
        again = training.evaluate_repeatedly(
            folder,
            eval_ops=update,
            final_ops=mean,
            hooks=hooks,
            timeout=0.5,
            max_number_of_evaluations=1,
        )
        assert again == found
    assert list((tmp_path / "eval").iterdir())


@pytest.mark.parametrize(
    "act, kind, words",
    [
        (lambda x: bucket(x, bucket_boundaries=3), TypeError, "must be a list or tuple"),
        (lambda x: bucket(x, bucket_boundaries=[]), ValueError, "must not be empty"),
        (lambda x: bucket(x, bucket_boundaries=[1.5, 2]), TypeError, "must be integers, but saw"),
        (lambda x: bucket(x, bucket_boundaries=[2, 2]), ValueError, "but saw: 2 before 2"),
        (lambda x: bucket(x, batch_size=[1]), ValueError, "list it must have num_buckets"),
        (lambda x: bucket(x, bucket_capacities=[1]), ValueError, "must have exactly num_buckets"),
        (lambda x: training.bucket([], 0, 1, 1), ValueError, "Expected at least one tensor"),
        (lambda x: sample(x, target_probs=[1.0]), ValueError, "must have the same length"),
        (lambda x: sample(x, labels=x[None]), ValueError, "must have rank 1"),
    ],
)
def test_wrong_arguments(act, kind, words):
    with tf1.Graph().as_default(), pytest.raises(kind) as error:
        act(tf1.constant(3))
    assert words in str(error.value)


def bucket(x, batch_size=2, bucket_boundaries=(3,), **settings):
    return training.bucket_by_sequence_length(x, [x], batch_size, bucket_boundaries, **settings)


def sample(x, labels=None, target_probs=(0.5, 0.5)):
    labels = x if labels is None else labels
    return training.stratified_sample([x], labels, target_probs, 2, init_probs=[0.5, 0.5])


@pytest.mark.parametrize(
    "init, words",
    [([0.0, 1.0], "zero initial probability"), ([0.5, 0.4], "assertion failed")],
)
def test_wrong_shares(init, words):
    with tf1.Graph().as_default(), tf1.Session() as session:
        training.stratified_sample([1.0], 0, [0.5, 0.5], 1, init_probs=init)
        examples, batches = tf1.get_collection(tf1.GraphKeys.QUEUE_RUNNERS)
        session.run(examples.enqueue_ops)
        with pytest.raises(tf1.errors.InvalidArgumentError, match=words):
            session.run(batches.enqueue_ops)


def test_buckets_feed_an_estimator(tmp_path):
    """Queue runners of an input_fn, as the original's."""

    def sentences():
        length = tf1.train.input_producer([3, 5, 1, 2, 7, 6], num_epochs=4, shuffle=False).dequeue()
        lengths, words = training.bucket_by_sequence_length(
            length, [tf1.range(length)], 2, [4], dynamic_pad=True
        )
        return {"words": words[0], "lengths": lengths}, tf1.cast(lengths, tf1.float32)

    def model_fn(features, labels, mode):
        words = tf1.cast(features["words"], tf1.float32)
        weight = tf1.get_variable("weight", [], initializer=tf1.zeros_initializer())
        found = weight * tf1.reduce_max(words, 1) + 1
        loss = tf1.losses.mean_squared_error(labels, found)
        step = tf1.train.get_global_step()
        train = tf1.train.GradientDescentOptimizer(0.01).minimize(loss, step)
        return tf1.estimator.EstimatorSpec(mode, loss=loss, train_op=train)

    estimator = tf1.estimator.Estimator(model_fn, str(tmp_path))
    estimator.train(sentences)
    assert estimator.get_variable_value("global_step") == 12
    assert estimator.get_variable_value("weight") == pytest.approx(1, abs=0.1)
