from tfspec.contrib.rnn._block import CudnnCompatibleGRUCell as CudnnCompatibleGRUCell
from tfspec.contrib.rnn._block import CudnnCompatibleLSTMCell as CudnnCompatibleLSTMCell
