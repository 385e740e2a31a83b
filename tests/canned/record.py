"""Records what the original's canned models do.

    python -m tests.canned.record

run in an environment with TensorFlow 2.15.1 and tensorflow-estimator 2.15 writes, for every case,
golden/NAME.json (losses, metrics, predictions, variables, summary tags) and the checkpoint after
`STEPS` steps from which the last losses in it were computed.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import sys
import tempfile

from tests.canned import observe
from tests.canned.cases import CASES, Case, Libraries

GOLDEN = pathlib.Path(__file__).parent / "golden"


def record(name: str, case: Case, lib: Libraries, model_dir: pathlib.Path) -> None:
    """Runs one case and writes its files."""
    estimator = case.make(lib, observe.config(lib, model_dir))
    seen = {"losses": observe.train(lib, case, estimator, observe.STEPS)}
    if case.checkpoint:
        checkpoint = pathlib.Path(estimator.latest_checkpoint())
        for part in checkpoint.parent.glob(checkpoint.name + ".[di]*"):
            shutil.copy(part, GOLDEN / (name + part.suffix))
    seen |= {
        "variables": observe.variables(lib, estimator),
        "metrics": observe.evaluate(lib, case, estimator),
        "predictions": observe.predict(lib, case, estimator),
        "summary_tags": observe.summary_tags(lib, estimator),
        "more_losses": observe.train(lib, case, estimator, observe.MORE_STEPS),
    }
    (GOLDEN / f"{name}.json").write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n")


def main() -> None:
    import tensorflow as tf

    lib = Libraries(tf, tf.keras, tf.estimator, tf.compat.v1.estimator)
    for name in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            record(name, CASES[name], lib, pathlib.Path(folder))


if __name__ == "__main__":
    main()
