from tensorflow.compat.v1.nn import static_bidirectional_rnn as static_bidirectional_rnn
from tensorflow.compat.v1.nn import static_rnn as static_rnn
from tensorflow.compat.v1.nn import static_state_saving_rnn as static_state_saving_rnn
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    BasicLSTMCell as BasicLSTMCell,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    BasicRNNCell as BasicRNNCell,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    DeviceWrapper as DeviceWrapper,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    DropoutWrapper as DropoutWrapper,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import GRUCell as GRUCell
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import LSTMCell as LSTMCell
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    LSTMStateTuple as LSTMStateTuple,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    MultiRNNCell as MultiRNNCell,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import (
    ResidualWrapper as ResidualWrapper,
)
from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import RNNCell as RNNCell

from tfspec.contrib.rnn._rnn import EmbeddingWrapper as EmbeddingWrapper
from tfspec.contrib.rnn._rnn import InputProjectionWrapper as InputProjectionWrapper
from tfspec.contrib.rnn._rnn import LayerNormBasicLSTMCell as LayerNormBasicLSTMCell
from tfspec.contrib.rnn._rnn import LSTMBlockCell as LSTMBlockCell
from tfspec.contrib.rnn._rnn import LSTMBlockFusedCell as LSTMBlockFusedCell
from tfspec.contrib.rnn._rnn import OutputProjectionWrapper as OutputProjectionWrapper
from tfspec.contrib.rnn._rnn import TimeReversedFusedRNN as TimeReversedFusedRNN
from tfspec.contrib.rnn._rnn import (
    stack_bidirectional_dynamic_rnn as stack_bidirectional_dynamic_rnn,
)
