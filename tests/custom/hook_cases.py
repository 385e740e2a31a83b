"""What each hook class that an Estimator's user may name does: lines, events, checkpoints."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import tensorflow as tf

from tests.custom.common import case, logged, made, ones, state, v1, values
from tests.fidelity import observe

train = v1.train


def watched(estimator: Any, folder: pathlib.Path, make: Any, steps: int | None = 23, **more: Any):
    """Everything that a training with the hooks of `make(tensors)` leaves.

    Args:
        make: From the model's tensors by name to hooks; called while the model is built.
        steps: How many to take.
        more: Settings of the RunConfig, and `rows`: how many steps the input lasts.
    """
    rows = more.pop("rows", 100)
    # One line of the estimator's own at the start only, and no summaries but those asked for.
    config = {"log_step_count_steps": 1000, "save_summary_steps": None, **more}
    est = made(
        estimator, folder / "model", lambda **tensors: {"training_hooks": make(tensors)}, **config
    )
    error = None
    with logged(folder) as log:
        try:
            est.train(ones(rows), steps=steps)
        except Exception as caught:
            error = type(caught).__name__
    left = {}
    for sub in sorted({path.parent for path in folder.rglob("*tfevents*")}):
        left[str(sub.relative_to(folder))] = observe.events(v1, sub)
    newest = est.latest_checkpoint()
    return {
        "error": error,
        "log": log,
        "events": left,
        "checkpoints": state(folder / "model"),
        "values": values(newest) if newest else None,
    }


@case
def logging(estimator, folder):
    def make(tensors):
        doubled = tf.multiply(2.0, tensors["loss"], name="doubled")
        return [
            train.LoggingTensorHook({"twice": doubled}, every_n_iter=7),
            train.LoggingTensorHook({"last": doubled}, at_end=True),
            train.LoggingTensorHook({"by clock": doubled}, every_n_secs=1e-9),
        ]

    def formatted(made_of):
        return f"{len(made_of)} values"

    def with_formatter(tensors):
        return [
            train.LoggingTensorHook(
                {"loss": tensors["loss"]}, every_n_iter=10, at_end=True, formatter=formatted
            )
        ]

    return [
        watched(estimator, folder / "lines", make),
        watched(estimator, folder / "formatter", with_formatter),
    ]


@case
def summary_saving(estimator, folder):
    def make(tensors):
        v1.summary.scalar("collected", tensors["loss"])
        own = v1.summary.scalar("own", 2 * tensors["loss"])
        merged = v1.summary.merge([own, v1.summary.histogram("spread", tensors["y"])])
        return [
            train.SummarySaverHook(save_steps=6, output_dir=f"{folder}/six", summary_op=merged),
            train.SummarySaverHook(
                save_secs=1e-9, output_dir=f"{folder}/clock", summary_op=[own, merged]
            ),
            train.SummarySaverHook(
                save_steps=9, output_dir=f"{folder}/nine",
                scaffold=train.Scaffold(summary_op=own),
            ),
            train.SummarySaverHook(
                save_steps=9, summary_op=own,
                summary_writer=v1.summary.FileWriterCache.get(f"{folder}/writer"),
            ),
        ]

    return watched(estimator, folder, make)


class Listener(train.CheckpointSaverListener):
    """Writes down its calls, and what it reads from the session meanwhile."""

    def __init__(self, tensor: Any, stop_at: int = 10**6):
        self.calls: list[Any] = []
        self._tensor, self._stop_at = tensor, stop_at

    def __repr__(self):  # part of a log line
        return "Listener"

    def begin(self):
        self.calls.append("begin")

    def before_save(self, session, global_step_value):
        self.calls.append(["before", int(global_step_value)])

    def after_save(self, session, global_step_value):
        value = session.run(self._tensor).tolist()
        self.calls.append(["after", int(global_step_value), value])
        return global_step_value >= self._stop_at

    def end(self, session, global_step_value):
        self.calls.append(["end", int(global_step_value)])


@case
def checkpoint_saving(estimator, folder):
    calls = {}

    def make_with(name, stop_at=10**6, **arguments):
        def make(tensors):
            listener = Listener(tensors["w"], stop_at)
            calls[name] = listener.calls
            return [
                train.CheckpointSaverHook(f"{folder}/{name}/own", listeners=[listener], **arguments)
            ]

        return make

    found = {}
    for name, make, config in [
        ("steps", make_with("steps", save_steps=8), {}),
        ("clock", make_with("clock", save_secs=1e-9, checkpoint_basename="c.ckpt"), {}),
        ("stops", make_with("stops", stop_at=15, save_steps=5), {}),
        (
            "without graph",
            make_with("without graph", save_steps=20, save_graph_def=False),
            {"save_checkpoints_steps": 7},
        ),
    ]:
        found[name] = watched(estimator, folder / name, make, **config)
        own = folder / name / "own"
        found[name]["own"] = [f for f in observe.files(own) if "tfevents" not in f]
        found[name]["calls"] = calls[name]
    return found


@case
def step_counting(estimator, folder):
    def make(tensors):
        return [train.StepCounterHook(every_n_steps=5, output_dir=f"{folder}/five")]

    return [
        watched(estimator, folder, make),
        watched(estimator, folder / "config", lambda _: [], log_step_count_steps=4),
    ]


@case
def nan(estimator, folder):
    def make_with(fail):
        def make(tensors):
            step = train.get_global_step()
            bad = tf.where(step.read_value() < 12, 1.0, float("nan"), name="bad")
            with tf.control_dependencies([bad]):
                return [
                    train.NanTensorHook(bad, fail_on_nan_loss=fail),
                    train.LoggingTensorHook({"step": step.read_value()}, every_n_iter=4),
                ]

        return make

    return [
        watched(estimator, folder / "fails", make_with(True), save_checkpoints_steps=5),
        watched(estimator, folder / "stops", make_with(False), save_checkpoints_steps=5),
    ]


@case
def stopping(estimator, folder):
    found = []
    for number, arguments in enumerate([{"num_steps": 9}, {"last_step": 9}]):
        path = folder / str(number)
        hook = [train.StopAtStepHook(**arguments)]
        for steps in (4, 20, 3):
            found.append(watched(estimator, path, lambda _, hook=hook: hook, steps)["log"])
    return found


@case
def small_hooks(estimator, folder):
    """FinalOpsHook, GlobalStepWaiterHook, FeedFnHook, SecondOrStepTimer."""
    kept = {}

    class Timed(train.SessionRunHook):
        def begin(self):
            self.timer = train.SecondOrStepTimer(every_steps=6)
            self.seen, self.count = [], 0
            self.timer.reset()

        def after_run(self, run_context, run_values):
            self.count += 1
            if self.timer.should_trigger_for_step(self.count):
                _, steps = self.timer.update_last_triggered_step(self.count)
                last = self.timer.last_triggered_step()
                self.seen.append([self.count, steps, last])

    def make(tensors):
        given = v1.placeholder_with_default(1.0, [], name="given")
        seen = v1.get_local_variable("seen", initializer=0.0)
        with tf.control_dependencies([tensors["loss"]]):
            add = v1.assign_add(seen, given)
        numbers = iter(range(1000))
        kept["final"] = train.FinalOpsHook({"w": tensors["w"], "seen": seen})
        kept["fed"] = train.FinalOpsHook([given], {given: 5.0})
        kept["timed"] = Timed()

        class Adds(train.SessionRunHook):
            def before_run(self, run_context):
                return train.SessionRunArgs(add)

        return [
            train.GlobalStepWaiterHook(wait_until_step=0),
            train.FeedFnHook(lambda: {given: float(next(numbers))}),
            Adds(), *kept.values(),
        ]

    result = watched(estimator, folder, make)
    return [
        result,
        observe.plain(kept["final"].final_ops_values),
        observe.plain(kept["fed"].final_ops_values),
        kept["timed"].seen,
    ]


@case
def profiling(estimator, folder):
    def make(_):
        return [train.ProfilerHook(save_steps=8, output_dir=f"{folder}/traces")]

    result = watched(estimator, folder, make)
    traces = sorted((folder / "traces").glob("timeline-*.json"))
    is_trace = [bool(json.loads(path.read_text())["traceEvents"]) for path in traces]
    return [[path.name for path in traces], is_trace, result["values"]]


@case
def early_stopping(estimator, folder):
    def stopped_by(name, make, **arguments):
        def step_at_the_end(tensors):
            return [make(est, **arguments)]

        est = made(estimator, folder / name, lambda **_: {}, save_checkpoints_steps=5)
        # Losses that fall, then stay; written where an evaluation writes them.
        with tf.Graph().as_default():
            with v1.summary.FileWriter(est.eval_dir()) as events:
                for step, loss in [(5, 3.0), (10, 2.0), (15, 2.0), (20, 2.0), (25, 1.0)]:
                    value = v1.Summary.Value(tag="loss", simple_value=loss)
                    events.add_summary(v1.Summary(value=[value]), step)
        with logged(folder) as log:
            est.train(ones(), hooks=step_at_the_end(None), max_steps=30)
        lines = [line for line in log if "checkpoint" not in line.lower()]
        return [int(est.get_variable_value("global_step")), lines]

    e = estimator.experimental
    every = {"run_every_secs": None, "run_every_steps": 4}
    return {
        "lower": stopped_by("lower", e.stop_if_lower_hook, metric_name="loss", threshold=2.5,
                            min_steps=3, **every),
        "higher": stopped_by("higher", e.stop_if_higher_hook, metric_name="loss", threshold=2.5,
                             **every),
        "no decrease": stopped_by("no decrease", e.stop_if_no_decrease_hook, metric_name="loss",
                                  max_steps_without_decrease=9, **every),
        "no increase": stopped_by("no increase", e.stop_if_no_increase_hook, metric_name="loss",
                                  max_steps_without_increase=9, min_steps=8, **every),
        "never": stopped_by("never", e.stop_if_lower_hook, metric_name="loss", threshold=0.5,
                            **every),
        "own": stopped_by("own", e.make_early_stopping_hook, should_stop_fn=lambda: True,
                          **every),
    }


@case
def evaluation_in_memory(estimator, folder):
    est = made(estimator, folder, lambda y, labels, **_: {
        "eval_metric_ops": {"error": v1.metrics.mean_absolute_error(labels, y)}
    })
    hook = estimator.experimental.InMemoryEvaluatorHook(est, ones(3), every_n_iter=8, name="inside")
    with logged(folder) as log:
        est.train(ones(), hooks=[hook], steps=20)
    return [
        log,
        observe.events(v1, folder / "eval_inside"),
    ]
