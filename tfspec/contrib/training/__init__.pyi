from tensorflow.compat.v1.train import checkpoints_iterator as checkpoints_iterator
from tf_slim.training.training import create_train_op as create_train_op

from tfspec.contrib.training._hparams import HParams as HParams
from tfspec.contrib.training._hparams import parse_values as parse_values
