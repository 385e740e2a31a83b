"""tf.contrib.training: batches of examples that are drawn by a probability or a rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf

v1 = tf.compat.v1
_SMOOTHING = 10  # examples of each class that count as seen before the first


def rejection_sample(
    tensors: Sequence[Any],
    accept_prob_fn: Callable[[list[tf.Tensor]], tf.Tensor],
    batch_size: int,
    queue_threads: int = 1,
    enqueue_many: bool = False,
    prebatch_capacity: int = 16,
    prebatch_threads: int = 1,
    runtime_checks: bool = False,
    name: str | None = None,
) -> list[tf.Tensor]:
    """Batches of the examples that are accepted, each with a probability of its own.

    Args:
        tensors: those of one example, or of many.
        accept_prob_fn: of the tensors of one example, the probability.
        batch_size: how many accepted examples make a batch.
        queue_threads: how many threads fill the queue of accepted examples.
        enqueue_many: whether `tensors` have a first dimension of examples.
        prebatch_capacity, prebatch_threads: of the queue that takes examples apart then.
        runtime_checks: whether probabilities are checked to be from 0 to 1.
        name: of the scope.

    Returns:
        The tensors of a batch, with a first dimension `batch_size`.

    Raises:
        ValueError: with `enqueue_many`, first dimensions that differ.
    """
    with v1.variable_scope(name, "rejection_sample", tensors):
        example = [tf.convert_to_tensor(tensor) for tensor in tensors]
        if enqueue_many:
            example = _one_by_one(example, prebatch_threads, prebatch_capacity)
        probability = accept_prob_fn(example)
        if runtime_checks:
            checks = [
                v1.assert_less_equal(0.0, probability),
                v1.assert_less_equal(probability, 1.0),
            ]
            with tf.control_dependencies(checks):
                probability = tf.identity(probability, "prob_with_checks")
        return _accepted(example, probability, batch_size, queue_threads)


def stratified_sample(
    tensors: Sequence[Any],
    labels: Any,
    target_probs: Any,
    batch_size: int,
    init_probs: Any = None,
    enqueue_many: bool = False,
    queue_capacity: int = 16,
    threads_per_queue: int = 1,
    name: str | None = None,
) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Batches with given shares of classes, made by leaving out examples.

    Args:
        tensors: those of one example, or of many.
        labels: the class of the example, an int scalar, or of each example `[batch]`.
        target_probs: the share of each class in batches, `[classes]`.
        batch_size: of the batches.
        init_probs: the share of each class in the data; by default it is estimated.
        enqueue_many: whether `tensors` and `labels` have a first dimension of examples.
        queue_capacity: how many examples may wait.
        threads_per_queue: how many threads fill each queue.
        name: of the scope.

    Returns:
        The tensors of a batch, and its classes `[batch_size]`.

    Raises:
        ValueError: first dimensions that differ; probabilities of different lengths.
        tf.errors.InvalidArgumentError: when run, for probabilities that don't sum to 1, classes
            out of range, or one that is wanted and never there.
    """
    with v1.name_scope(name, "stratified_sample"):
        examples = [tf.convert_to_tensor(tensor) for tensor in tensors]
        labels = tf.convert_to_tensor(labels)
        target = tf.convert_to_tensor(target_probs, tf.float32)
        if not enqueue_many:
            examples = [tf.expand_dims(tensor, 0) for tensor in examples]
            labels = tf.expand_dims(labels, 0)
        if init_probs is None:
            target.shape.assert_is_fully_defined()
            init = _seen_shares(labels, target.shape.num_elements())
        else:
            init = tf.convert_to_tensor(init_probs, tf.float32)
        init, target = _checked_shares(init), _checked_shares(target)
        if init.shape.num_elements() != target.shape.num_elements():
            raise ValueError("Probability parameters must have the same length.")
        examples, labels = _checked_examples(examples, labels, init.shape.num_elements())
        probabilities = _acceptance(init, target)
        *example, label = _one_by_one([*examples, labels], threads_per_queue, queue_capacity)
        *batch, classes = _accepted(
            [*example, label], tf.gather(probabilities, label), batch_size, threads_per_queue
        )
        return batch, classes


def _one_by_one(tensors: list[tf.Tensor], threads: int, capacity: int) -> list[tf.Tensor]:
    """The tensors of one example, from those of many."""
    for tensor in tensors:
        first = tensor.shape.with_rank_at_least(1)[:1]
        first.assert_is_compatible_with(tensors[0].shape[:1])
    batch = v1.train.batch(tensors, 1, threads, capacity, enqueue_many=True)
    batch = batch if isinstance(batch, list | tuple) else [batch]
    return [tf.squeeze(tensor, [0]) for tensor in batch]


def _accepted(
    example: list[tf.Tensor], probability: tf.Tensor, batch_size: int, threads: int
) -> list[tf.Tensor]:
    """A batch of examples that a draw has accepted."""
    keep = tf.random.uniform([]) < probability
    batch = v1.train.maybe_batch(example, keep, batch_size, threads)
    return list(batch) if isinstance(batch, list | tuple) else [batch]


