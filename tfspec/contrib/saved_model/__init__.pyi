from tfspec.contrib.saved_model._keras import load_keras_model as load_keras_model
from tfspec.contrib.saved_model._keras import save_keras_model as save_keras_model
