from tensorflow.compat.v1 import *  # noqa: F403

from tfspec import contrib as contrib

from . import compat as compat
from . import distribute as distribute
from . import estimator as estimator
from . import keras as keras
from . import layers as layers
from . import nn as nn
from . import train as train
