"""Runs Estimators from Keras 2 models and writes what they do as JSON.

    python -m tests.keras.record

run in an environment with TensorFlow 2.15.1 and tensorflow-estimator 2.15 made the committed
recording of the original. The tests run the same cases on tfspec and compare.
"""

from __future__ import annotations

import json
import pathlib
import tempfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf

from tests.keras.models import CASES, Case

DATA = pathlib.Path(__file__).parent / "data" / "original.json"
STEPS, MORE_STEPS = 6, 2

v1 = tf.compat.v1


class Watch(v1.train.SessionRunHook):
    """Notes the loss of every step, and the variables by collection."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.variables: dict[str, list[str]] = {}

    def end(self, session: Any) -> None:
        for key in ("variables", "trainable_variables", "local_variables"):
            self.variables[key] = [variable.name for variable in v1.get_collection(key)]
        # The original adds those of metrics as they come out of a set.
        self.variables["local_variables"].sort()

    def before_run(self, run_context: Any) -> Any:
        return v1.train.SessionRunArgs(v1.get_collection(v1.GraphKeys.LOSSES))

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.losses += [float(loss) for loss in run_values.results]


def observe(
    case: Case, keras: ModuleType, model_to_estimator: Callable[..., Any], run_config: type
) -> dict[str, Any]:
    """What a case's Estimator does and writes."""
    keras.backend.clear_session()
    with tempfile.TemporaryDirectory() as folder:
        estimator = model_to_estimator(
            case.model(keras),
            config=run_config(model_dir=folder, tf_random_seed=7),
            checkpoint_format=case.checkpoint_format,
        )
        seen = {"first_files": files(f"{folder}/keras"), "first_values": values(f"{folder}/keras")}
        seen["fresh_metrics"] = evaluate(estimator, case)
        watch = Watch()
        estimator.train(case.input_fn(None), steps=STEPS, hooks=[watch])
        seen |= {"losses": watch.losses, "collections": watch.variables, "files": files(folder)}
        seen |= {"values": values(folder), "metrics": evaluate(estimator, case)}
        predictions = next(estimator.predict(case.input_fn(1)))
        seen["predictions"] = {name: value.tolist() for name, value in predictions.items()}
        estimator.train(case.input_fn(None), steps=MORE_STEPS)
        seen["more_metrics"] = evaluate(estimator, case)
        return seen


def files(folder: str) -> list[str]:
    path = pathlib.Path(folder)
    return sorted(file.name for file in path.glob("*") if "tfevents" not in file.name)


def values(folder: str) -> dict[str, Any]:
    """The newest checkpoint's values by name, that of the object graph left out."""
    path = tf.train.latest_checkpoint(folder)
    if path is None:
        return {}
    reader = tf.train.load_checkpoint(path)
    names = sorted(reader.get_variable_to_shape_map())
    return {
        name: None if name == "_CHECKPOINTABLE_OBJECT_GRAPH"
        else np.asarray(reader.get_tensor(name)).tolist()
        for name in names
    }


def evaluate(estimator: Any, case: Case) -> dict[str, float]:
    return {name: float(value) for name, value in estimator.evaluate(case.input_fn(1)).items()}


def main() -> None:
    convert = tf.keras.estimator.model_to_estimator
    seen = {
        name: observe(case, tf.keras, convert, tf.estimator.RunConfig)
        for name, case in CASES.items()
    }
    DATA.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
