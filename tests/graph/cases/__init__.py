"""TF1 graphs with a script each, to be run alike by a session of TensorFlow's and one of ours.

A case is a function that builds a graph in the default graph and returns a script: a function of
a session that runs parts of the graph and returns what came out.
"""

from __future__ import annotations

from tests.graph.cases import control, feeds, inputs, random, state
from tests.graph.cases._case import Case, difference, expected_outcome, our_outcome

TABLE: dict[str, Case] = {
    f"{module.__name__.rpartition('.')[2]}-{name}": case
    for module in (control, feeds, inputs, random, state)
    for name, case in vars(module).items()
    if isinstance(case, Case)
}

__all__ = ["TABLE", "Case", "difference", "expected_outcome", "our_outcome"]
