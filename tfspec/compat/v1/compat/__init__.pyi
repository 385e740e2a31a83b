from tensorflow.compat import v2 as v2
from tensorflow.compat.v1.compat import *  # noqa: F403

from tfspec.compat import v1 as v1
