"""Measures the original, tfspec and a hand-written loop in turn and prints a table of ratios.

    python -m tests.benchmarks.run --original PYTHON_WITH_2_15 [--current PYTHON] [--rounds 5]

Every measurement is a process of its own; rounds alternate, and medians are compared, so that
what else the machine does hits all sides alike.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Figure, what it says, whether more is better, the ratio that is aimed at (better over worse).
ROWS = (
    ("train_per_s", "train, steps/s", True, 4.0),
    ("examples_per_s", "train on single examples batched in the input, steps/s", True, None),
    ("evaluate_per_s", "evaluate, batches/s", True, 4.0),
    ("predict_per_s", "predict, batches/s", True, 3.0),
    ("hooked_per_s", "train with a user's per-step hook, steps/s", True, 1.0),
    ("start_s", "start to first step, s", False, 1.0),
    ("start_with_import_s", "start to first step with imports, s", False, 1.0),
    ("start_to_log_s", "start to step 100, s", False, None),
    ("evaluate_s", "evaluate 2000 batches in all, s", False, None),
    ("predict_start_s", "predict, to first example, s", False, None),
    ("train_memory_mb", "peak memory after training, MB", False, 1.0),
    ("train_memory_above_import_mb", "the same less what importing takes, MB", False, 1.0),
    ("memory_mb", "peak memory in all, MB", False, 1.0),
    ("memory_above_import_mb", "the same less what importing takes, MB", False, 1.0),
    ("start_cpu_s", "start to first step, CPU s", False, None),
    ("start_to_log_cpu_s", "start to step 100, CPU s", False, None),
    ("train_cpu_us", "train, CPU µs per step", False, None),
    ("examples_cpu_us", "train on single examples, CPU µs per step", False, None),
    ("evaluate_cpu_us", "evaluate, CPU µs per batch", False, None),
    ("predict_cpu_us", "predict, CPU µs per batch", False, None),
    ("hooked_cpu_us", "with a user's per-step hook, CPU µs per step", False, None),
)
LOOP_TARGET = 1.15


def measure(python: str, implementation: str) -> dict[str, float]:
    """Runs the worker under an interpreter and returns its figures."""
    finished = subprocess.run(
        [python, "-m", "tests.benchmarks.worker", implementation],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"{implementation} under {python} failed:\n{finished.stderr[-4000:]}")
    return json.loads(finished.stdout.splitlines()[-1])


def measure_all(original: str, current: str, rounds: int) -> dict[str, list[dict[str, float]]]:
    """Figures of each side, one dict per round; every second round goes backwards."""
    sides = [("original", original), ("tfspec", current), ("loop", current)]
    figures: dict[str, list[dict[str, float]]] = {side: [] for side, _ in sides}
    for number in range(rounds):
        for side, python in sides if number % 2 == 0 else sides[::-1]:
            figures[side].append(measure(python, side))
            print(f"round {number + 1} of {rounds}: {side} measured", file=sys.stderr)
    return figures


def median(figures: list[dict[str, float]], name: str) -> float:
    return statistics.median(each[name] for each in figures)


def table(figures: dict[str, list[dict[str, float]]]) -> list[str]:
    """The lines of a Markdown table: medians, and how many times better tfspec is."""
    lines = ["| | tf.estimator 2.15.1 | tfspec | times better | aim |", "|---|---|---|---|---|"]
    for name, label, more_is_better, aim in ROWS:
        theirs, ours = median(figures["original"], name), median(figures["tfspec"], name)
        ratio = ours / theirs if more_is_better else theirs / ours
        goal = f"{aim:g}" if aim else ""
        lines.append(f"| {label} | {theirs:.4g} | {ours:.4g} | {ratio:.2f} | {goal} |")
    return lines + ["", *_loop_lines(figures)]


def _loop_lines(figures: dict[str, list[dict[str, float]]]) -> list[str]:
    lines = ["| | hand-written loop | tfspec | times as long | aim |", "|---|---|---|---|---|"]
    wall, ours = (1e6 / median(figures[side], "train_per_s") for side in ("loop", "tfspec"))
    lines.append(
        f"| train, µs per step | {wall:.4g} | {ours:.4g} | {ours / wall:.2f} | {LOOP_TARGET} |"
    )
    cpu, ours = (median(figures[side], "train_cpu_us") for side in ("loop", "tfspec"))
    lines.append(f"| train, CPU µs per step | {cpu:.4g} | {ours:.4g} | {ours / cpu:.2f} | |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--original", required=True, help="interpreter with TensorFlow 2.15.1")
    parser.add_argument("--current", default=sys.executable, help="interpreter for tfspec")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, help="also write all figures as JSON")
    options = parser.parse_args()
    figures: dict[str, Any] = measure_all(options.original, options.current, options.rounds)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(figures)))


if __name__ == "__main__":
    main()
