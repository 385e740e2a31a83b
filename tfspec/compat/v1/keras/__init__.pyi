from tf_keras import __version__ as __version__
from tf_keras.api._v1.keras import *  # noqa: F403

from . import estimator as estimator
