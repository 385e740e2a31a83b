"""Writes what the fidelity models do under one implementation as JSON.

    python -m tests.fidelity.record --implementation original --out tests/fidelity/data

run in an environment with TensorFlow 2.15.1 makes the committed recordings: one NAME.v2.json per
model, one NAME.v1.json from a process that called `tf.disable_v2_behavior()`, and the checkpoints
of some models. The tests run this module with `--implementation tfspec` and compare.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback
from typing import Any

from tests.fidelity.case import NAMES
from tests.fidelity.run import STEPS, namespaces, resume_case, run_case

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Models whose checkpoint is kept beside the recording: Adam slots, slices, shadow variables.
EXCHANGED = ("mlp", "partitioned", "moving_average")


def record(
    python: str,
    implementation: str,
    behavior: str,
    out: pathlib.Path,
    names: list[str],
    checkpoints: pathlib.Path | None = None,
) -> bool:
    """Runs models in a process of its own.

    Args:
      python: the interpreter to run.
      implementation: `original` or `tfspec`.
      behavior: `v1` calls `tf.disable_v2_behavior()` first, `v2` does not.
      out: where to write NAME.BEHAVIOR.json: the observations, or `error` with a traceback.
      names: the models, of `NAMES`.
      checkpoints: a directory with NAME.checkpoint; if given, models start from there.

    Returns:
      Whether all of them ran without an error.
    """
    command = [python, "-m", "tests.fidelity.record", "--here", "--out", str(out)]
    command += ["--implementation", implementation, "--behavior", behavior, *names]
    if checkpoints is not None:
        command += ["--checkpoints", str(checkpoints)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    missing = [name for name in names if not (out / f"{name}.{behavior}.json").exists()]
    if missing:
        raise RuntimeError(f"{missing} left no recording; the end of the output is\n"
                           f"{finished.stderr[-4000:]}")
    return finished.returncode == 0


def load(path: pathlib.Path) -> dict[str, Any]:
    """Reads a recording; `RuntimeError` if the run had ended with an error."""
    observed = json.loads(path.read_text(encoding="utf-8"))
    if "error" in observed:
        raise RuntimeError(observed["error"])
    return observed


def _record_here(options: argparse.Namespace) -> bool:
    tf, estimator = namespaces(options.implementation)
    if options.behavior == "v1":
        tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.INFO)
    fine = True
    for name in options.names:
        with tempfile.TemporaryDirectory() as work:
            try:
                observed = _observe(tf, estimator, name, pathlib.Path(work), options)
            except Exception:
                observed, fine = {"error": traceback.format_exc()}, False
        _write(options.out / f"{name}.{options.behavior}.json", observed)
    return fine


def _observe(
    tf: Any, estimator: Any, name: str, work: pathlib.Path, options: argparse.Namespace
) -> dict[str, Any]:
    if options.checkpoints is not None:
        return resume_case(
            tf, estimator, name, work, options.checkpoints / f"{name}.checkpoint"
        )
    attempts = 10 if options.implementation == "original" else 1
    observed = run_case(tf, estimator, name, work, attempts)
    if options.behavior == "v1":
        del observed["ops"]  # of reference variables, which tfspec replaces
    elif name in EXCHANGED:
        _keep_checkpoint(work / "observed", options.out / f"{name}.checkpoint")
    return observed


def _keep_checkpoint(model_dir: pathlib.Path, target: pathlib.Path) -> None:
    """Copies the checkpoint from which `resumed_losses` started."""
    target.mkdir(exist_ok=True)
    for path in model_dir.glob(f"model.ckpt-{STEPS}.*"):
        if path.suffix != ".meta":
            shutil.copy(path, target)
    name = f"model.ckpt-{STEPS}"
    state = f'model_checkpoint_path: "{name}"\nall_model_checkpoint_paths: "{name}"\n'
    (target / "checkpoint").write_text(state, encoding="utf-8")


def _write(path: pathlib.Path, observed: dict[str, Any]) -> None:
    """Writes a recording, one line per field."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in observed.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--implementation", choices=["original", "tfspec"], default="original")
    parser.add_argument("--behavior", choices=["v1", "v2"], help="default: both")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--checkpoints", type=pathlib.Path, help="start from NAME.checkpoint here")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", default=list(NAMES), metavar="NAME")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.here:
        sys.exit(not _record_here(options))
    fine = [
        record(
            sys.executable, options.implementation, behavior, options.out, options.names,
            options.checkpoints,
        )
        for behavior in ([options.behavior] if options.behavior else ["v1", "v2"])
    ]
    sys.exit(not all(fine))


if __name__ == "__main__":
    main()
