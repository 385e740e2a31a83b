"""What predict computes before it is asked for, and what it does not."""

import threading
import time

import numpy as np
import pytest
import tensorflow as tf

import tfspec.estimator

v1 = tf.compat.v1


@pytest.fixture
def estimator(tmp_path):
    def model_fn(features, labels, mode):
        weight = v1.get_variable("w", [], initializer=v1.ones_initializer())
        bad = v1.assert_less(features, 1000.0)
        with tf.control_dependencies([bad]):
            predictions = {"y": features * (weight + 1.0)}
        loss = tf.reduce_sum(features) * weight
        train_op = v1.train.GradientDescentOptimizer(0.0).minimize(
            loss, v1.train.get_global_step()
        )
        return tfspec.estimator.EstimatorSpec(
            mode, predictions=predictions, loss=loss, train_op=train_op
        )

    made = tfspec.estimator.Estimator(model_fn, str(tmp_path))
    made.train(lambda: tf.data.Dataset.from_tensors([1.0]), steps=1)
    return made


def numbers(count):
    return tf.data.Dataset.range(count).map(lambda i: tf.cast(i, tf.float32)).batch(2)


def threads_of_batches():
    return [thread for thread in threading.enumerate() if thread.name.startswith("tfspec_batches")]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 400, 999])
def test_all_come_in_order(estimator, count):
    found = [each["y"] for each in estimator.predict(lambda: numbers(count))]
    np.testing.assert_array_equal(found, 2.0 * np.arange(count))
    assert not threads_of_batches()


@pytest.mark.parametrize("taken", [1, 2, 3, 9, 200])
def test_stopping_early_leaves_no_thread(estimator, taken):
    predictions = estimator.predict(lambda: numbers(10**9))
    found = [next(predictions)["y"] for _ in range(taken)]
    predictions.close()
    np.testing.assert_array_equal(found, 2.0 * np.arange(taken))
    assert not threads_of_batches()


def test_what_comes_before_an_error_is_given(estimator):
    found = []
    with pytest.raises(tf.errors.InvalidArgumentError, match="assert_less"):  # noqa: PT012
        for each in estimator.predict(lambda: numbers(2000)):
            found.append(each["y"])
    np.testing.assert_array_equal(found, 2.0 * np.arange(1000))
    assert not threads_of_batches()


def test_several_at_once(estimator):
    together = zip(*(estimator.predict(lambda: numbers(300)) for _ in range(3)), strict=True)
    found = [[each["y"] for each in row] for row in together]
    np.testing.assert_array_equal(found, 2.0 * np.repeat(np.arange(300), 3).reshape(-1, 3))


def test_a_generator_is_not_asked_before_its_turn(estimator):
    """A server of requests gives them one by one to a generator that predict reads."""
    asked = []

    def requests():
        for i in range(100):
            asked.append(i)
            yield [float(i)]

    def input_fn():
        options = tf.data.Options()
        options.autotune.enabled = False  # nor may tf.data read ahead
        options.experimental_optimization.apply_default_optimizations = False
        dataset = tf.data.Dataset.from_generator(requests, tf.float32, [None])
        return dataset.with_options(options)

    counts = []
    for each in estimator.predict(input_fn, yield_single_examples=False):
        counts.append((float(each["y"][0]) / 2.0, len(asked)))
        time.sleep(0.001)
    ahead = {count - number for number, count in counts[:-1]}
    assert [number for number, _ in counts] == list(range(100))
    assert max(ahead) <= 2  # from_generator's own look ahead


def test_a_hook_may_end_the_input(estimator):
    class Ends(v1.train.SessionRunHook):
        ended, runs = False, iter(range(2))

        def before_run(self, run_context):
            next(self.runs)

        def end(self, session):
            self.ended = True

    hook = Ends()
    found = [each["y"] for each in estimator.predict(lambda: numbers(100), hooks=[hook])]
    np.testing.assert_array_equal(found, 2.0 * np.arange(4))
    assert hook.ended
