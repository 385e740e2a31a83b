"""tf.contrib.staging: a place where tensors wait on their device."""

from tfspec import _tf

StagingArea = _tf.staging_area_class()
