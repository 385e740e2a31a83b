"""Input functions over data that is in memory: `numpy_input_fn` and `pandas_input_fn`."""

from __future__ import annotations

from tfspec.inputs._numpy_input import numpy_input_fn
from tfspec.inputs._pandas_input import pandas_input_fn

__all__ = ["numpy_input_fn", "pandas_input_fn"]
