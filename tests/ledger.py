"""The ledger of public names: what tf.estimator 2.15 had.

`data/estimator_api.json` was recorded from TensorFlow 2.15.1 with `inspect`: under the full name of
each class and function its signature, a named tuple's fields, and the signatures of its public
members. Addresses are taken out of default values (`<function relu>`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "estimator_api.json").read_text()
)

# tf.estimator.export -> tfspec.estimator.export and so on.
NAMESPACES = sorted({f"tfspec{name.removeprefix('tf').rpartition('.')[0]}" for name in RECORDED})

# Names whose recorded shape is departed from on purpose: why.
FIELD_ORDER_DIFFERS = {
    "EstimatorSpec": "the first eight fields carry the numbers of its documentation",
}

# Members that a class of tf.estimator lists, but raises AttributeError for: why.
RAISING_MEMBERS = {
    "export_savedmodel": "only Estimators of compat.v1 have it; others raise to say so",
}


def recorded_as(name: str) -> dict[str, Any]:
    """The record of a public name of tfspec, given in full."""
    return RECORDED[f"tf{name.removeprefix('tfspec')}"]


def public_names() -> list[str]:
    """Every name of the ledger as tfspec spells it, in full."""
    return [f"tfspec{name.removeprefix('tf')}" for name in RECORDED]
