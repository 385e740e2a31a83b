"""The engine: TF1 graphs traced, their state lifted out, their pieces compiled and run.

    graph  --lift-->  nodes + state  --cut-->  a piece per set of fetches  --build-->  function

It knows nothing of estimators. Everything here works on graphs of any origin.
"""

from tfspec.graph._program import Program
from tfspec.graph._session import FunctionSession
from tfspec.graph._trace import script_can_be_traced, script_scope, trace_scope

__all__ = [
    "FunctionSession",
    "Program",
    "script_can_be_traced",
    "script_scope",
    "trace_scope",
]
