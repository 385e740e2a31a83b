"""Runs a program with the TensorFlow that it was written for.

The program's own modules are imported as ever; those of TensorFlow 1 style get
`tfspec.compat.v1` where they import `tensorflow`. Installed libraries see TensorFlow as it is.
"""

from tfspec.launch._mains import NotRunnable
from tfspec.launch._run import Options, begin_child, run_module, run_script

__all__ = ["NotRunnable", "Options", "begin_child", "run_module", "run_script"]
