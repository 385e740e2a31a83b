"""Runs the fidelity models under one implementation and writes what they did as JSON.

    python -m tests.fidelity.record --implementation original --out tests/fidelity/data

run in an environment with TensorFlow 2.15.1 makes the committed recordings: one NAME.v2.json per
model, one NAME.v1.json from a process that called `tf.disable_v2_behavior()`, and the checkpoints
of some models. The tests run the same module with `--implementation tfspec` and compare.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from tests.fidelity import observe
from tests.fidelity.case import NAMES, Case, make

SEED = 20240229
STEPS = 30  # trained from the start
RESUMED_STEPS = 36  # trained to, from the checkpoint at STEPS
EVERY = 10  # steps between log lines and between summaries
SAVE_EVERY = 15

# Models whose checkpoint is kept beside the recording: Adam slots, slices, shadow variables.
EXCHANGED = ("mlp", "partitioned", "moving_average")

# Kernels choose code by the CPU's features and the number of threads; these settings make the same
# numbers come out on every x86 machine. They are set before TensorFlow is loaded.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
}


def namespaces(implementation: str) -> tuple[Any, Any]:
    """Returns `tensorflow.compat.v1` and the estimator namespace of an implementation."""
    os.environ.update(ENVIRONMENT)
    if implementation == "tfspec":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf

    if implementation == "original":
        return tf.compat.v1, tf.estimator
    import tfspec.estimator

    return tf.compat.v1, tfspec.estimator


def loss_hook(tf: Any, losses: list[Any]) -> Any:
    """A hook as users write them: it fetches the loss and the global step in every step."""

    class LossHook(tf.train.SessionRunHook):
        def begin(self):
            (self._loss,) = tf.get_collection(tf.GraphKeys.LOSSES)[-1:]

        def before_run(self, run_context):
            return tf.train.SessionRunArgs([self._loss, tf.train.get_global_step()])

        def after_run(self, run_context, run_values):
            loss, _ = run_values.results
            losses.append(loss.item())

    return LossHook()


def run_config(estimator: Any) -> Any:
    """The configuration of every run: seed, log and save intervals."""
    return estimator.RunConfig(
        tf_random_seed=SEED,
        log_step_count_steps=EVERY,
        save_summary_steps=EVERY,
        save_checkpoints_steps=SAVE_EVERY,
    )


def train_observed(tf: Any, estimator: Any, case: Case, model_dir: pathlib.Path) -> dict[str, Any]:
    """Trains with a hook that sees every step, stops, and trains on from the checkpoint."""
    random.seed(SEED)
    first: list[float] = []
    resumed: list[float] = []
    trained = estimator.Estimator(
        case.model_fn, str(model_dir), config=run_config(estimator), params=case.params
    )
    trained.train(case.train_input, hooks=[loss_hook(tf, first)], max_steps=STEPS)
    trained.train(case.train_input, hooks=[loss_hook(tf, resumed)], max_steps=RESUMED_STEPS)
    return {
        "losses": first,
        "resumed_losses": resumed,
        "resumed_checkpoint": observe.checkpoint(tf, trained.latest_checkpoint()),
    }


def run_defaults(tf: Any, estimator: Any, case: Case, model_dir: pathlib.Path) -> dict[str, Any]:
    """Trains, evaluates and predicts without hooks of the user."""
    random.seed(SEED)
    with observe.LogLines(model_dir) as log:
        trained = estimator.Estimator(
            case.model_fn, str(model_dir), config=run_config(estimator), params=case.params
        )
        trained.train(case.train_input, max_steps=STEPS)
        metrics = trained.evaluate(case.eval_input)
        short_metrics = trained.evaluate(case.eval_input, steps=2, name="short")
        predictions = list(trained.predict(case.predict_input))
    return {
        "log": log.lines,
        "metrics": observe.plain(metrics),
        "short_metrics": observe.plain(short_metrics),
        "predictions": observe.plain(predictions),
        "checkpoint": observe.checkpoint(tf, trained.latest_checkpoint()),
        "variable_names": trained.get_variable_names(),
        "events": observe.events(tf, model_dir),
        "eval_events": observe.events(tf, model_dir / "eval"),
        "short_eval_events": observe.events(tf, model_dir / "eval_short"),
        "files": observe.files(model_dir),
        **observe.graph(tf, model_dir / "graph.pbtxt"),
    }


def run_on_schedule(
    tf: Any, estimator: Any, case: Case, work: pathlib.Path, attempts: int
) -> dict[str, Any]:
    """Repeats `run_defaults` until the summaries come at their regular steps.

    The original reads the global step while the train op increments it, so on a busy machine it
    now and then writes a summary one step early. Such a run is no reference.
    """
    for attempt in range(attempts):
        observed = run_defaults(tf, estimator, case, work / f"defaults_{attempt}")
        if [step for step, tag, _ in observed["events"] if tag == "loss"] == [1, 11, 21]:
            break
    return observed


def run_case(
    tf: Any, estimator: Any, name: str, work: pathlib.Path, attempts: int = 1
) -> dict[str, Any]:
    """Runs one model in every way and returns the observations."""
    (work / "files").mkdir(parents=True)
    case = make(name, tf, estimator, work / "files")
    return {
        "certificate": certificate(tf, estimator),
        **train_observed(tf, estimator, case, work / "observed"),
        **run_on_schedule(tf, estimator, case, work, attempts),
    }


def certificate(tf: Any, estimator: Any) -> dict[str, Any]:
    """Where a recording comes from."""
    return {
        "script": "python -m tests.fidelity.record",
        "estimator": estimator.Estimator.__module__,
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seed": SEED,
        "environment": ENVIRONMENT,
    }


def run_here(implementation: str, behavior: str, names: list[str], out: pathlib.Path) -> None:
    """Runs models in this process and writes one file each into `out`."""
    tf, estimator = namespaces(implementation)
    if behavior == "v1":
        tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.INFO)
    attempts = 10 if implementation == "original" else 1
    for name in names:
        with tempfile.TemporaryDirectory() as temporary:
            work = pathlib.Path(temporary)
            observed = run_case(tf, estimator, name, work, attempts)
            if behavior == "v1":
                del observed["ops"]  # of reference variables, which tfspec replaces
            write(out / f"{name}.{behavior}.json", observed)
            if name in EXCHANGED and behavior == "v2":
                keep_checkpoint(work / "observed", out / f"{name}.checkpoint")


def keep_checkpoint(model_dir: pathlib.Path, target: pathlib.Path) -> None:
    """Copies the checkpoint from which `resumed_losses` started."""
    target.mkdir(exist_ok=True)
    for path in model_dir.glob(f"model.ckpt-{STEPS}.*"):
        if path.suffix != ".meta":
            shutil.copy(path, target)
    name = f"model.ckpt-{STEPS}"
    state = f'model_checkpoint_path: "{name}"\nall_model_checkpoint_paths: "{name}"\n'
    (target / "checkpoint").write_text(state, encoding="utf-8")


def write(path: pathlib.Path, observed: dict[str, Any]) -> None:
    """Writes a recording, one line per field."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in observed.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def run_apart(python: str, implementation: str, behavior: str, names: list[str], out: pathlib.Path):
    """Runs models under another interpreter; returns the finished process."""
    command = [python, "-m", "tests.fidelity.record", "--here", "--out", str(out)]
    command += ["--implementation", implementation, "--behavior", behavior, *names]
    root = pathlib.Path(__file__).resolve().parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--implementation", choices=["original", "tfspec"], default="original")
    parser.add_argument("--behavior", choices=["v1", "v2"], help="default: both")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--here", action="store_true", help="run in this very process")
    parser.add_argument("names", nargs="*", default=list(NAMES), metavar="NAME")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.here:
        run_here(options.implementation, options.behavior or "v2", options.names, options.out)
        return
    for behavior in [options.behavior] if options.behavior else ["v1", "v2"]:
        finished = run_apart(
            sys.executable, options.implementation, behavior, options.names, options.out
        )
        if finished.returncode:
            sys.exit(finished.stderr)


if __name__ == "__main__":
    main()
