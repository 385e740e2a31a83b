from tfspec.contrib.losses._triplets import (
    triplet_semihard_loss as triplet_semihard_loss,
)
