from tensorflow.compat.v1 import GradientTape as GradientTape
from tensorflow.compat.v1 import Variable as Variable
from tensorflow.compat.v1 import custom_gradient as custom_gradient
from tensorflow.compat.v1 import enable_eager_execution as enable_eager_execution
from tensorflow.compat.v1 import executing_eagerly as executing_eagerly
from tensorflow.compat.v1 import py_function as py_function
from tensorflow.compat.v1.train import Checkpoint as Checkpoint

from tfspec.contrib.eager._eager import defun as defun
from tfspec.contrib.eager._eager import list_devices as list_devices
from tfspec.contrib.eager._eager import num_gpus as num_gpus
from tfspec.contrib.eager._gradients import Iterator as Iterator
from tfspec.contrib.eager._gradients import gradients_function as gradients_function
from tfspec.contrib.eager._gradients import implicit_gradients as implicit_gradients
from tfspec.contrib.eager._gradients import (
    implicit_value_and_gradients as implicit_value_and_gradients,
)
from tfspec.contrib.eager._gradients import (
    value_and_gradients_function as value_and_gradients_function,
)
from tfspec.contrib.eager._network import Network as Network

from . import metrics as metrics
