"""KMeans by mini-batches, step by step against the algorithm."""

import numpy as np
import tensorflow as tf

import tfspec.compat.v1.estimator as tfe

BATCH, CLUSTERS = 16, 3


def _batches(points):
    return tf.data.Dataset.from_tensor_slices(points).batch(BATCH)


def test_each_mini_batch_moves_centers_by_what_they_have_seen(tmp_path):
    points = np.random.RandomState(0).randn(4 * BATCH, 4).astype(np.float32)
    estimator = tfe.experimental.KMeans(
        CLUSTERS, str(tmp_path), initial_clusters=points[:CLUSTERS].copy()
    )
    centers, counts = points[:CLUSTERS].astype(np.float64), np.ones(CLUSTERS)
    for start in range(0, len(points), BATCH):
        batch = points[start:start + BATCH]
        first = start // BATCH
        estimator.train(lambda first=first: _batches(points).skip(first), steps=1)
        nearest = ((batch[:, None] - centers) ** 2).sum(axis=-1).argmin(axis=1)
        for center in range(CLUSTERS):
            own = batch[nearest == center].astype(np.float64)
            counts[center] += len(own)
            # As nearly always in the original: the counts have been added to when they are read.
            seen = counts[center] + len(own)
            centers[center] += (own - centers[center]).sum(axis=0) / seen
        np.testing.assert_allclose(estimator.cluster_centers(), centers, rtol=1e-5, atol=1e-6)
