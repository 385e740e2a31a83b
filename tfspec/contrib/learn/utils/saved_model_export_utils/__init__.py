"""Stand-ins for `tf.contrib.learn.utils.saved_model_export_utils`."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
