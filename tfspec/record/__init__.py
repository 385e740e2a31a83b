"""What a run of a program left behind, and how two runs differ.

`tfspec record` runs a program, with the original `tf.estimator` or with tfspec, and writes its
losses, evaluations, variables and exports to a file; `tfspec compare` holds another run
against that file.
"""

from tfspec.record._compare import Difference, Tolerance, compare
from tfspec.record._html import as_html
from tfspec.record._recording import NotARecording, load, save
from tfspec.record._run import How, record_module, record_script
from tfspec.record._table import as_table

__all__ = [
    "Difference",
    "How",
    "NotARecording",
    "Tolerance",
    "as_html",
    "as_table",
    "compare",
    "load",
    "record_module",
    "record_script",
    "save",
]
