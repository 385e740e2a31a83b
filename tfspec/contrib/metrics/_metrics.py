"""tf.contrib.metrics: streaming metrics, which took predictions before labels."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_metrics = v1.metrics


def _labels_second(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of `tf.metrics`, called with predictions first; other arguments are the same."""

    @functools.wraps(function)
    def metric(predictions: Any, labels: Any, *args: Any, **kwargs: Any) -> Any:
        return function(labels, predictions, *args, **kwargs)

    return metric


streaming_accuracy = _labels_second(_metrics.accuracy)
streaming_auc = _labels_second(_metrics.auc)
streaming_precision = _labels_second(_metrics.precision)
streaming_recall = _labels_second(_metrics.recall)
streaming_mean_absolute_error = _labels_second(_metrics.mean_absolute_error)
streaming_mean_squared_error = _labels_second(_metrics.mean_squared_error)
streaming_root_mean_squared_error = _labels_second(_metrics.root_mean_squared_error)
streaming_mean_cosine_distance = _labels_second(_metrics.mean_cosine_distance)
streaming_mean_iou = _labels_second(_metrics.mean_iou)
streaming_mean_relative_error = _labels_second(_metrics.mean_relative_error)
streaming_false_negatives = _labels_second(_metrics.false_negatives)
streaming_false_positives = _labels_second(_metrics.false_positives)
streaming_true_negatives = _labels_second(_metrics.true_negatives)
streaming_true_positives = _labels_second(_metrics.true_positives)
streaming_false_negatives_at_thresholds = _labels_second(_metrics.false_negatives_at_thresholds)
streaming_false_positives_at_thresholds = _labels_second(_metrics.false_positives_at_thresholds)
streaming_true_negatives_at_thresholds = _labels_second(_metrics.true_negatives_at_thresholds)
streaming_true_positives_at_thresholds = _labels_second(_metrics.true_positives_at_thresholds)
streaming_precision_at_thresholds = _labels_second(_metrics.precision_at_thresholds)
streaming_recall_at_thresholds = _labels_second(_metrics.recall_at_thresholds)
streaming_sensitivity_at_specificity = _labels_second(_metrics.sensitivity_at_specificity)
streaming_specificity_at_sensitivity = _labels_second(_metrics.specificity_at_sensitivity)
streaming_sparse_average_precision_at_k = _labels_second(_metrics.average_precision_at_k)
streaming_sparse_precision_at_k = _labels_second(_metrics.precision_at_k)
streaming_sparse_recall_at_k = _labels_second(_metrics.recall_at_k)
streaming_mean = _metrics.mean
streaming_mean_tensor = _metrics.mean_tensor
streaming_percentage_less = _metrics.percentage_below


def streaming_recall_at_k(predictions: Any, labels: Any, k: int, weights: Any = None,
                          metrics_collections: Any = None, updates_collections: Any = None,
                          name: str | None = None) -> tuple[Any, Any]:
    """How often the label, `[batch]`, is among the `k` largest of `[batch, classes]`."""
    found = tf.cast(v1.nn.in_top_k(predictions, labels, k), tf.float32)
    return _metrics.mean(
        found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}"
    )


def streaming_sparse_precision_at_top_k(
    top_k_predictions: Any, labels: Any, class_id: Any = None, weights: Any = None, **kwargs: Any
) -> tuple[Any, Any]:
    """`tf.metrics.precision_at_top_k`."""
    return _metrics.precision_at_top_k(
        labels, top_k_predictions, class_id=class_id, weights=weights, **kwargs
    )


def sparse_recall_at_top_k(
    labels: Any, top_k_predictions: Any, class_id: Any = None, weights: Any = None, **kwargs: Any
) -> tuple[Any, Any]:
    """`tf.metrics.recall_at_top_k`."""
    return _metrics.recall_at_top_k(
        labels, top_k_predictions, class_id=class_id, weights=weights, **kwargs
    )


