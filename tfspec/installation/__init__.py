"""Puts `tf.estimator` and what went with it back where programs look for it.

    import tfspec
    tfspec.install()

Nothing of this imports TensorFlow: where the program hasn't done so yet, the names are put in place
when it does.
"""

from tfspec.installation._install import Installation, install, uninstall

__all__ = ["Installation", "install", "uninstall"]
