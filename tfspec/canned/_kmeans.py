"""`KMeans`: clusters points."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import _tf
from tfspec.canned._columns import as_columns
from tfspec.config import RunConfig
from tfspec.custom import EstimatorV1
from tfspec.spec import EstimatorSpec, PredictOutput

v1 = tf.compat.v1

# How often a worker looks whether the chief has chosen the first centers.
_POLL_SECONDS = 1.0


class KMeans(EstimatorV1):
    """Finds the centers of clusters of points, and tells to which cluster points belong.

        kmeans = KMeans(num_clusters=5, use_mini_batch=False)
        kmeans.train(lambda: tf.data.Dataset.from_tensors(points).repeat(), steps=10)
        print(kmeans.cluster_centers())
        for index in kmeans.predict_cluster_index(input_fn):
            ...

    Input functions give a float tensor `[batch, dimension]`, or a dict of such, and no labels. If
    the first batch has fewer points than there are clusters, more batches are read until there
    are enough. `evaluate` returns `score`: the sum of the points' distances to their centers.

    Args:
        num_clusters: how many clusters to find; without effect if `initial_clusters` is an array.
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        initial_clusters: the first centers: an array `[num_clusters, dimension]`, a function of
            a batch and a number that returns at most so many centers, `random` points, or
            points far from each other: `kmeans_plus_plus`.
        distance_metric: `squared_euclidean` or `cosine`.
        seed: an integer for the choice of first centers; by default that of `config`.
        use_mini_batch: True for the mini-batch algorithm; False takes each batch for all the
            points.
        mini_batch_steps_per_iteration: after so many mini-batches their centers replace those
            that distances are measured to.
        kmeans_plus_plus_num_retries: how many more points `kmeans_plus_plus` tries for each
            center; -1 for a number that grows with the logarithm of `num_clusters`.
        relative_tolerance: training stops once the loss changes by less than this share of it.
            Leave it None for mini-batches, whose loss is noisy.
        config: a `RunConfig`.
        feature_columns: dense columns of the features to use; by default all features.

    Raises:
        ValueError: no such `initial_clusters` or `distance_metric`.

    Behaviour: tf.compat.v1.estimator 2.15.
    """

    SQUARED_EUCLIDEAN_DISTANCE = "squared_euclidean"
    COSINE_DISTANCE = "cosine"
    RANDOM_INIT = "random"
    KMEANS_PLUS_PLUS_INIT = "kmeans_plus_plus"
    SCORE = "score"
    CLUSTER_INDEX = "cluster_index"
    ALL_DISTANCES = "all_distances"
    CLUSTER_CENTERS_VAR_NAME = "clusters"

    def __init__(
        self,
        num_clusters: int,
        model_dir: str | None = None,
        initial_clusters: Any = RANDOM_INIT,
        distance_metric: str = SQUARED_EUCLIDEAN_DISTANCE,
        seed: int | None = None,
        use_mini_batch: bool = True,
        mini_batch_steps_per_iteration: int = 1,
        kmeans_plus_plus_num_retries: int = 2,
        relative_tolerance: float | None = None,
        config: RunConfig | None = None,
        feature_columns: Any = None,
    ) -> None:
        _check_choice(
            "initialization algorithm",
            initial_clusters if isinstance(initial_clusters, str) else self.RANDOM_INIT,
            (self.RANDOM_INIT, self.KMEANS_PLUS_PLUS_INIT),
        )
        _check_choice(
            "distance metric",
            distance_metric,
            (self.SQUARED_EUCLIDEAN_DISTANCE, self.COSINE_DISTANCE),
        )
        self._distance_metric = distance_metric
        settings = {
            "num_clusters": num_clusters,
            "initial_clusters": initial_clusters,
            "distance_metric": distance_metric,
            "use_mini_batch": use_mini_batch,
            "mini_batch_steps_per_iteration": mini_batch_steps_per_iteration,
            "random_seed": seed,
            "kmeans_plus_plus_num_retries": kmeans_plus_plus_num_retries,
        }
        columns = as_columns(feature_columns)
        super().__init__(_model_fn(settings, columns, relative_tolerance), model_dir, config)

    def predict_cluster_index(self, input_fn: Callable[..., Any]) -> Iterator[np.ndarray]:
        """Yields for each point the index of its cluster, an integer."""
        for prediction in self.predict(input_fn, predict_keys=self.CLUSTER_INDEX):
            yield prediction[self.CLUSTER_INDEX]

    def transform(self, input_fn: Callable[..., Any]) -> Iterator[np.ndarray]:
        """Yields for each point its distances to all centers, `[num_clusters]`.

        With `squared_euclidean` these are Euclidean distances, not their squares.
        """
        for prediction in self.predict(input_fn, predict_keys=self.ALL_DISTANCES):
            distances = prediction[self.ALL_DISTANCES]
            if self._distance_metric == self.SQUARED_EUCLIDEAN_DISTANCE:
                # Rounding can leave the square of nearly nothing below zero.
                distances = np.sqrt(np.maximum(distances, 0.0))
            yield distances

    def score(self, input_fn: Callable[..., Any]) -> float:
        """Returns the sum of distances to the nearest center over the first batch."""
        return self.evaluate(input_fn, steps=1)[self.SCORE]

    def cluster_centers(self) -> np.ndarray:
        """Returns the centers, `[num_clusters, dimension]`; ValueError before training."""
        return self.get_variable_value(self.CLUSTER_CENTERS_VAR_NAME)


def _check_choice(what: str, value: Any, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"Unsupported {what} '{value}'. Supported: {sorted(choices)}")


def _model_fn(
    settings: Mapping[str, Any], columns: Sequence[Any], relative_tolerance: float | None
) -> Callable[..., EstimatorSpec]:
    def model_fn(features: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        points = _points(features, columns)
        (distances,), (index,), scores, initialized, init_op, update = _tf.kmeans_graph(
            [points], **settings
        )
        loss = tf.reduce_sum(scores)
        v1.summary.scalar("loss/raw", loss)
        count_step = v1.assign_add(v1.train.get_global_step(), 1)
        hooks = [_FirstCenters(init_op, initialized, config.is_chief)]
        if relative_tolerance is not None:
            hooks.append(_StopWhenSteady(loss, relative_tolerance))
        by_key = {KMeans.ALL_DISTANCES: distances, KMeans.CLUSTER_INDEX: index}
        exports = {key: PredictOutput(value) for key, value in by_key.items()}
        default = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
        exports[default] = exports[KMeans.CLUSTER_INDEX]
        return EstimatorSpec(
            mode=mode,
            predictions=by_key,
            loss=loss,
            train_op=tf.group(update, count_step),
            eval_metric_ops={KMeans.SCORE: v1.metrics.mean(loss)},
            training_hooks=hooks,
            export_outputs=exports,
        )

    return model_fn


def _points(features: Any, columns: Sequence[Any]) -> tf.Tensor:
    """The features as one tensor `[batch, dimension]`."""
    if not isinstance(features, Mapping):
        return features
    if columns:
        return v1.feature_column.input_layer(features, columns)
    if not features:
        raise ValueError("features must not be empty.")
    return tf.concat([features[key] for key in sorted(features)], axis=1)


class _FirstCenters(v1.train.SessionRunHook):
    """Chooses the first centers before training begins, from as many batches as it takes."""

    def __init__(self, init_op: tf.Operation, initialized: tf.Tensor, is_chief: bool) -> None:
        self._init_op = init_op
        self._initialized = initialized
        self._is_chief = is_chief

    def after_create_session(self, session: v1.Session, coord: tf.train.Coordinator) -> None:
        while not session.run(self._initialized):
            if coord.should_stop():
                return
            if self._is_chief:
                session.run(self._init_op)
            else:
                time.sleep(_POLL_SECONDS)


class _StopWhenSteady(v1.train.SessionRunHook):
    """Stops training once the loss hardly changes."""

    def __init__(self, loss: tf.Tensor, tolerance: float) -> None:
        self._loss = loss
        self._tolerance = tolerance
        self._previous: float | None = None

    def before_run(self, run_context: v1.train.SessionRunContext) -> v1.train.SessionRunArgs:
        return v1.train.SessionRunArgs(self._loss)

    def after_run(
        self, run_context: v1.train.SessionRunContext, run_values: v1.train.SessionRunValues
    ) -> None:
        loss, previous = float(run_values.results), self._previous
        self._previous = loss
        if previous is not None and abs(loss - previous) / (1 + previous) < self._tolerance:
            run_context.request_stop()
