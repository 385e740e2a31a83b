"""What cases have in common: a small model, and ways to look at what it leaves.

Each case is a function of a namespace of estimators and a folder; it returns plain data.
"""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tests.fidelity.observe import LogLines

v1 = tf.compat.v1

Case = Callable[[Any, pathlib.Path], Any]
# By the last part of the name of the module, then by the name of the function.
CASES: dict[str, dict[str, Case]] = {}


def case(function: Case) -> Case:
    module = function.__module__.rpartition(".")[2]
    CASES.setdefault(module, {})[function.__name__] = function
    return function


def ones(count: int = 100):
    return lambda: tf.data.Dataset.from_tensors(([[1.0, 2.0]], [[5.0]])).repeat(count)


def line(estimator: Any, extend: Callable[..., dict[str, Any]] = lambda **_: {}) -> Any:
    """A model_fn of two weights; `extend` gives more fields of its spec."""

    def model_fn(features, labels, mode):
        w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
        y = tf.matmul(features, w)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions={"y": y})
        loss = tf.reduce_mean((y - labels) ** 2)
        step = v1.train.get_global_step()
        fields = {
            "loss": loss,
            "predictions": {"y": y},
            "train_op": v1.train.GradientDescentOptimizer(0.01).minimize(loss, step),
        }
        fields.update(extend(w=w, y=y, loss=loss, labels=labels, mode=mode))
        return estimator.EstimatorSpec(mode, **fields)

    return model_fn


def made(estimator: Any, folder: pathlib.Path, extend: Any, **config: Any) -> Any:
    config = estimator.RunConfig(str(folder), tf_random_seed=1, **config)
    return estimator.Estimator(line(estimator, extend), config=config)


def values(path: str) -> dict[str, Any]:
    reader = tf.train.load_checkpoint(path)
    return {
        name: reader.get_tensor(name).tolist() for name in reader.get_variable_to_shape_map()
    }


def state(folder: pathlib.Path) -> list[str]:
    found = tf.train.get_checkpoint_state(str(folder))
    return [pathlib.Path(path).name for path in found.all_model_checkpoint_paths] if found else []


@contextlib.contextmanager
def logged(folder: pathlib.Path) -> Iterator[list[str]]:
    """The INFO lines that are written meanwhile, save the one with the whole configuration."""
    before = v1.logging.get_verbosity()
    v1.logging.set_verbosity(v1.logging.INFO)
    lines: list[str] = []
    try:
        with LogLines(folder) as log:
            yield lines
    finally:
        v1.logging.set_verbosity(before)
        lines += [line for line in log.lines if not line.startswith("Using config")]
