"""tf.contrib.learn.KMeansClustering: the clustering estimator, as it was before tf.estimator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tfspec.canned import KMeans
from tfspec.contrib.learn._estimator import Fitted


class KMeansClustering(Fitted):
    """`tf.estimator.experimental.KMeans`, with the methods and keys of tf.contrib.learn.

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

    SQUARED_EUCLIDEAN_DISTANCE = KMeans.SQUARED_EUCLIDEAN_DISTANCE
    COSINE_DISTANCE = KMeans.COSINE_DISTANCE
    RANDOM_INIT = KMeans.RANDOM_INIT
    KMEANS_PLUS_PLUS_INIT = KMeans.KMEANS_PLUS_PLUS_INIT
    SCORES = "scores"
    CLUSTER_IDX = "cluster_idx"
    CLUSTERS = KMeans.CLUSTER_CENTERS_VAR_NAME
    ALL_SCORES = "all_scores"

    _KEYS = {CLUSTER_IDX: KMeans.CLUSTER_INDEX, ALL_SCORES: KMeans.ALL_DISTANCES}

    def __init__(
        self,
        num_clusters: int,
        model_dir: str | None = None,
        initial_clusters: Any = RANDOM_INIT,
        distance_metric: str = SQUARED_EUCLIDEAN_DISTANCE,
        random_seed: int | None = 0,
        **others: Any,
    ) -> None:
        self.core = KMeans(
            num_clusters, model_dir, initial_clusters, distance_metric, random_seed, **others
        )

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Evaluates; `scores` is the sum of distances to the nearest centers, over a batch."""
        found = super().evaluate(*args, **kwargs)
        found[self.SCORES] = found.pop(KMeans.SCORE)
        return found

    def predict(
        self,
        x: Any = None,
        input_fn: Callable[[], Any] | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """Gives `cluster_idx` and `all_scores` of each point, or those named in `outputs`.

        With `as_iterable=False`, one dict of arrays whose first dimension is that of the points.

        Raises:
            ValueError: `outputs` names something else.
        """
        names = list(outputs or self._KEYS)
        if unknown := sorted(set(names) - set(self._KEYS)):
            raise ValueError(f"No outputs {unknown}; there are {sorted(self._KEYS)}.")
        found = super().predict(
            x, input_fn, batch_size, [self._KEYS[name] for name in names], True, iterate_batches
        )
        renamed = ({name: each[self._KEYS[name]] for name in names} for each in found)
        if as_iterable:
            return renamed
        each = list(renamed)
        join = np.concatenate if iterate_batches else np.stack
        return {name: join([one[name] for one in each]) for name in names}

    def predict_cluster_idx(self, input_fn: Callable[[], Any] | None = None) -> Iterator[Any]:
        """Yields for each point the index of its cluster, an integer."""
        for found in self.predict(input_fn=input_fn, outputs=[self.CLUSTER_IDX]):
            yield found[self.CLUSTER_IDX]

    def transform(
        self, input_fn: Callable[[], Any] | None = None, as_iterable: bool = False
    ) -> Any:
        """Returns the distances to all centers, `[points, num_clusters]`.

        With `squared_euclidean` these are squares, which `KMeans.transform` takes the root of.
        With `as_iterable`, a dict with `all_scores` for each point.
        """
        found = self.predict(
            input_fn=input_fn, outputs=[self.ALL_SCORES], as_iterable=as_iterable
        )
        return found if as_iterable else found[self.ALL_SCORES]

    def score(self, input_fn: Callable[[], Any] | None = None, steps: int | None = None) -> float:
        """Returns the sum of distances to the nearest centers: the mean over batches."""
        return float(self.evaluate(input_fn=input_fn, steps=steps)[self.SCORES])

    def clusters(self) -> np.ndarray:
        """Returns the centers, `[num_clusters, dimension]`; ValueError before training."""
        return self.core.cluster_centers()
