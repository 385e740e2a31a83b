from tfspec.contrib.predictor._predictor import Predictor as Predictor
from tfspec.contrib.predictor._predictor import from_estimator as from_estimator
from tfspec.contrib.predictor._predictor import from_saved_model as from_saved_model
