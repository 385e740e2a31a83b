"""Runs the iris script and tells what came of it."""

from __future__ import annotations

import glob
import os
import statistics
from collections import Counter
from collections.abc import Sequence

import tensorflow as tf

import tfspec
from tfspec.demo import iris

EXPECTED_ACCURACY = 0.93


def run(model_dir: str, steps: int, hooks: Sequence[tf.compat.v1.train.SessionRunHook]) -> bool:
    """Trains, evaluates and predicts with the iris script, and prints a report.

    Args:
        model_dir: where checkpoints and event files go; training resumes from what is there.
        steps: training steps.
        hooks: hooks for training.

    Returns:
        Whether the accuracy on the held-out third is at least `EXPECTED_ACCURACY`.
    """
    device = describe_device()
    print(f"tfspec {tfspec.__version__} on TensorFlow {tf.__version__}, device {device}")
    print("Fisher's iris table: 100 flowers to train on, 50 held out")
    classifier, metrics, pairs = iris.main(model_dir, steps, hooks)
    wrong = Counter((expected, guess) for expected, guess in pairs if guess != expected)
    mistakes = [f"{count} {one} taken for {other}" for (one, other), count in wrong.items()]
    right = len(pairs) - wrong.total()
    speeds = logged_speeds(model_dir)
    speed = f", {statistics.median(speeds):,.0f} steps per second" if speeds else ""
    print(f"trained      {steps:,} steps{speed}")
    print(f"evaluated    accuracy {metrics['accuracy']:.3f}, loss {metrics['loss']:.4f}")
    print(f"predicted    {right} of {len(pairs)} right", *mistakes, sep="; ")
    print(f"checkpoint   {classifier.latest_checkpoint()}")
    for path in event_files(model_dir) + event_files(classifier.eval_dir()):
        print(f"event file   {path}")
    if metrics["accuracy"] >= EXPECTED_ACCURACY:
        return True
    print(f"accuracy is below {EXPECTED_ACCURACY}: train for more steps")
    return False


def describe_device() -> str:
    """The device that TensorFlow puts a model on: the first GPU or else the CPU, with its name."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return f"GPU ({tf.config.experimental.get_device_details(gpus[0]).get('device_name')})"
    return f"CPU ({os.cpu_count()} cores)"


def event_files(folder: str) -> list[str]:
    """The event files in a folder, oldest first."""
    paths = glob.glob(os.path.join(glob.escape(folder), "events.out.tfevents.*"))
    return sorted(paths, key=os.path.getmtime)


def logged_speeds(model_dir: str) -> list[float]:
    """Every `global_step/sec` in the newest event file of training."""
    return [
        value.simple_value
        for event in tf.compat.v1.train.summary_iterator(event_files(model_dir)[-1])
        for value in event.summary.value
        if value.tag == "global_step/sec"
    ]
