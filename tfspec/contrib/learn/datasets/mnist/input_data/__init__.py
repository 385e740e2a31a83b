"""Stand-ins for `tensorflow.examples.tutorials.mnist.input_data`."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
