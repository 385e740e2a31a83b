from tfspec.keras import model_to_estimator as model_to_estimator
