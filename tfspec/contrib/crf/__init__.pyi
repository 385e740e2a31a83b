from tfspec.contrib.crf._crf import crf_binary_score as crf_binary_score
from tfspec.contrib.crf._crf import crf_decode as crf_decode
from tfspec.contrib.crf._crf import crf_log_likelihood as crf_log_likelihood
from tfspec.contrib.crf._crf import crf_log_norm as crf_log_norm
from tfspec.contrib.crf._crf import crf_sequence_score as crf_sequence_score
from tfspec.contrib.crf._crf import crf_unary_score as crf_unary_score
from tfspec.contrib.crf._crf import viterbi_decode as viterbi_decode
