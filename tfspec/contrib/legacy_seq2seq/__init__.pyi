from tfspec.contrib.legacy_seq2seq._attention import attention_decoder as attention_decoder
from tfspec.contrib.legacy_seq2seq._losses import model_with_buckets as model_with_buckets
from tfspec.contrib.legacy_seq2seq._losses import sequence_loss as sequence_loss
from tfspec.contrib.legacy_seq2seq._losses import (
    sequence_loss_by_example as sequence_loss_by_example,
)
from tfspec.contrib.legacy_seq2seq._models import basic_rnn_seq2seq as basic_rnn_seq2seq
from tfspec.contrib.legacy_seq2seq._models import (
    embedding_attention_decoder as embedding_attention_decoder,
)
from tfspec.contrib.legacy_seq2seq._models import (
    embedding_attention_seq2seq as embedding_attention_seq2seq,
)
from tfspec.contrib.legacy_seq2seq._models import embedding_rnn_decoder as embedding_rnn_decoder
from tfspec.contrib.legacy_seq2seq._models import embedding_rnn_seq2seq as embedding_rnn_seq2seq
from tfspec.contrib.legacy_seq2seq._models import (
    embedding_tied_rnn_seq2seq as embedding_tied_rnn_seq2seq,
)
from tfspec.contrib.legacy_seq2seq._models import rnn_decoder as rnn_decoder
from tfspec.contrib.legacy_seq2seq._models import tied_rnn_seq2seq as tied_rnn_seq2seq
