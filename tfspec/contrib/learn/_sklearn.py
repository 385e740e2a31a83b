"""tf.contrib.learn.SKCompat: an estimator with arrays in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfspec.contrib.learn._estimator import Fitted


class SKCompat:
    """An estimator of tf.contrib.learn, with the methods of scikit-learn's.

    Args:
        estimator: which.
    """

    def __init__(self, estimator: Fitted) -> None:
        self._estimator = estimator

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        max_steps: int | None = None,
        monitors: Sequence[Any] | None = None,
    ) -> SKCompat:
        """Trains on arrays, in shuffled batches without an end."""
        self._estimator.fit(
            x, y, steps=steps, batch_size=batch_size, monitors=monitors, max_steps=max_steps
        )
        return self

    def score(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        metrics: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Evaluates on arrays: the loss, metrics and the global step, by name."""
        return self._estimator.evaluate(
            x, y, batch_size=batch_size, steps=steps, metrics=metrics, name=name
        )

    def predict(
        self, x: Any, batch_size: int = 128, outputs: Sequence[str] | None = None
    ) -> Any:
        """Predicts for arrays.

        Returns:
            An array of predictions, or one for each of `outputs`, all of them by default.
        """
        found = list(self._estimator.predict_all(x, batch_size, outputs))
        if not isinstance(found[0], Mapping):
            return np.stack(found)
        return {key: np.stack([each[key] for each in found]) for key in found[0]}
