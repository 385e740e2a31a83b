from tfspec import keras

model_to_estimator = keras.model_to_estimator_v1
