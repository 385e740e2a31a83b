"""Measures one implementation in this process and prints the figures as one line of JSON.

    python -m tests.benchmarks.worker original|tfspec|loop
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import sys
import tempfile
import time
from typing import Any

LOG_STEPS = 100
TRAIN_STEPS = 4000
SHORTER_STEPS = 1500  # with a hook, and with an input of single examples
WARM_UP = 500  # steps before steady speed is measured
EVAL_EPOCHS = 20
PREDICT_EPOCHS = 20


class Marks(logging.Handler):
    """The times at which the estimator logged certain lines, and the CPU time used by then."""

    _STEP = re.compile(r"^loss = .*, step = (\d+)|^Evaluation \[(\d+)/")

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[int, float, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        match = self._STEP.match(record.getMessage())
        if match:
            step = int(match[1] or match[2])
            self.marks.append((step, time.perf_counter(), time.process_time()))

    def rates(self, since: int) -> tuple[float, float]:
        """Steps per second and CPU microseconds per step, from step `since` to the last mark."""
        first = next(mark for mark in self.marks if mark[0] >= since)
        last = self.marks[-1]
        steps = last[0] - first[0]
        return steps / (last[1] - first[1]), 1e6 * (last[2] - first[2]) / steps


def peak_memory() -> float:
    """The largest resident size of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_estimator(implementation: str) -> dict[str, float]:
    """Trains, evaluates and predicts with default hooks, then trains with a hook of the user."""
    begin = time.perf_counter()
    import tensorflow as tf

    if implementation == "original":
        estimator = tf.estimator
        estimator.Estimator  # noqa: B018 - loaded on first touch; part of the import
    else:
        import tfspec.estimator as estimator

        estimator.Estimator  # noqa: B018
    imported = time.perf_counter()

    from tests.benchmarks import model

    tf1 = tf.compat.v1
    tf1.logging.set_verbosity(tf1.logging.INFO)
    config = estimator.RunConfig(log_step_count_steps=LOG_STEPS, tf_random_seed=1)
    model_fn = model.make_model_fn(tf1, estimator)
    model_dir = tempfile.TemporaryDirectory()
    figures = {"import_s": imported - begin}
    base_memory = peak_memory()
    measured = estimator.Estimator(model_fn, model_dir.name, config=config)
    figures.update(_train(measured, tf, model))
    figures["start_with_import_s"] = figures["start_s"] + figures["import_s"]
    figures["train_memory_mb"] = peak_memory()
    figures["train_memory_above_import_mb"] = peak_memory() - base_memory
    figures.update(_train_on_examples(measured, tf, model))
    figures.update(_evaluate(measured, tf, model))
    figures.update(_predict(measured, tf, model))
    with tempfile.TemporaryDirectory() as hooked_dir:
        hooked = estimator.Estimator(model_fn, hooked_dir, config=config)
        figures.update(_train_hooked(hooked, tf, model))
    figures["memory_mb"] = peak_memory()
    figures["memory_above_import_mb"] = peak_memory() - base_memory
    model_dir.cleanup()
    return figures


def _logged(call: Any) -> Marks:
    marks = Marks()
    logger = logging.getLogger("tensorflow")
    logger.addHandler(marks)
    try:
        call()
    finally:
        logger.removeHandler(marks)
    return marks


def _train(measured: Any, tf: Any, model: Any) -> dict[str, float]:
    start, start_cpu = time.perf_counter(), time.process_time()
    marks = _logged(
        lambda: measured.train(lambda: model.dataset(tf), max_steps=TRAIN_STEPS)
    )
    rate, cpu = marks.rates(WARM_UP)
    return {
        "start_s": marks.marks[0][1] - start,
        "start_cpu_s": marks.marks[0][2] - start_cpu,
        "start_to_log_s": marks.marks[1][1] - start,
        "start_to_log_cpu_s": marks.marks[1][2] - start_cpu,
        "train_per_s": rate,
        "train_cpu_us": cpu,
    }


def _train_on_examples(measured: Any, tf: Any, model: Any) -> dict[str, float]:
    marks = _logged(
        lambda: measured.train(lambda: model.dataset_of_examples(tf), steps=SHORTER_STEPS)
    )
    rate, cpu = marks.rates(TRAIN_STEPS + WARM_UP)
    return {"examples_per_s": rate, "examples_cpu_us": cpu}


def _evaluate(measured: Any, tf: Any, model: Any) -> dict[str, float]:
    batches = EVAL_EPOCHS * model.EXAMPLES // model.BATCH
    start = time.perf_counter()
    marks = _logged(
        lambda: measured.evaluate(lambda: model.dataset(tf, EVAL_EPOCHS), steps=batches)
    )
    total = time.perf_counter() - start
    rate, cpu = marks.rates(0)
    return {"evaluate_s": total, "evaluate_per_s": rate, "evaluate_cpu_us": cpu}


def _predict(measured: Any, tf: Any, model: Any) -> dict[str, float]:
    start = time.perf_counter()
    predictions = measured.predict(
        lambda: model.dataset(tf, PREDICT_EPOCHS).map(lambda features, _: features)
    )
    next(predictions)
    first, cpu = time.perf_counter(), time.process_time()
    batches = sum(1 for _ in predictions) / model.BATCH
    end, cpu = time.perf_counter(), time.process_time() - cpu
    return {
        "predict_start_s": first - start,
        "predict_per_s": batches / (end - first),
        "predict_cpu_us": 1e6 * cpu / batches,
    }


def _train_hooked(measured: Any, tf: Any, model: Any) -> dict[str, float]:
    """Trains with a hook that fetches the loss in every step."""
    marks: list[tuple[float, float]] = []

    class LossHook(tf.compat.v1.train.SessionRunHook):
        def begin(self):
            self._loss = tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.LOSSES)[0]

        def before_run(self, run_context):
            return tf.compat.v1.train.SessionRunArgs({"loss": self._loss})

        def after_run(self, run_context, run_values):
            float(run_values.results["loss"])
            marks.append((time.perf_counter(), time.process_time()))

    measured.train(lambda: model.dataset(tf), hooks=[LossHook()], max_steps=SHORTER_STEPS)
    steps = len(marks) - 1 - WARM_UP
    wall, cpu = (last - first for first, last in zip(marks[WARM_UP], marks[-1], strict=True))
    return {"hooked_per_s": steps / wall, "hooked_cpu_us": 1e6 * cpu / steps}



def measure_loop() -> dict[str, float]:
    """Runs the hand-written loop, as many steps per call as the estimators log."""
    import tensorflow as tf

    from tests.benchmarks import model

    loop = model.make_loop(tf)
    calls = tf.constant(LOG_STEPS)
    for _ in range(WARM_UP // LOG_STEPS):
        loop(calls)
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range((TRAIN_STEPS - WARM_UP) // LOG_STEPS):
        float(loop(calls))
    steps = TRAIN_STEPS - WARM_UP
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"train_per_s": steps / wall, "train_cpu_us": 1e6 * cpu / steps}


def main() -> None:
    implementation = sys.argv[1]
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if implementation == "tfspec":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    figures = measure_loop() if implementation == "loop" else measure_estimator(implementation)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
