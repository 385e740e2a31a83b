from tensorflow.compat.v1 import summary
from tensorflow.compat.v1.train import *  # noqa: F403

from tfspec._int64_list import Int64List as Int64List

# What was renamed before TensorFlow 1.0.
SummaryWriter = summary.FileWriter
