"""tf.contrib.factorization: clustering, as an estimator and as a graph."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfspec import _tf, canned

SQUARED_EUCLIDEAN_DISTANCE = canned.KMeans.SQUARED_EUCLIDEAN_DISTANCE
COSINE_DISTANCE = canned.KMeans.COSINE_DISTANCE
RANDOM_INIT = canned.KMeans.RANDOM_INIT
KMEANS_PLUS_PLUS_INIT = canned.KMeans.KMEANS_PLUS_PLUS_INIT


class KMeans:
    """The graph of k-means, for a session of one's own.

    Args:
        inputs: a float tensor `[batch, dims]`, or a list of such parts of a batch.
        num_clusters: how many clusters to find, an int or a tensor of one.
        **settings: `initial_clusters` (`random`), `distance_metric` (`squared_euclidean`),
            `use_mini_batch` (False), `mini_batch_steps_per_iteration` (1), `random_seed` (0),
            `kmeans_plus_plus_num_retries` (2), `kmc2_chain_length` (200).

    Raises:
        ValueError: by `training_graph`, for an unknown `distance_metric` or `initial_clusters`.
    """

    def __init__(self, inputs: Any, num_clusters: Any, **settings: Any) -> None:
        self._inputs = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        self._settings = dict(settings, num_clusters=num_clusters)

    def training_graph(self) -> tuple[Any, Any, Any, tf.Tensor, tf.Operation, tf.Operation]:
        """Adds the ops of training to the graph.

        Returns:
            A tuple of: per part of the input all distances `[batch, num_clusters]`, the nearest
            clusters `[batch]` and the distances from these `[batch]`; whether the centers are
            chosen, a bool tensor; the op that chooses them; and the op of a training step.
        """
        return _tf.kmeans_graph(self._inputs, **self._settings)


class KMeansClustering(canned.KMeans):
    """`tf.estimator.experimental.KMeans`, whose seed is called `random_seed` here.

    Args:
        num_clusters: how many clusters to find.
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        initial_clusters: the first centers, as `KMeans` takes them.
        distance_metric: `squared_euclidean` or `cosine`.
        random_seed: an integer for the choice of first centers.
        **others: see `KMeans`.

    Raises:
        ValueError: no such `initial_clusters` or `distance_metric`.
    """

    def __init__(
        self,
        num_clusters: int,
        model_dir: str | None = None,
        initial_clusters: Any = RANDOM_INIT,
        distance_metric: str = SQUARED_EUCLIDEAN_DISTANCE,
        random_seed: int | None = 0,
        **others: Any,
    ) -> None:
        super().__init__(
            num_clusters, model_dir, initial_clusters, distance_metric, random_seed, **others
        )
