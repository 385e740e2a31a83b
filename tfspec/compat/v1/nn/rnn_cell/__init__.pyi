from tf_keras.api._v1.keras.__internal__.legacy.rnn_cell import *  # noqa: F403
