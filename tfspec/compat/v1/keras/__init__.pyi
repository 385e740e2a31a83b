from . import estimator as estimator
