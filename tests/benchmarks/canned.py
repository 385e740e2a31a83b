"""Measures canned estimators over 20 mixed feature columns: the original and tfspec in turn.

    python -m tests.benchmarks.canned --original PYTHON_WITH_2_15 [--current PYTHON] [--rounds 3]

Every measurement is a process of its own; rounds alternate and medians are compared.
"""

from __future__ import annotations

import argparse
import json
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
MODELS = ("LinearClassifier", "DNNClassifier")
EXAMPLES, BATCH, NUMERIC, CATEGORICAL = 4096, 64, 8, 6
TRAIN_STEPS, PREDICT_BATCHES, REPEATS = 2500, 6000, 3
AIM = 2.0


def data() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Features by name, `[EXAMPLES]` each, and binary labels that depend on them."""
    random = np.random.RandomState(0)
    table: dict[str, Any] = {
        f"number_{i}": random.randn(EXAMPLES).astype(np.float32) for i in range(NUMERIC)
    }
    words = np.array([f"word_{i}".encode() for i in range(30)])
    table |= {f"word_{i}": random.choice(words, EXAMPLES) for i in range(CATEGORICAL)}
    labels = table["number_0"] + (table["word_0"] == b"word_1") > 0
    return table, labels.astype(np.int64)


def columns(tf: Any, deep: bool) -> list[Any]:
    """20 columns: 8 numeric, 3 bucketized, 6 categorical and 3 crossed ones."""
    make = tf.feature_column
    numbers = [make.numeric_column(f"number_{i}") for i in range(NUMERIC)]
    buckets = [make.bucketized_column(numbers[i], [-1.0, 0.0, 1.0]) for i in range(3)]
    words = [
        make.categorical_column_with_vocabulary_list(
            f"word_{i}", [f"word_{j}" for j in range(25)], num_oov_buckets=2
        )
        if i % 2
        else make.categorical_column_with_hash_bucket(f"word_{i}", 50)
        for i in range(CATEGORICAL)
    ]
    crossed = [make.crossed_column([buckets[i], f"word_{i}"], 100) for i in range(3)]
    if not deep:
        return [*numbers, *buckets, *words, *crossed]
    embedded = [make.embedding_column(column, 8) for column in [*words[:4], *crossed]]
    return [*numbers, *buckets, *embedded, *map(make.indicator_column, words[4:])]


def dataset(tf: Any, batches: int | None) -> Any:
    """Ready-made batches, for ever or so many."""
    table, labels = data()
    shape = (EXAMPLES // BATCH, BATCH)
    made = {key: value.reshape(shape) for key, value in table.items()}, labels.reshape(shape)
    return tf.data.Dataset.from_tensor_slices(made).repeat().take(
        -1 if batches is None else batches
    ).prefetch(2)  # fmt: skip


def measure_here(implementation: str, model: str) -> dict[str, float]:
    """Steps and predicted batches per second, and the CPU time of each."""
    import tensorflow as tf

    if implementation == "original":
        namespace = tf.estimator
    else:
        import tfspec.estimator as namespace
    deep = model == "DNNClassifier"
    arguments = ([64, 32], columns(tf, True)) if deep else (columns(tf, False),)
    with tempfile.TemporaryDirectory() as folder:
        config = namespace.RunConfig(
            model_dir=folder, save_checkpoints_secs=3600, save_summary_steps=1000
        )
        estimator = getattr(namespace, model)(*arguments, config=config)

        def train(steps: int) -> None:
            estimator.train(lambda: dataset(tf, None), steps=steps)

        def predict(batches: int) -> None:
            for _ in estimator.predict(
                lambda: dataset(tf, batches), yield_single_examples=False
            ):
                pass

        return {
            **_pace("train", train, TRAIN_STEPS),
            **_pace("predict", predict, PREDICT_BATCHES),
        }


def _pace(name: str, run: Callable[[int], None], count: int) -> dict[str, float]:
    """What `count` steps take, less what the start of a run takes; medians of several runs."""
    run(10)
    pairs = [(_seconds(run, 10), _seconds(run, 10 + count)) for _ in range(REPEATS)]
    wall, cpu = (
        statistics.median(many[clock] - few[clock] for few, many in pairs) for clock in (0, 1)
    )
    return {f"{name}_per_s": count / wall, f"{name}_cpu_us": 1e6 * cpu / count}


def _seconds(run: Callable[[int], None], count: int) -> tuple[float, float]:
    began, began_cpu = time.perf_counter(), time.process_time()
    run(count)
    return time.perf_counter() - began, time.process_time() - began_cpu


def measure(python: str, implementation: str, model: str) -> dict[str, float]:
    """Measures in a process of its own."""
    command = [python, "-m", "tests.benchmarks.canned", "--here", implementation, model]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{implementation} under {python} failed:\n{finished.stderr[-4000:]}")
    return json.loads(finished.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--original", help="an interpreter with TensorFlow 2.15.1")
    parser.add_argument("--current", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--here", nargs=2, metavar=("IMPLEMENTATION", "MODEL"))
    options = parser.parse_args()
    if options.here:
        print(json.dumps(measure_here(*options.here)))
        return
    print("| | tf.estimator 2.15.1 | tfspec | times better | aim |\n|---|---|---|---|---|")
    sides = {"original": options.original, "tfspec": options.current}
    for model in MODELS:
        rounds = [
            {side: measure(python, side, model) for side, python in sides.items()}
            for _ in range(options.rounds)
        ]
        for name in ("train", "predict"):
            for figure in (f"{name}_per_s", f"{name}_cpu_us"):
                theirs, ours = (
                    statistics.median(each[side][figure] for each in rounds) for side in sides
                )
                paced = figure.endswith("per_s")
                ratio = ours / theirs if paced else theirs / ours
                aim = AIM if paced else ""
                print(f"| {model}, {figure} | {theirs:.4g} | {ours:.4g} | {ratio:.2f} | {aim} |")


if __name__ == "__main__":
    main()
