from tf_slim.losses.metric_learning import *  # noqa: F403

from tfspec.contrib.losses._triplets import (
    triplet_semihard_loss as triplet_semihard_loss,
)
