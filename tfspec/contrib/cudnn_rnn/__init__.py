"""Stand-ins for `tf.contrib.cudnn_rnn`."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
