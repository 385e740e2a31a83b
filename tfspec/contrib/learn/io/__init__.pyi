from tfspec.contrib.learn._inputs import numpy_input_fn as numpy_input_fn
from tfspec.contrib.learn._inputs import pandas_input_fn as pandas_input_fn
from tfspec.contrib.learn._reading import read_batch_examples as read_batch_examples
from tfspec.contrib.learn._reading import read_batch_features as read_batch_features
from tfspec.contrib.learn._reading import (
    read_batch_record_features as read_batch_record_features,
)
from tfspec.contrib.learn._reading import (
    read_keyed_batch_examples as read_keyed_batch_examples,
)
from tfspec.contrib.learn._reading import (
    read_keyed_batch_features as read_keyed_batch_features,
)
