"""TensorFlow 1, today: `import tfspec.compat.v1 as tf`.

All of `tf.compat.v1`, with `estimator`, `layers`, `nn.rnn_cell`, `keras` (tf_keras) and the
stand-ins for `contrib` that TensorFlow no longer has.
"""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
