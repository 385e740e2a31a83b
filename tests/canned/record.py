"""Records what the original's canned models do.

    python -m tests.canned.record [NAME ...] [--out golden] [--resume FOLDER]

run in an environment with TensorFlow 2.15.1 and tensorflow-estimator 2.15 writes, for every case,
NAME.json (losses, metrics, predictions, what exports serve, variables, summary tags, and how
kernels round where it runs) and the checkpoint after `STEPS` steps from which the last losses in it
were computed. With `--resume` it writes what follows from the checkpoints in FOLDER/NAME instead.
kernels.json tells how kernels round where the recordings were made that don't say it themselves.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import shutil
import tempfile
from typing import Any

from tests.canned import kernels, observe
from tests.canned.all_cases import CASES
from tests.canned.cases import Libraries

GOLDEN = pathlib.Path(__file__).parent / "golden"


def record(name: str, lib: Libraries, model_dir: pathlib.Path, out: pathlib.Path) -> None:
    """Runs one case and writes its files."""
    case = CASES[name]
    estimator = case.make(lib, observe.config(lib, model_dir))
    seen = {"losses": observe.train(lib, case, estimator, observe.STEPS)}
    if case.checkpoint:
        checkpoint = pathlib.Path(estimator.latest_checkpoint())
        for part in checkpoint.parent.glob(checkpoint.name + ".[di]*"):
            shutil.copy(part, out / (name + part.suffix))
    seen["variables"] = observe.variables(lib, estimator)
    seen["summary_tags"] = observe.summary_tags(lib, estimator)
    _write(out / f"{name}.json", lib, {**seen, **observe.follow(lib, case, estimator)})


def resume(name: str, lib: Libraries, model_dir: pathlib.Path, out: pathlib.Path) -> None:
    """Writes what follows from the checkpoint in `model_dir`."""
    case = CASES[name]
    estimator = case.make(lib, observe.config(lib, model_dir))
    _write(out / f"{name}.json", lib, observe.follow(lib, case, estimator))


def _write(path: pathlib.Path, lib: Libraries, seen: dict[str, Any]) -> None:
    seen = {**seen, "kernels": kernels.digests(lib.tf)}
    path.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n")


def main() -> None:
    import tensorflow as tf

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=pathlib.Path, default=GOLDEN)
    parser.add_argument("--resume", type=pathlib.Path, metavar="FOLDER")
    options = parser.parse_args()
    lib = Libraries(tf, tf.keras, tf.estimator, tf.compat.v1.estimator)
    for name in options.names or CASES:
        if options.resume:
            resume(name, lib, options.resume / name, options.out)
            continue
        with tempfile.TemporaryDirectory() as folder:
            record(name, lib, pathlib.Path(folder), options.out)


if __name__ == "__main__":
    main()
