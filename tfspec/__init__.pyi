from tfspec.runner import Runner as Runner

from . import compat as compat
from . import estimator as estimator
from . import keras as keras

__version__: str
