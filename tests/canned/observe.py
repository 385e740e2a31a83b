"""What is seen of a canned model while it trains, evaluates and predicts."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np

from tests.canned.cases import Case, Libraries, dataset, serialized

STEPS, MORE_STEPS, SEED = 5, 3, 11


def config(lib: Libraries, model_dir: pathlib.Path) -> Any:
    """A configuration with a seed, and summaries of every step."""
    return lib.v2.RunConfig(
        model_dir=str(model_dir), tf_random_seed=SEED, save_summary_steps=1, log_step_count_steps=1
    )


def train(lib: Libraries, case: Case, estimator: Any, steps: int) -> list[float]:
    """Trains and returns the loss of every step."""
    hook = _losses_hook(lib.tf)
    estimator.train(lambda: dataset(lib, case, labels=True, repeat=True), [hook], steps)
    return hook.losses


def evaluate(lib: Libraries, case: Case, estimator: Any) -> dict[str, float]:
    """The metrics over the whole table."""
    metrics = estimator.evaluate(lambda: dataset(lib, case, labels=True, repeat=False))
    return {key: float(value) for key, value in metrics.items()}


def predict(lib: Libraries, case: Case, estimator: Any, count: int = 3) -> list[dict[str, Any]]:
    """The predictions for the first rows."""
    rows = estimator.predict(lambda: dataset(lib, case, labels=False, repeat=False))
    return [
        {_named(key): _plain(value) for key, value in row.items()}
        for row, _ in zip(rows, range(count), strict=False)
    ]


def variables(lib: Libraries, estimator: Any) -> dict[str, list[int]]:
    """Names and shapes in the newest checkpoint."""
    return dict(lib.tf.train.list_variables(estimator.model_dir))


def summary_tags(lib: Libraries, estimator: Any) -> list[str]:
    """The tags in the event files of training."""
    tags = set()
    for path in pathlib.Path(estimator.model_dir).glob("events.out.*"):
        for event in lib.tf.compat.v1.train.summary_iterator(str(path)):
            tags.update(value.tag for value in event.summary.value)
    return sorted(tags)


def follow(lib: Libraries, case: Case, estimator: Any) -> dict[str, Any]:
    """What follows from the newest checkpoint: all but the way it came to be."""
    return {
        "metrics": evaluate(lib, case, estimator),
        "predictions": predict(lib, case, estimator),
        **({"served": serve(lib, case, estimator)} if case.parse_spec else {}),
        "more_losses": train(lib, case, estimator, MORE_STEPS),
    }


def serve(lib: Libraries, case: Case, estimator: Any, count: int = 3) -> dict[str, Any]:
    """What the signatures of the model's export take, and give for the first rows."""
    tf = lib.tf
    receiver = lib.v2.export.build_parsing_serving_input_receiver_fn(case.parse_spec(lib))
    folder = pathlib.Path(estimator.model_dir) / "export"
    exported = estimator.export_saved_model(str(folder), receiver)
    loaded = tf.saved_model.load(exported.decode())
    rows = tf.constant(serialized(tf, case.features)[:count])
    seen = {}
    for name, signature in loaded.signatures.items():
        (taken,) = signature.structured_input_signature[1]
        given = signature(**{taken: rows}).items()
        seen[name] = {"takes": taken, "gives": {key: _plain(value) for key, value in given}}
    return seen


def _named(key: Any) -> str:
    """The keys of a MultiHead's predictions are pairs of names."""
    return key if isinstance(key, str) else "/".join(key)


def _plain(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind in "OS":
        return [item.decode() for item in array.ravel()]
    return array.tolist()


def _losses_hook(tf: Any) -> Any:
    class Losses(tf.compat.v1.train.SessionRunHook):
        """Collects the value that is summarized as `loss`."""

        def __init__(self) -> None:
            self.losses: list[float] = []

        def before_run(self, run_context: Any) -> Any:
            graph = run_context.session.graph
            return tf.compat.v1.train.SessionRunArgs(graph.get_operation_by_name("loss").inputs[1])

        def after_run(self, run_context: Any, run_values: Any) -> None:
            self.losses.append(float(run_values.results))

    return Losses()
