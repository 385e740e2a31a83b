"""Measures what is around training: the original and tfspec in turn.

    python -m tests.benchmarks.life --original PYTHON_WITH_2_15 [--current PYTHON] [--rounds 3]

train_and_evaluate with the default hooks, checkpoints of a 200 MB model, exports and the serving
of them. Every measurement is a process of its own; rounds alternate and medians are compared. Both
exports are served in the original's interpreter too, where only the exported graphs differ.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
STEPS, SAVE_EVERY, EVAL_BATCHES = 3000, 1000, 100
LARGE_VARIABLES, LARGE_SIZE = 10, 5_000_000  # of float32: 200 MB
SAVES, FIRST_SAVES, RESTORES = 12, 4, 3
REQUESTS, WARM_UP = 2000, 200

Figures = dict[str, float]


class Stopwatch:
    """Wall and CPU seconds since it was made or last looked at."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def look(self, name: str) -> Figures:
        last = self._wall, self._cpu
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return {f"{name}_s": self._wall - last[0], f"{name}_cpu_s": self._cpu - last[1]}


def measure_estimator(implementation: str, export_base: str) -> Figures:
    """All that an Estimator does, and the folder of its export."""
    import tensorflow as tf

    from tests.benchmarks import model

    estimator = _namespace(tf, implementation)
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.INFO)
    logging.getLogger("tensorflow").handlers.clear()  # what is logged is computed, not shown
    model_fn = model.make_model_fn(tf.compat.v1, estimator)
    with tempfile.TemporaryDirectory() as folder:
        config = estimator.RunConfig(folder, tf_random_seed=1, save_checkpoints_steps=SAVE_EVERY)
        measured = estimator.Estimator(model_fn, config=config)
        watch = Stopwatch()
        estimator.train_and_evaluate(
            measured,
            estimator.TrainSpec(lambda: model.dataset(tf), STEPS),
            estimator.EvalSpec(lambda: model.dataset(tf), EVAL_BATCHES, throttle_secs=0),
        )
        figures = watch.look("train_and_evaluate")
        figures.update(_export(tf, estimator, measured, export_base))
    figures.update(_checkpoints(tf, estimator))
    return figures


def _namespace(tf: Any, implementation: str) -> Any:
    if implementation == "original":
        return tf.estimator
    import tfspec.estimator

    return tfspec.estimator


def _export(tf: Any, estimator: Any, measured: Any, export_base: str) -> Figures:
    """The second export, when everything that loads on first use has been loaded."""
    from tests.benchmarks import model

    def receiver() -> Any:
        x = tf.compat.v1.placeholder(tf.float32, [None, model.FEATURES], "x")
        return estimator.export.ServingInputReceiver({"x": x}, {"x": x})

    with tempfile.TemporaryDirectory() as folder:
        measured.export_saved_model(folder, receiver)
    watch = Stopwatch()
    measured.export_saved_model(export_base, receiver)
    return watch.look("export")


