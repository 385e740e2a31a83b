"""The names of `tf.estimator`, as TensorFlow 2.15 had them."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
