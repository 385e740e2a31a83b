"""tf.contrib.factorization: the clustering estimator, under its first name."""

from __future__ import annotations

from typing import Any

from tfspec.canned import KMeans

SQUARED_EUCLIDEAN_DISTANCE = KMeans.SQUARED_EUCLIDEAN_DISTANCE
COSINE_DISTANCE = KMeans.COSINE_DISTANCE
RANDOM_INIT = KMeans.RANDOM_INIT
KMEANS_PLUS_PLUS_INIT = KMeans.KMEANS_PLUS_PLUS_INIT


class KMeansClustering(KMeans):
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
