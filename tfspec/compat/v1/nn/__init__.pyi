from tensorflow.compat.v1 import nn
from tensorflow.compat.v1.nn import *  # noqa: F403

from tfspec import contrib

from . import rnn_cell as rnn_cell

# What was renamed before TensorFlow 1.0.
bidirectional_rnn = nn.static_bidirectional_rnn
rnn = nn.static_rnn
state_saving_rnn = nn.static_state_saving_rnn
seq2seq = contrib.legacy_seq2seq
