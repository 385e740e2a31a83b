from tf_keras.api._v1.keras.__internal__.legacy.layers import *  # noqa: F403
