from tfspec.tpu import InputPipelineConfig as InputPipelineConfig
from tfspec.tpu import RunConfig as RunConfig
from tfspec.tpu import TPUConfig as TPUConfig
from tfspec.tpu import TPUEstimator as TPUEstimator
from tfspec.tpu import TPUEstimatorSpec as TPUEstimatorSpec

from . import experimental as experimental
