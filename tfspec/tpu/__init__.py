"""TPUEstimator and its configuration, as `tf.compat.v1.estimator.tpu` had them."""

from tfspec.tpu._embedding import EmbeddingConfigSpec
from tfspec.tpu._estimator import TPUEstimator
from tfspec.tpu._resolver import TPUClusterResolver
from tfspec.tpu._run_config import RunConfig
from tfspec.tpu._spec import TPUEstimatorSpec
from tfspec.tpu._tpu_config import InputPipelineConfig, TPUConfig

__all__ = [
    "EmbeddingConfigSpec",
    "InputPipelineConfig",
    "RunConfig",
    "TPUClusterResolver",
    "TPUConfig",
    "TPUEstimator",
    "TPUEstimatorSpec",
]
