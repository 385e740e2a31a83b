from tfspec.contrib.seq2seq._seq2seq import sequence_loss as sequence_loss
