"""tf.contrib.estimator: functions around an estimator's model_fn, and around optimizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfspec.custom import EstimatorV1
from tfspec.spec import ModeKeys, PredictOutput

v1 = tf.compat.v1


def forward_features(
    estimator: Any,
    keys: str | Sequence[str] | None = None,
    sparse_default_values: dict[str, Any] | None = None,
) -> EstimatorV1:
    """An estimator whose predictions hold features as well.

    Args:
        estimator: an estimator that predicts dicts. Its checkpoints serve the new one.
        keys: the features to pass on; all if None.
        sparse_default_values: by key, what stands where a sparse feature has no value.

    Returns:
        The new estimator.

    Raises:
        ValueError: when the model is built, for features that are missing, sparse without a
            default, or named as a prediction is.
    """
    wanted = [keys] if isinstance(keys, str) else keys
    defaults = sparse_default_values or {}

    def model_fn(features, labels, mode, config):
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.PREDICT:
            return spec
        chosen = list(features) if wanted is None else wanted
        missing = [key for key in chosen if key not in features]
        taken = [key for key in chosen if key in spec.predictions]
        if missing or taken:
            raise ValueError(
                f"forward_features: features {missing} don't exist; {taken} are predictions "
                f"already. Features: {sorted(features)}."
            )
        extra = {key: _dense(key, features[key], defaults) for key in chosen}
        outputs = {
            key: PredictOutput({**output.outputs, **extra})
            if isinstance(output, PredictOutput)
            else output
            for key, output in (spec.export_outputs or {}).items()
        }
        return spec._replace(
            predictions={**spec.predictions, **extra}, export_outputs=outputs or None
        )

    return EstimatorV1(model_fn, model_dir=estimator.model_dir, config=estimator.config)


def _dense(key: str, feature: Any, defaults: dict[str, Any]) -> Any:
    if not isinstance(feature, tf.SparseTensor):
        return feature
    if key not in defaults:
        raise ValueError(
            f"forward_features: feature {key!r} is sparse; name what fills it in "
            "sparse_default_values."
        )
    return tf.sparse.to_dense(feature, default_value=defaults[key])


def clip_gradients_by_norm(optimizer: Any, clip_norm: float) -> Any:
    """An optimizer which clips gradients to a global norm before `optimizer` applies them."""
    return _ClippingOptimizer(optimizer, clip_norm)


class _ClippingOptimizer(v1.train.Optimizer):
    def __init__(self, optimizer: Any, clip_norm: float) -> None:
        super().__init__(False, f"Clip{optimizer.get_name()}")
        self._optimizer = optimizer
        self._clip_norm = clip_norm

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None
    ) -> tf.Operation:
        gradients, variables = zip(*grads_and_vars, strict=True)
        clipped, _ = tf.clip_by_global_norm(gradients, self._clip_norm)
        pairs = list(zip(clipped, variables, strict=True))
        return self._optimizer.apply_gradients(pairs, global_step, name)

    def variables(self) -> list[tf.Variable]:
        return self._optimizer.variables()
