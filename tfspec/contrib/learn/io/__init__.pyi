from tfspec.contrib.learn._inputs import numpy_input_fn as numpy_input_fn
from tfspec.contrib.learn._inputs import pandas_input_fn as pandas_input_fn
