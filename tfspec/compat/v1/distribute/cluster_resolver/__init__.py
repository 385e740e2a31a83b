"""`tf.compat.v1.distribute.cluster_resolver`, where an empty name is no TPU."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
