"""Stand-ins for `tensorflow.examples.tutorials.mnist.mnist`."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
