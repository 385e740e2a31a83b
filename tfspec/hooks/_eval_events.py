"""Reading back the metrics that evaluations left in event files."""

from __future__ import annotations

import os
from collections.abc import Iterator

import tensorflow as tf


def scalars_in_events(pattern: str) -> Iterator[tuple[int, dict[str, float]]]:
    """The scalars of each event in the files that match a glob pattern, with their steps.

    Events without scalars are passed over. A file that ends in the middle of an event, as
    a killed process leaves it, gives what comes before.
    """
    for path in sorted(tf.io.gfile.glob(pattern)):
        try:
            for event in tf.compat.v1.train.summary_iterator(path):
                scalars = {
                    value.tag: value.simple_value
                    for value in event.summary.value
                    if value.HasField("simple_value")
                }
                if scalars:
                    yield event.step, scalars
        except tf.errors.DataLossError as error:
            tf.compat.v1.logging.warning("Event file %s ends early: %s", path, error)


def read_eval_metrics(eval_dir: str) -> dict[int, dict[str, float]]:
    """The metrics of all evaluations that wrote to a directory, by global step in order.

    Args:
      eval_dir: directory of the evaluation, such as `Estimator.eval_dir()`. It need not exist.
    """
    metrics: dict[int, dict[str, float]] = {}
    for step, scalars in scalars_in_events(os.path.join(eval_dir, "*.tfevents.*")):
        metrics.setdefault(step, {}).update(scalars)
    return dict(sorted(metrics.items()))
