"""The names of `tf.compat.v1.estimator`, as TensorFlow 2.15 had them."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
