"""`tf.compat` as TensorFlow 1.15 had it."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
