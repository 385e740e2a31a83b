"""Namespaces that follow TensorFlow's `tf.compat.v1`."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
