"""Names of the original estimator's inner modules: never public, but much used."""

from tfspec.contrib import _package

__getattr__, __dir__, __all__ = _package.attach(__name__)
