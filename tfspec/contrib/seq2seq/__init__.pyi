from tfspec.contrib.seq2seq._attention import AttentionMechanism as AttentionMechanism
from tfspec.contrib.seq2seq._attention import BahdanauAttention as BahdanauAttention
from tfspec.contrib.seq2seq._attention import LuongAttention as LuongAttention
from tfspec.contrib.seq2seq._attention_wrapper import AttentionWrapper as AttentionWrapper
from tfspec.contrib.seq2seq._attention_wrapper import AttentionWrapperState as AttentionWrapperState
from tfspec.contrib.seq2seq._attention_wrapper import hardmax as hardmax
from tfspec.contrib.seq2seq._beam_search import BeamSearchDecoder as BeamSearchDecoder
from tfspec.contrib.seq2seq._beam_search import BeamSearchDecoderOutput as BeamSearchDecoderOutput
from tfspec.contrib.seq2seq._beam_search import BeamSearchDecoderState as BeamSearchDecoderState
from tfspec.contrib.seq2seq._beam_search import (
    FinalBeamSearchDecoderOutput as FinalBeamSearchDecoderOutput,
)
from tfspec.contrib.seq2seq._decoder import BasicDecoder as BasicDecoder
from tfspec.contrib.seq2seq._decoder import BasicDecoderOutput as BasicDecoderOutput
from tfspec.contrib.seq2seq._decoder import Decoder as Decoder
from tfspec.contrib.seq2seq._decoder import dynamic_decode as dynamic_decode
from tfspec.contrib.seq2seq._gather_tree import gather_tree as gather_tree
from tfspec.contrib.seq2seq._gather_tree import gather_tree_from_array as gather_tree_from_array
from tfspec.contrib.seq2seq._helpers import CustomHelper as CustomHelper
from tfspec.contrib.seq2seq._helpers import GreedyEmbeddingHelper as GreedyEmbeddingHelper
from tfspec.contrib.seq2seq._helpers import Helper as Helper
from tfspec.contrib.seq2seq._helpers import InferenceHelper as InferenceHelper
from tfspec.contrib.seq2seq._helpers import SampleEmbeddingHelper as SampleEmbeddingHelper
from tfspec.contrib.seq2seq._helpers import TrainingHelper as TrainingHelper
from tfspec.contrib.seq2seq._inner import _bahdanau_score as _bahdanau_score
from tfspec.contrib.seq2seq._inner import _BaseAttentionMechanism as _BaseAttentionMechanism
from tfspec.contrib.seq2seq._inner import (
    _BaseMonotonicAttentionMechanism as _BaseMonotonicAttentionMechanism,
)
from tfspec.contrib.seq2seq._inner import _beam_search_step as _beam_search_step
from tfspec.contrib.seq2seq._inner import _compute_attention as _compute_attention
from tfspec.contrib.seq2seq._inner import _create_zero_outputs as _create_zero_outputs
from tfspec.contrib.seq2seq._inner import _length_penalty as _length_penalty
from tfspec.contrib.seq2seq._inner import _luong_score as _luong_score
from tfspec.contrib.seq2seq._inner import _mask_probs as _mask_probs
from tfspec.contrib.seq2seq._inner import _maybe_mask_score as _maybe_mask_score
from tfspec.contrib.seq2seq._inner import _monotonic_probability_fn as _monotonic_probability_fn
from tfspec.contrib.seq2seq._inner import _prepare_memory as _prepare_memory
from tfspec.contrib.seq2seq._inner import _tile_batch as _tile_batch
from tfspec.contrib.seq2seq._inner import _transpose_batch_time as _transpose_batch_time
from tfspec.contrib.seq2seq._inner import _unstack_ta as _unstack_ta
from tfspec.contrib.seq2seq._inner import _zero_state_tensors as _zero_state_tensors
from tfspec.contrib.seq2seq._inner import (
    attention_probs_from_attn_state as attention_probs_from_attn_state,
)
from tfspec.contrib.seq2seq._inner import get_attention_probs as get_attention_probs
from tfspec.contrib.seq2seq._monotonic import (
    BahdanauMonotonicAttention as BahdanauMonotonicAttention,
)
from tfspec.contrib.seq2seq._monotonic import LuongMonotonicAttention as LuongMonotonicAttention
from tfspec.contrib.seq2seq._monotonic import monotonic_attention as monotonic_attention
from tfspec.contrib.seq2seq._monotonic import safe_cumprod as safe_cumprod
from tfspec.contrib.seq2seq._scheduled import (
    ScheduledEmbeddingTrainingHelper as ScheduledEmbeddingTrainingHelper,
)
from tfspec.contrib.seq2seq._scheduled import (
    ScheduledOutputTrainingHelper as ScheduledOutputTrainingHelper,
)
from tfspec.contrib.seq2seq._seq2seq import sequence_loss as sequence_loss
from tfspec.contrib.seq2seq._seq2seq import tile_batch as tile_batch
