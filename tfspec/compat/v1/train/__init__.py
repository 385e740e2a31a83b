"""`tf.compat.v1.train`, where an `Int64List` takes booleans."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
