from . import estimator as estimator
from . import keras as keras
