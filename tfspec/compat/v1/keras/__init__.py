"""The one name of `tf.compat.v1.keras` that is an estimator's: `estimator`."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
