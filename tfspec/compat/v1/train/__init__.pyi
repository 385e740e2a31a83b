from tensorflow.compat.v1.train import *  # noqa: F403

from tfspec._int64_list import Int64List as Int64List
