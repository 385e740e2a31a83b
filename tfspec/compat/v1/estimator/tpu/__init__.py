"""The names of `tf.compat.v1.estimator.tpu`."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
