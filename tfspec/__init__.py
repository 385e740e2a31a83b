"""tfspec: `tf.estimator` on today's TensorFlow.

Change `tf.estimator` to `tfspec.estimator` (or `tf.compat.v1.estimator` to
`tfspec.compat.v1.estimator`) and a TF1-style `model_fn` trains, evaluates and predicts again.
Importing this package neither imports TensorFlow nor changes anything in the process.
"""

from tfspec import _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach(__name__)