def _seen_shares(labels: tf.Tensor, classes: int) -> tf.Tensor:
    """The share of each class among the examples so far, `[classes]`."""
    count = v1.Variable([_SMOOTHING] * classes, False, name="class_count", dtype=tf.int64)
    seen = v1.assign_add(count, tf.reduce_sum(tf.one_hot(labels, classes, dtype=tf.int64), 0))
    # A copy: other threads go on counting while shares are made of this one.
    seen = tf.identity(seen) + 0
    return tf.cast(seen / tf.reduce_sum(seen), tf.float32)


def _checked_shares(shares: tf.Tensor) -> tf.Tensor:
    """`shares`, which have to be positive and sum to 1 when they are run."""
    shares.shape.assert_is_fully_defined()
    shares.shape.assert_has_rank(1)
    total = tf.reduce_sum(shares)
    checks = [
        v1.assert_non_negative(shares),
        v1.assert_less(total, 1 + 1e-6),
        v1.assert_less(1 - 1e-6, total),
    ]
    with tf.control_dependencies(checks):
        return tf.identity(shares)


def _checked_examples(
    examples: list[tf.Tensor], labels: tf.Tensor, classes: int
) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Both, whose first dimensions and classes are checked when they are run."""
    labels.shape.assert_has_rank(1)
    for tensor in examples:
        tensor.shape.with_rank_at_least(1)[:1].assert_is_compatible_with(labels.shape[:1])
    count = tf.shape(labels)[0]
    some = v1.assert_positive(count)
    checked = []
    for tensor in examples:
        with tf.control_dependencies([some, v1.assert_equal(tf.shape(tensor)[0], count)]):
            checked.append(tf.identity(tensor))
    of_a_class = [
        v1.assert_integer(labels),
        v1.assert_non_negative(labels),
        v1.assert_less(labels, tf.cast(classes, labels.dtype)),
    ]
    with tf.control_dependencies([some, *of_a_class]):
        return checked, tf.identity(labels)


def _acceptance(init: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """For each class the probability to accept its examples, `[classes]`.

    A class that is wanted most, for what there is of it, is always accepted.
    """
    possible = tf.reduce_all(tf.not_equal(init, 0) | tf.equal(target, 0))
    words = "All classes with zero initial probability must also have zero target probability: "
    with tf.control_dependencies([v1.Assert(possible, [words, init, target])]):
        wanted = tf.math.divide_no_nan(target, init)
    accepted = wanted / tf.reduce_max(wanted)
    refused = tf.reduce_sum((1 - accepted) * init)
    return v1.cond(
        refused < 0.5,
        lambda: accepted,
        lambda: v1.Print(
            accepted,
            [accepted],
            "Proportion of examples rejected by sampler is high.",
            first_n=10,
        ),
    )


def resample_at_rate(
    inputs: Sequence[Any],
    rates: Any,
    scope: str | None = None,
    seed: int | None = None,
    back_prop: bool = False,
) -> list[tf.Tensor]:
    """Takes each example as often as a Poisson distribution of its rate says.

    Args:
        inputs: tensors `[batch, ...]`.
        rates: how often each example is taken on average, `[batch]`.
        scope: name of the scope.
        seed: of the draws.
        back_prop: whether gradients pass.

    Returns:
        For each of `inputs` the examples that were drawn.
    """
    with v1.name_scope(scope, "resample_at_rate"):
        rates = tf.convert_to_tensor(rates, name="rates")
        counts = tf.cast(v1.random_poisson(rates, [], rates.dtype, seed=seed), tf.int32)
        chosen = tf.repeat(tf.range(tf.size(counts)), counts)
        chosen = chosen if back_prop else tf.stop_gradient(chosen)
        return [tf.gather(tensor, chosen) for tensor in inputs]


def weighted_resample(
    inputs: Sequence[Any],
    weights: Any,
    overall_rate: Any,
    scope: str | None = None,
    mean_decay: float = 0.999,
    seed: int | None = None,
) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Takes examples as often as their weights say, `overall_rate` times on average.

    Args:
        inputs: tensors `[batch, ...]`.
        weights: a float tensor `[batch]`.
        overall_rate: how often an example of the mean weight is taken.
        scope: name of the scope. The running mean is its local variable `estimated_mean`.
        mean_decay: of the running mean of weights.
        seed: of the draws.

    Returns:
        For each of `inputs` the examples that were drawn, and the rate of each of them.
    """
    with v1.name_scope(scope, "weighted_resample") as opened:
        weights = tf.convert_to_tensor(weights)
        with v1.variable_scope(scope, "estimate_mean", inputs):
            shown = v1.get_local_variable(
                "estimated_mean", [], weights.dtype, v1.zeros_initializer()
            )
            mean = _tf.assign_moving_average(shown, tf.reduce_mean(weights), mean_decay)
        rates = weights * overall_rate / mean
        chosen_rates, *chosen = resample_at_rate([rates, *inputs], rates, opened, seed)
        return chosen, chosen_rates
