from tfspec.contrib.recurrent._functional import (
    bidirectional_functional_rnn as bidirectional_functional_rnn,
)
from tfspec.contrib.recurrent._functional import functional_rnn as functional_rnn