def accuracy(predictions: Any, labels: Any, weights: Any = None, name: str | None = None) -> Any:
    """The share of predictions that equal their labels, in this batch."""
    with v1.name_scope(name, "accuracy", [predictions, labels]):
        is_right = tf.cast(tf.equal(predictions, labels), tf.float32)
        if weights is None:
            return tf.reduce_mean(is_right)
        weights = tf.cast(weights, tf.float32) * tf.ones_like(is_right)
        return tf.math.divide_no_nan(tf.reduce_sum(is_right * weights), tf.reduce_sum(weights))


def _streaming_moments(
    predictions: Any, labels: Any, weights: Any, name: str
) -> tuple[list[Any], list[Any]]:
    """Weighted means of p, l, p*l, p*p, l*l so far: (values, updates)."""
    p, l = tf.cast(predictions, tf.float32), tf.cast(labels, tf.float32)  # noqa: E741
    with v1.variable_scope(None, name, [p, l]):
        pairs = [
            _metrics.mean(value, weights, name=part)
            for part, value in (("p", p), ("l", l), ("pl", p * l), ("pp", p * p), ("ll", l * l))
        ]
    return [value for value, _ in pairs], [update for _, update in pairs]


def _covariance(moments: list[Any]) -> Any:
    p, l, pl, _, _ = moments  # noqa: E741
    return pl - p * l


def _correlation(moments: list[Any]) -> Any:
    p, l, _, pp, ll = moments  # noqa: E741
    return tf.math.divide_no_nan(
        _covariance(moments), tf.sqrt(tf.maximum((pp - p * p) * (ll - l * l), 0.0))
    )


def _of_moments(formula: Callable[[list[Any]], Any], default: str) -> Callable[..., Any]:
    def metric(
        predictions: Any,
        labels: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any]:
        values, updates = _streaming_moments(predictions, labels, weights, name or default)
        value, update = formula(values), formula(updates)
        v1.add_to_collections(metrics_collections or (), value)
        v1.add_to_collections(updates_collections or (), update)
        return value, update

    return metric


streaming_covariance = _of_moments(_covariance, "covariance")
streaming_pearson_correlation = _of_moments(_correlation, "pearson_r")


def f1_score(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The best F1 score, `2PR / (P + R)`, over thresholds of the predictions.

    Args:
        labels: `[D0, ... DN]`, taken as bool.
        predictions: the same shape, in [0, 1].
        weights: broadcast to that shape.
        num_thresholds: how many thresholds are tried.
        metrics_collections, updates_collections: where value and update op are put.
        name: of the ops.

    Returns:
        The value so far, and the op that updates it.
    """
    epsilon = 1e-7
    thresholds = [i / (num_thresholds - 1) for i in range(1, num_thresholds - 1)]
    thresholds = [-epsilon, *thresholds, 1.0 + epsilon]
    with v1.variable_scope(name, "f1", [labels, predictions]):
        labels, predictions = tf.cast(labels, tf.bool), tf.convert_to_tensor(predictions)
        counts = [
            count(labels, predictions, thresholds, weights)
            for count in (
                _metrics.true_positives_at_thresholds,
                _metrics.false_positives_at_thresholds,
                _metrics.false_negatives_at_thresholds,
            )
        ]

        def best(part: int) -> Any:
            hits, wrong, missed = (count[part] for count in counts)
            precision = hits / (epsilon + hits + wrong)
            recall = hits / (epsilon + hits + missed)
            return tf.reduce_max(2.0 * precision * recall / (precision + recall + epsilon))

        value, update = best(0), best(1)
    v1.add_to_collections(metrics_collections or (), value)
    v1.add_to_collections(updates_collections or (), update)
    return value, update


def aggregate_metrics(*value_update_tuples: tuple[Any, Any]) -> tuple[list[Any], list[Any]]:
    """Pairs of value and update, as a list of values and one of updates."""
    values, updates = zip(*value_update_tuples, strict=True)
    return list(values), list(updates)


def aggregate_metric_map(names_to_tuples: Mapping[str, tuple[Any, Any]]) -> tuple[dict, dict]:
    """The same for a dict of pairs."""
    return (
        {name: value for name, (value, _) in names_to_tuples.items()},
        {name: update for name, (_, update) in names_to_tuples.items()},
    )


confusion_matrix = tf.math.confusion_matrix
