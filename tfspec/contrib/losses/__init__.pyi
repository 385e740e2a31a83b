from tf_slim.losses.loss_ops import *  # noqa: F403

from . import metric_learning as metric_learning
