"""`tf.compat.v1.keras`: tf_keras, and the `estimator` that Keras had."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
