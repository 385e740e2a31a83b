"""train_and_evaluate and warm starts: what is evaluated, exported, returned, and left behind."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import numpy as np
import tensorflow as tf

from tests.custom.common import case, line, logged, made, ones, state, v1, values
from tests.fidelity import observe


def receiver(estimator: Any) -> Any:
    def make():
        x = v1.placeholder(tf.float32, [None, 2], name="x")
        return estimator.export.TensorServingInputReceiver(x, x)

    return make


def with_metrics(labels, y, **_):
    return {"eval_metric_ops": {"error": v1.metrics.mean_absolute_error(labels, y)}}


class Noted:
    """Makes an exporter of a kind note at which steps it exported, and whether for good."""

    def __init__(self, kind: Any, *arguments: Any, **named: Any):
        self.calls: list[Any] = []
        outer = self

        class Exporter(kind):
            def export(self, **call):
                path = super().export(**call)
                checkpoint = pathlib.Path(call["checkpoint_path"]).name
                final = bool(call["is_the_final_export"])
                outer.calls.append(
                    [checkpoint, sorted(call["eval_result"]), final, path is not None]
                )
                return path

        self.exporter = Exporter(*arguments, **named)


def plain_path(path: bytes | str | None) -> str | None:
    """The last parts of a path without the time stamp."""
    if path is None:
        return None
    path = path.decode() if isinstance(path, bytes) else path
    return re.sub(r"\d{9,}", "STAMP", "/".join(pathlib.Path(path).parts[-3:]))


# What the original says about parts of its own that tfspec does not have.
UNSAID = {"Not using Distribute Coordinator.", "Loading best metric from event files."}


def life(estimator: Any, folder: pathlib.Path, runs: list[dict[str, Any]], **config: Any) -> Any:
    """Calls of train_and_evaluate, one after the other, over one model_dir."""
    found = []
    for arguments in runs:
        given = dict(arguments)
        est = made(estimator, folder, with_metrics, save_checkpoints_steps=5, **config)
        noted = [
            Noted(estimator.FinalExporter, "final", receiver(estimator)),
            Noted(estimator.LatestExporter, "latest", receiver(estimator), exports_to_keep=2),
            Noted(estimator.BestExporter, "best", receiver(estimator), exports_to_keep=1),
        ]
        train_spec = estimator.TrainSpec(ones(given.pop("rows", 100)), given.pop("max_steps"))
        eval_spec = estimator.EvalSpec(
            ones(2), exporters=[each.exporter for each in noted], **given
        )
        with logged(folder) as log:
            result = estimator.train_and_evaluate(est, train_spec, eval_spec)
        if result[0] is not None:
            result = (result[0], [plain_path(path) for path in result[1]])
        exports = folder / "export"
        found.append({
            "returned": observe.plain(list(result)),
            "exporters": [each.calls for each in noted],
            "kept": {path.name: len(list(path.iterdir())) for path in sorted(exports.glob("*"))},
            "checkpoints": state(folder),
            "log": [re.sub(r"\d{9,}", "STAMP", text) for text in log if text not in UNSAID],
            "events": observe.events(v1, folder / "eval"),
        })
    return found


@case
def trained_and_evaluated(estimator, folder):
    """Up to max_steps, a restart with more, one with nothing left to do."""
    runs = [{"max_steps": steps, "steps": 2, "throttle_secs": 0} for steps in (12, 22, 22)]
    return life(estimator, folder, runs)


@case
def trained_and_evaluated_until_the_input_ends(estimator, folder):
    runs = [
        {"max_steps": None, "rows": 12, "steps": None, "throttle_secs": 0},
        {"max_steps": None, "rows": 3, "steps": None, "throttle_secs": 600, "name": "again"},
    ]
    return life(estimator, folder, runs)


@case
def trained_and_evaluated_under_throttle(estimator, folder):
    run = {"max_steps": 22, "steps": 1, "throttle_secs": 600, "start_delay_secs": 0}
    return life(estimator, folder, [run])


# Warm starts.


def wide(estimator: Any, shapes: dict[str, list[int]], start: float, parts: int = 0) -> Any:
    """A model_fn of variables with these shapes and slots of their own."""

    def model_fn(features, labels, mode):
        found = {}
        for number, (name, shape) in enumerate(shapes.items()):
            numbers = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) + start
            numbers += 10 * number
            more: dict[str, Any] = {}
            if parts:
                numbers = start
                more["partitioner"] = v1.fixed_size_partitioner(parts)
            found[name] = tf.convert_to_tensor(
                v1.get_variable(
                    name, shape, initializer=v1.constant_initializer(numbers), **more
                )
            )
        loss = v1.add_n([tf.reduce_sum(value) for value in found.values()])
        optimizer = v1.train.MomentumOptimizer(0.5, 0.9)
        train_op = optimizer.minimize(loss, v1.train.get_global_step())
        return estimator.EstimatorSpec(
            mode, loss=loss, predictions=loss, train_op=train_op
        )

    return model_fn


@case
def warm_started(estimator, folder):
    """By pattern, list, other names, vocabularies that grow, parts; from folder, file, export."""
    shapes = {"a": [3, 2], "b": [3, 2], "scope/c": [4]}
    old = estimator.Estimator(wide(estimator, shapes, 0.0), str(folder / "old"))
    old.train(ones(), steps=2)

    def vocabulary(words):
        path = folder / f"{words}.txt"
        path.write_text("\n".join(words) + "\n")
        return str(path)

    def started(settings, new_shapes=shapes, parts=0):
        number = len(list(folder.glob("new*")))
        new = estimator.Estimator(
            wide(estimator, new_shapes, 500.0, parts), str(folder / f"new{number}"),
            warm_start_from=settings,
        )
        with logged(folder) as log:
            new.train(ones(), steps=1)
        lines = [re.sub(r"<.*?>|\d{9,}", "...", line) for line in log if "arm-start" in line]
        return [values(f"{new.model_dir}/model.ckpt-0"), lines]

    def settings(path=old.model_dir, **more):
        return estimator.WarmStartSettings(path, **more)

    def grown(**more):
        return estimator.VocabInfo(**{
            "new_vocab": vocabulary("cdab"), "new_vocab_size": 4, "num_oov_buckets": 1,
            "old_vocab": vocabulary("abc"), "backup_initializer": v1.ones_initializer(), **more,
        })

    found = {
        "folder": started(old.model_dir),
        "file": started(old.latest_checkpoint()),
        "pattern": started(settings(vars_to_warm_start="a|scope.*")),
        "list": started(settings(vars_to_warm_start=["b$", ".*Momentum"])),
        "none": started(settings(vars_to_warm_start=None)),
        "other name": started(
            settings(var_name_to_prev_var_name={"x": "a", "scope/y": "scope/c"}),
            {"x": [3, 2], "b": [3, 2], "scope/y": [4]},
        ),
        "grown": started(
            settings(var_name_to_vocab_info={"a": grown()}), {**shapes, "a": [5, 2]}
        ),
        "grown, first old words": started(
            settings(
                vars_to_warm_start="table",
                var_name_to_vocab_info={"table": grown(old_vocab_size=2)},
                var_name_to_prev_var_name={"table": "a"},
            ),
            {"table": [5, 2]},
        ),
        "parts": started(settings(), parts=2),
        "grown parts": started(
            settings(vars_to_warm_start="a", var_name_to_vocab_info={"a": grown()}),
            {"a": [5, 2]}, parts=2,
        ),
    }
    export_dir = old.export_saved_model(str(folder / "export"), receiver(estimator))
    found["export"] = started(export_dir, {"a": [3, 2]})
    return found


@case
def warm_start_by_variables(estimator, folder):
    """Names in the checkpoint differ by scope; init_from_checkpoint with Saver-like maps."""
    old = estimator.Estimator(line(estimator), str(folder / "old")).train(ones(), steps=3)

    def model_fn(features, labels, mode):
        with v1.variable_scope("outer"):
            w = v1.get_variable("w", [2, 1], initializer=v1.zeros_initializer())
        v1.train.init_from_checkpoint(old.model_dir, {"w": "outer/w"})
        y = tf.matmul(features, w)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(mode, predictions=y)
        loss = tf.reduce_mean((y - labels) ** 2)
        optimizer = v1.train.GradientDescentOptimizer(0.01)
        return estimator.EstimatorSpec(
            mode, loss=loss,
            train_op=optimizer.minimize(loss, v1.train.get_global_step()),
        )

    est = estimator.Estimator(model_fn, str(folder / "new"))
    fresh = next(est.predict(ones(1), yield_single_examples=False)).tolist()
    evaluated = observe.plain(est.evaluate(ones(1)))
    est.train(ones(), steps=2)
    return [fresh, evaluated, values(est.latest_checkpoint()), observe.plain(est.evaluate(ones(1)))]
