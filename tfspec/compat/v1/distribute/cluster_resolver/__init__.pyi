from tensorflow.compat.v1.distribute.cluster_resolver import *  # noqa: F403

from tfspec.tpu import TPUClusterResolver as TPUClusterResolver
