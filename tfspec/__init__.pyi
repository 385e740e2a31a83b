from tfspec.installation import install as install
from tfspec.installation import uninstall as uninstall
from tfspec.runner import Runner as Runner

from . import compat as compat
from . import contrib as contrib
from . import estimator as estimator
from . import keras as keras

__version__: str
