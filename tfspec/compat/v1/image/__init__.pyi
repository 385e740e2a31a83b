from tensorflow.compat.v1 import image
from tensorflow.compat.v1.image import *  # noqa: F403

# What was renamed before TensorFlow 1.0.
per_image_whitening = image.per_image_standardization
