"""`tf.compat.v1.distribute`, where `cluster_resolver` takes an empty name for no TPU."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
