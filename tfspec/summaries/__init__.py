"""`tf.summary.scalar` and its like, where tensorboard, which they ask, isn't installed."""

from tfspec.summaries._package import has_tensorboard, without_tensorboard

__all__ = ["has_tensorboard", "without_tensorboard"]
