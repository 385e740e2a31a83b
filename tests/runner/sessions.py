"""One training loop, run three ways: TensorFlow's own, ours step by step, ours fused."""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import _tf
from tfspec.graph import trace_scope
from tfspec.runner import FunctionSessionCreator
from tfspec.runner._driver import drive

v1 = tf.compat.v1

WAYS = ("native", "stepwise", "fused")


class Watcher(v1.train.SessionRunHook):
    """Does nothing, but wants to see every step."""

    def before_run(self, run_context):
        return None


class Model:
    """Regression on rows of noise; every step has numbers of its own."""

    def __init__(self, rows: int | None = None) -> None:
        data = np.random.RandomState(1).rand(rows or 50, 3).astype(np.float32)
        dataset = tf.data.Dataset.from_tensor_slices(data).shuffle(50)
        dataset = (dataset if rows else dataset.repeat()).batch(1)
        self.iterator = v1.data.make_initializable_iterator(dataset)
        v1.add_to_collection(v1.GraphKeys.TABLE_INITIALIZERS, self.iterator.initializer)
        self.x = self.iterator.get_next()
        self.step = v1.train.get_or_create_global_step()
        # Hooks read these. Left to chance, a session may read one of them after the step.
        self.step_before = _tf.global_step_read()
        fetched = tf.compat.v1.get_default_graph().as_graph_element(self.step)
        self.w = v1.get_variable("w", [3, 1])
        self.y = tf.matmul(tf.nn.dropout(self.x, rate=0.2), self.w)
        self.loss = tf.reduce_mean((self.y - 1.0) ** 2, name="loss")
        v1.summary.scalar("loss", self.loss)
        with tf.control_dependencies([self.step_before, fetched]):
            self.train_op = v1.train.AdamOptimizer(0.05).minimize(self.loss, self.step)


@dataclasses.dataclass
class Run:
    """What a run left behind, and the number of calls that it took."""

    weights: Any = None
    step: int = 0
    log: list[str] = dataclasses.field(default_factory=list)
    events: list[Any] = dataclasses.field(default_factory=list)
    checkpoints: list[str] = dataclasses.field(default_factory=list)
    error: str | None = None
    calls: int | None = None
    hooks: Any = ()


def train(
    way: str,
    folder: Path,
    make_hooks: Callable[[Model, v1.train.Scaffold, str], list[Any]],
    make_model: Callable[[], Model] = Model,
) -> Run:
    """Trains in `folder` until a hook stops it or the input ends."""
    run, folder = Run(), folder / way
    folder.mkdir(exist_ok=True)
    with tf.Graph().as_default(), trace_scope(), _recorded(run.log):
        v1.set_random_seed(7)
        model = make_model()
        scaffold = v1.train.Scaffold()
        run.hooks = make_hooks(model, scaffold, str(folder))
        hooks = [*run.hooks, _Last(model, run)]
        try:
            if way == "native":
                creator = v1.train.ChiefSessionCreator(scaffold, checkpoint_dir=str(folder))
                with v1.train.MonitoredSession(creator, hooks) as session:
                    while not session.should_stop():
                        session.run([model.train_op, model.loss])
            else:
                creator = FunctionSessionCreator(scaffold, checkpoint_dir=str(folder))
                hooks += [Watcher()] if way == "stepwise" else []
                run.calls, _ = drive(creator, hooks, [model.train_op, model.loss], model.step)
        except Exception as error:
            run.error = f"{type(error).__name__}: {error}".split("\n")[0]
    v1.summary.FileWriterCache.clear()  # closes the files
    run.events = events(folder)
    run.checkpoints = sorted(path.name for path in folder.glob("*.index"))
    return run


class _Last(v1.train.SessionRunHook):
    """Notes where a run ends, or got to when it failed."""

    def __init__(self, model: Model, run: Run) -> None:
        self._model, self._run = model, run

    def end(self, session):
        self._run.weights, self._run.step = session.run([self._model.w, self._model.step])


class _recorded:
    """Collects what TensorFlow logs, but for measured times and deprecations."""

    def __init__(self, lines: list[str]) -> None:
        self._handler = logging.Handler()
        self._handler.emit = lambda record: lines.append(
            re.sub(r"\(.* sec\)$|(?<=global_step/sec: ).*", "...", record.getMessage())
        )
        self._handler.addFilter(lambda record: record.levelno != logging.WARNING)

    def __enter__(self) -> None:
        logger = logging.getLogger("tensorflow")
        self._level = logger.level
        logger.setLevel(logging.INFO)
        logger.addHandler(self._handler)

    def __exit__(self, *error: Any) -> None:
        logger = logging.getLogger("tensorflow")
        logger.removeHandler(self._handler)
        logger.setLevel(self._level)


def events(folder: Path) -> list[tuple[int, str, Any]]:
    """(step, tag, value) of all event files of a folder; values of speeds are left out."""
    found = []
    for path in sorted(folder.rglob("events.*")):
        for event in v1.train.summary_iterator(str(path)):
            if event.HasField("session_log"):
                found.append((event.step, "session_log", event.session_log.status))
            for value in event.summary.value:
                timed = value.tag == "global_step/sec"
                found.append((event.step, value.tag, None if timed else _number(value)))
    return found


def _number(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return value.simple_value if kind == "simple_value" else kind
