"""Stand-ins for `tf.contrib.staging`."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