def _checkpoints(tf: Any, estimator: Any) -> Figures:
    """Saving and restoring 200 MB, medians of several.

    The first saves are left out: a process gets new memory for them, and the system new pages
    for its files, which takes up to five times as long as a save into those. Nothing is left to
    be written to the disk when a save begins.
    """
    v1 = tf.compat.v1

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        step = v1.train.get_global_step()
        ones = v1.ones_initializer()
        large = [v1.get_variable(f"large_{i}", [LARGE_SIZE], initializer=ones)
                 for i in range(LARGE_VARIABLES)]
        loss = v1.add_n([tf.reduce_sum(variable[:1]) for variable in large])
        return estimator.EstimatorSpec(mode, loss=loss, train_op=v1.assign_add(step, 1))

    class Saves(v1.train.CheckpointSaverListener):
        figures: list[Figures] = []

        def before_save(self, session: Any, global_step_value: int) -> None:
            os.sync()
            self.watch = Stopwatch()

        def after_save(self, session: Any, global_step_value: int) -> None:
            self.figures.append(self.watch.look("save_200_mb"))

    class Restores(logging.Handler):
        """From the line that tells of restoring to the next."""

        watch, figures = None, []

        def emit(self, record: logging.LogRecord) -> None:
            if self.watch is not None:
                self.figures.append(self.watch.look("restore_200_mb"))
            restoring = record.getMessage().startswith("Restoring parameters")
            self.watch = Stopwatch() if restoring else None

    saves, restores = Saves(), Restores()
    with tempfile.TemporaryDirectory() as folder:
        config = estimator.RunConfig(folder, save_checkpoints_steps=1, keep_checkpoint_max=2)
        large = estimator.Estimator(model_fn, config=config)

        def train(steps: int, **options: Any) -> None:
            large.train(
                lambda: tf.data.Dataset.from_tensors([1.0]).repeat(), steps=steps, **options
            )

        train(SAVES, saving_listeners=[saves])
        logging.getLogger("tensorflow").addHandler(restores)
        for _ in range(RESTORES):
            train(1)
    return medians(saves.figures[FIRST_SAVES:]) | medians(restores.figures)


def medians(figures: list[Figures]) -> Figures:
    return {name: statistics.median(each[name] for each in figures) for name in figures[0]}


def measure_serving(export_base: str) -> Figures:
    """Loading an export and asking it for one example at a time."""
    import tensorflow as tf

    from tests.benchmarks import model

    (export,) = pathlib.Path(export_base).iterdir()
    x = tf.constant(np.ones([1, model.FEATURES], np.float32))
    tf.saved_model.load(str(export))
    watch = Stopwatch()
    loaded = tf.saved_model.load(str(export))  # the signatures go with it
    serve = loaded.signatures["serving_default"]
    serve(x=x)
    figures = watch.look("load")
    for _ in range(WARM_UP):
        serve(x=x)
    watch = Stopwatch()
    for _ in range(REQUESTS):
        serve(x=x)["class"].numpy()
    return figures | {
        name.replace("_s", "_us"): 1e6 * seconds / REQUESTS
        for name, seconds in watch.look("serve").items()
    }


def run(python: str, *arguments: str) -> Figures:
    """Measures in a process of its own."""
    command = [python, "-m", "tests.benchmarks.life", "--here", *arguments]
    quiet = {
        **os.environ,
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_USE_LEGACY_KERAS": str(int("tfspec" in arguments)),
    }
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=quiet)
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(python: str, implementation: str, original: str) -> Figures:
    """One round of one implementation."""
    with tempfile.TemporaryDirectory() as exports:
        figures = run(python, implementation, exports)
        figures |= run(python, "serving", exports)
        same = run(original, "serving", exports)
    return figures | {f"in_2_15_{name}": value for name, value in same.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--original", help="an interpreter with TensorFlow 2.15.1")
    parser.add_argument("--current", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--here", nargs=2, metavar=("WHAT", "EXPORT_BASE"))
    options = parser.parse_args()
    if options.here:
        what, export_base = options.here
        measured: Callable[[], Figures] = (
            (lambda: measure_serving(export_base)) if what == "serving"
            else (lambda: measure_estimator(what, export_base))
        )
        print(json.dumps(measured()))
        return
    sides = {"original": options.original, "tfspec": options.current}
    rounds = []
    for number in range(options.rounds):
        order = list(sides) if number % 2 == 0 else list(sides)[::-1]
        rounds.append({side: measure(sides[side], side, options.original) for side in order})
        print(f"round {number + 1} of {options.rounds} measured", file=sys.stderr)
    print("| | tf.estimator 2.15.1 | tfspec | times better |\n|---|---|---|---|")
    for name in rounds[0]["original"]:
        theirs, ours = (statistics.median(each[side][name] for each in rounds) for side in sides)
        print(f"| {name} | {theirs:.4g} | {ours:.4g} | {theirs / ours:.2f} |")


if __name__ == "__main__":
    main()
