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

from tfspec.contrib.rnn._block import GRUBlockCell as GRUBlockCell
from tfspec.contrib.rnn._block import GRUBlockCellV2 as GRUBlockCellV2
from tfspec.contrib.rnn._block import IndRNNCell as IndRNNCell
from tfspec.contrib.rnn._block import IndyGRUCell as IndyGRUCell
from tfspec.contrib.rnn._block import IndyLSTMCell as IndyLSTMCell
from tfspec.contrib.rnn._cells import (
    CoupledInputForgetGateLSTMCell as CoupledInputForgetGateLSTMCell,
)
from tfspec.contrib.rnn._cells import GLSTMCell as GLSTMCell
from tfspec.contrib.rnn._cells import IntersectionRNNCell as IntersectionRNNCell
from tfspec.contrib.rnn._cells import NASCell as NASCell
from tfspec.contrib.rnn._cells import SRUCell as SRUCell
from tfspec.contrib.rnn._cells import UGRNNCell as UGRNNCell
from tfspec.contrib.rnn._conv import AttentionCellWrapper as AttentionCellWrapper
from tfspec.contrib.rnn._conv import Conv1DLSTMCell as Conv1DLSTMCell
from tfspec.contrib.rnn._conv import Conv2DLSTMCell as Conv2DLSTMCell
from tfspec.contrib.rnn._conv import Conv3DLSTMCell as Conv3DLSTMCell
from tfspec.contrib.rnn._conv import ConvLSTMCell as ConvLSTMCell
from tfspec.contrib.rnn._conv import HighwayWrapper as HighwayWrapper
from tfspec.contrib.rnn._conv import PhasedLSTMCell as PhasedLSTMCell
from tfspec.contrib.rnn._fused import FusedRNNCell as FusedRNNCell
from tfspec.contrib.rnn._fused import FusedRNNCellAdaptor as FusedRNNCellAdaptor
from tfspec.contrib.rnn._fused import best_effort_input_batch_size as best_effort_input_batch_size
from tfspec.contrib.rnn._fused import stack_bidirectional_rnn as stack_bidirectional_rnn
from tfspec.contrib.rnn._fused import transpose_batch_time as transpose_batch_time
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
