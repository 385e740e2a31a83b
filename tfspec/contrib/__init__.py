"""Stand-ins for `tf.contrib`, over what TensorFlow, tf_keras and tf_slim still have.

    import tfspec.compat.v1 as tf   # tf.contrib is this package

The names that programs used most. One that isn't here raises an `AttributeError` which says what
to use instead.
"""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
