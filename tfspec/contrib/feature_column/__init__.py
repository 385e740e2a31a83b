"""Stand-ins for `tf.contrib.feature_column`."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
