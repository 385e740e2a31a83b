from tensorflow.compat.v1.nn import *  # noqa: F403

from . import rnn_cell as rnn_cell
