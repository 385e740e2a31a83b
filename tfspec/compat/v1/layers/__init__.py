"""`tf.compat.v1.layers`, over tf_keras."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
