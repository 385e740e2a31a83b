"""`tf.compat.v1.image`, with `rnn_cell` over tf_keras."""

from tfspec import _lazy

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
