from tensorflow.compat.v1.signal import frame as frame
from tensorflow.compat.v1.signal import hamming_window as hamming_window
from tensorflow.compat.v1.signal import hann_window as hann_window
from tensorflow.compat.v1.signal import inverse_stft as inverse_stft
from tensorflow.compat.v1.signal import inverse_stft_window_fn as inverse_stft_window_fn
from tensorflow.compat.v1.signal import linear_to_mel_weight_matrix as linear_to_mel_weight_matrix
from tensorflow.compat.v1.signal import (
    mfccs_from_log_mel_spectrograms as mfccs_from_log_mel_spectrograms,
)
from tensorflow.compat.v1.signal import overlap_and_add as overlap_and_add
from tensorflow.compat.v1.signal import stft as stft
