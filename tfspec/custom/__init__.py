"""Custom estimators: the class `Estimator`, around a user's `model_fn`."""

from tfspec.custom._add_metrics import add_metrics
from tfspec.custom._estimator import Estimator, EstimatorV1
from tfspec.custom._settings import checked_config

__all__ = ["Estimator", "EstimatorV1", "add_metrics", "checked_config"]
