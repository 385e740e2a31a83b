from tfspec.contrib.seq2seq._seq2seq import sequence_loss as sequence_loss
from tfspec.contrib.seq2seq._seq2seq import tile_batch as tile_batch
